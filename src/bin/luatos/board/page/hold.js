/** Buttons that are held, by pointer or keyboard, as one holds a key of the device. */

/** Keyboard keys that hold a button. */
const HOLDING = [" ", "Enter"];

/**
 * Makes a button one that is held.
 * @param {HTMLButtonElement} node
 * @param {object} does
 * @param {function()} does.hold is called when somebody begins to hold it
 * @param {function()} does.release is called when that ends
 * @param {function()} does.click is called where it is clicked without having been held, as screen readers do
 */
export function holdable(node, { hold, release, click }) {
    let isHeld = false;

    function begin() {
        if (!isHeld) {
            isHeld = true;
            hold();
        }
    }

    function end() {
        if (isHeld) {
            isHeld = false;
            release();
        }
    }

    node.addEventListener("pointerdown", (event) => {
        if (event.button === 0) {
            node.setPointerCapture(event.pointerId);
            begin();
        }
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
        node.addEventListener(name, end);
    }
    node.addEventListener("keydown", (event) => {
        if (HOLDING.includes(event.key)) {
            // Otherwise it becomes a click.
            event.preventDefault();
            begin();
        }
    });
    node.addEventListener("keyup", (event) => {
        if (HOLDING.includes(event.key)) {
            event.preventDefault();
            end();
        }
    });
    node.addEventListener("click", (event) => {
        if (event.detail === 0) {
            click();
        }
    });
    // A finger that stays is no wish for a menu.
    node.addEventListener("contextmenu", (event) => event.preventDefault());
}
