/**
 * Controls that show what the device says and ask it for something else. What a hand is at is not overwritten meanwhile;
 * what a call refuses goes back to what is true.
 */
import { element, setText, uniqueId } from "./dom.js";
import { newestOf } from "./sequence.js";

/** Milliseconds after which the device's value counts again, if it is not the one that was asked for. */
const SETTLED = 600;

/**
 * Keeps apart what the device says and what a hand is doing.
 * @param {function(*)} show shows a value of the device
 */
function guard(show) {
    let isHeld = false;
    let truth;
    let awaited;
    let timer;

    function settle() {
        clearTimeout(timer);
        awaited = undefined;
        if (!isHeld && truth !== undefined) {
            show(truth);
        }
    }

    return {
        /** The device says so. */
        update(value) {
            truth = value;
            if (isHeld || (awaited !== undefined && awaited !== value)) {
                return;
            }
            settle();
        },
        /** A hand begins to move the control. */
        hold() {
            isHeld = true;
        },
        /** It lets go; the device is asked for this value. */
        release(value) {
            isHeld = false;
            awaited = value;
            clearTimeout(timer);
            timer = setTimeout(settle, SETTLED);
        },
        /** What it asked for was refused. */
        revert() {
            isHeld = false;
            settle();
        },
        /** It lets go, perhaps without having changed anything. */
        letGo() {
            if (isHeld) {
                isHeld = false;
                settle();
            }
        },
    };
}

/** Asks the device for values; one that it refuses is shown no longer, but why. */
function asking(send, guarded, node, board) {
    const sendNewest = newestOf(send);
    return async (value) => {
        try {
            await sendNewest(value);
        } catch (error) {
            guarded.revert();
            board.fail(error, node);
        }
    };
}

/** Names a control: a text's key, or a plain text as `{ plain: "P0_10" }`. */
function nameOf(label, attributes = {}) {
    const node = element("label", { class: "name", ...attributes });
    if (typeof label === "string") {
        setText(node, "text", label);
    } else {
        node.textContent = label.plain;
    }
    return node;
}

/**
 * A slider with its value beside it.
 * @param {object} options
 * @param {string|{plain: string}} options.label key of its name, or the name
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} [options.step=1]
 * @param {function(number): string} [options.show] the value as text
 * @param {function(number): Promise} options.send asks the device for a value
 * @param {object} board
 * @returns {HTMLElement} with `update(value)`
 */
export function slider({ label, min, max, step = 1, show = String, send }, board) {
    const id = uniqueId("slider");
    const input = element("input", { type: "range", id, min, max, step });
    const output = element("output", { for: id });
    let shown = min;

    /** Shows a value, of which the slider may be too short or too coarse. */
    function draw(value) {
        shown = value;
        output.textContent = show(value);
        input.setAttribute("aria-valuetext", output.textContent);
        input.style.setProperty("--part", `${(100 * (input.value - min)) / (max - min)}%`);
    }

    const guarded = guard((value) => {
        input.value = value;
        draw(value);
    });
    const ask = asking(send, guarded, input, board);

    input.addEventListener("input", () => {
        guarded.hold();
        draw(Number(input.value));
        ask(Number(input.value));
    });
    input.addEventListener("change", () => guarded.release(Number(input.value)));
    input.addEventListener("pointerdown", guarded.hold);
    // `change`, if there is one, comes before the timer.
    input.addEventListener("pointerup", () => setTimeout(guarded.letGo));
    input.addEventListener("pointercancel", guarded.letGo);

    const node = element("div", { class: "slider" }, nameOf(label, { for: id }), input, output);
    node.update = guarded.update;
    board.on("language", () => draw(shown));
    return node;
}

/**
 * A switch.
 * @param {object} options
 * @param {string|{plain: string}} options.label key of its name, or the name
 * @param {function(boolean): Promise} options.send asks the device for a state
 * @param {object} board
 * @returns {HTMLElement} with `update(isOn)`
 */
export function toggle({ label, send }, board) {
    const id = uniqueId("switch");
    const input = element("input", { type: "checkbox", role: "switch", id });
    const guarded = guard((isOn) => { input.checked = isOn; });
    const ask = asking(send, guarded, input, board);
    input.addEventListener("change", () => {
        guarded.release(input.checked);
        ask(input.checked);
    });
    const node = element("div", { class: "switch" }, input, nameOf(label, { for: id }));
    node.update = guarded.update;
    return node;
}

/**
 * A choice of some values.
 * @param {object} options
 * @param {string|{plain: string}} options.label
 * @param {Array<[string, string|{plain: string}]>} options.choices value and name of each
 * @param {function(string): Promise} options.send
 * @param {object} board
 * @returns {HTMLElement} with `update(value)`
 */
export function choice({ label, choices, send }, board) {
    const id = uniqueId("choice");
    const input = element("select", { id });
    for (const [value, name] of choices) {
        const option = element("option", typeof name === "string" ? { value, text: name } : { value });
        if (typeof name !== "string") {
            option.textContent = name.plain;
        }
        input.append(option);
    }
    const guarded = guard((value) => { input.value = value; });
    const ask = asking(send, guarded, input, board);
    input.addEventListener("change", () => {
        guarded.release(input.value);
        ask(input.value);
    });
    const node = element("div", { class: "choice" }, nameOf(label, { for: id }), input);
    node.update = guarded.update;
    return node;
}

/**
 * A button that asks the device for something; while it waits for the answer it does not take another press.
 * @param {object} attributes as of `element`
 * @param {function(): Promise} act
 * @param {object} board
 */
export function button(attributes, act, board) {
    const node = element("button", { type: "button", ...attributes });
    let isBusy = false;
    node.addEventListener("click", async () => {
        if (isBusy) {
            return;
        }
        isBusy = true;
        try {
            await act();
        } catch (error) {
            board.fail(error, node);
        } finally {
            isBusy = false;
        }
    });
    return node;
}

/**
 * A field of a form with its label above.
 * @param {string} label key
 * @param {object} attributes of the field; `tag` is `input` without it
 */
export function field(label, { tag = "input", ...attributes } = {}) {
    const id = uniqueId("field");
    return element("div", { class: "field" }, element("label", { for: id, text: label }),
        element(tag, { id, autocomplete: "off", spellcheck: "false", ...attributes }));
}

/**
 * A form; what its call refuses stands below it, and its fields stay as they are.
 * @param {object} options
 * @param {string} options.button key of what is on the button
 * @param {string} [options.label] key of the form's name, for who does not see it
 * @param {function(object): Promise} options.submit gets the fields by name
 * @param {...Node} fields
 */
export function form({ button: text, label, submit }, ...fields) {
    const problem = element("p", { class: "problem", role: "alert" });
    const send = element("button", { class: "primary", text });
    const node = element("form", { label }, ...fields, element("div", { class: "row" }, send), problem);
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (send.ariaBusy === "true") {
            return;
        }
        send.ariaBusy = "true";
        try {
            await submit(Object.fromEntries(new FormData(node)), node);
            problem.textContent = "";
        } catch (error) {
            problem.textContent = error.message;
        } finally {
            send.ariaBusy = "false";
        }
    });
    return node;
}
