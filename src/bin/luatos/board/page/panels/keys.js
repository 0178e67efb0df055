/** Keys: the power key and those of the matrix, pressed for as long as they are held. */
import { field, form } from "../controls.js";
import { element, keepChildren, svg } from "../dom.js";
import { holdable } from "../hold.js";
import { inOrder } from "../sequence.js";

/** Milliseconds that a key stays pressed if this page says no more, and after which it says so again. */
const HELD = 5000;
const AGAIN = 4000;

/** Milliseconds of a press that ends at once. */
const RELEASE = 1;

/** Poles of a plug that has a button. */
const WITH_BUTTON = 4;

/** Place of the power key, as the firmware reports it. */
const POWER_KEY = "255,255";

/**
 * A button that holds a key. The device hears again and again that it is held, so that it does not stay so when the page
 * goes.
 * @param {Array} place arguments of `device.press` before the time
 */
function holdButton(attributes, place, board, ...children) {
    const node = element("button", { type: "button", class: "key", ...attributes }, ...children);
    const inTurn = inOrder();
    let timer;

    async function press(...ms) {
        try {
            await inTurn(() => board.call("press", ...place, ...ms));
        } catch (error) {
            clearInterval(timer);
            board.fail(error, node);
        }
    }

    holdable(node, {
        hold() {
            node.classList.add("is-held");
            timer = setInterval(() => press(HELD), AGAIN);
            press(HELD);
        },
        release() {
            node.classList.remove("is-held");
            clearInterval(timer);
            press(RELEASE);
        },
        click: () => press(),
    });
    node.update = (isPressed) => {
        node.classList.toggle("is-pressed", isPressed);
        node.setAttribute("aria-pressed", isPressed);
    };
    return node;
}

/** The sign of a power key. */
function powerMark() {
    return svg("svg", { class: "power-mark", viewBox: "0 0 16 16", "aria-hidden": "true" },
        svg("path", { d: "M8 1.5v6M4.2 4a5.6 5.6 0 1 0 7.6 0" }));
}

/** A key of the matrix, with its name where the project gives it one. */
function matrixKey(place, board) {
    const [row, column] = place.split(",").map(Number);
    const name = element("span", {});
    const node = holdButton({}, [row, column], board, name, " ", element("span", { class: "dim" }, `${row}, ${column}`));
    const show = node.update;
    node.update = ({ text, isPressed }) => {
        name.textContent = text;
        show(isPressed);
    };
    return node;
}

/** Moves the rows and columns that have keys together. */
function placeKeys(keys) {
    for (const axis of [0, 1]) {
        const used = [...new Set(keys.map((key) => Number(key.dataset.key.split(",")[axis])))].sort((a, b) => a - b);
        const style = axis === 0 ? "gridRow" : "gridColumn";
        keys.forEach((key) => { key.style[style] = used.indexOf(Number(key.dataset.key.split(",")[axis])) + 1; });
    }
}

export default {
    id: "keys",
    mount(place, board) {
        const power = holdButton({}, ["POWERKEY"], board, powerMark(), "POWERKEY");
        const headset = holdButton({}, ["HEADSET"], board, "HEADSET");
        const matrix = element("div", { class: "matrix" });
        place.append(
            element("div", { class: "row" }, power, headset),
            matrix,
            element("p", { class: "dim", text: "keys.hold" }),
            element("details", {}, element("summary", { text: "keys.other" }), form({
                button: "keys.press",
                submit: ({ row, column, ms }) => board.call("press", Number(row), Number(column), Number(ms)),
            }, element("div", { class: "fields" },
                field("keys.row", { name: "row", type: "number", min: 0, max: 255, required: true }),
                field("keys.column", { name: "column", type: "number", min: 0, max: 255, required: true }),
                field("keys.ms", { name: "ms", type: "number", min: 1, value: 100, required: true })))),
        );
        board.on("state", (state) => {
            const pressed = new Set((state.pressed ?? []).map(({ row, column }) => `${row},${column}`));
            power.update(pressed.has(POWER_KEY));
            headset.hidden = state.audio.headset !== WITH_BUTTON;
            const entries = Object.entries(state.keys ?? {})
                .map(([key, text]) => [key, { text, isPressed: pressed.has(key) }]);
            matrix.hidden = entries.length === 0;
            keepChildren(matrix, entries, (key) => matrixKey(key, board));
            placeKeys([...matrix.children]);
        });
    },
};
