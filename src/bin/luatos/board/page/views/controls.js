/** Controls that several panels have. */
import { element, setText, uniqueId } from "../dom.js";

/** A button. `key` names its text, `onclick` is called at a click. */
export function button(key, onclick, attributes = {}) {
    return element("button", { type: "button", text: key, onclick, ...attributes });
}

/** A button that is pressed or not; `onChange` is told. It has a method `press(isPressed)`. */
export function toggle(key, onChange, isPressed = false) {
    const node = button(key, () => {
        node.press(node.getAttribute("aria-pressed") !== "true");
        onChange(node.getAttribute("aria-pressed") === "true");
    });
    node.press = (pressed) => node.setAttribute("aria-pressed", pressed);
    node.press(isPressed);
    return node;
}

/** A box to tick, with its text beside it. */
export function tick(key, isTicked, onChange, className) {
    const box = element("input", { type: "checkbox", onchange: () => onChange(box.checked) });
    box.checked = isTicked;
    return element("label", { class: className ?? "tick" }, box, element("span", { text: key }));
}

/**
 * A choice of one of several.
 * @param {string} label key of its text
 * @param {Array<[string, string]>} choices value and text; a text that is a key is translated
 * @param {function(string)} onChange
 */
export function choice(label, choices, onChange) {
    const id = uniqueId("choice");
    const select = element("select", { id, onchange: () => onChange(select.value) });
    for (const [value, text] of choices) {
        const option = element("option", { value });
        if (text.includes(".")) {
            setText(option, "text", text);
        } else {
            option.textContent = text;
        }
        select.append(option);
    }
    return { select, node: element("span", { class: "field" }, element("label", { for: id, text: label }), select) };
}

/** A field for a text, with its label. */
export function field(label, attributes = {}) {
    const id = uniqueId("field");
    const input = element("input", { type: "text", id, autocomplete: "off", spellcheck: "false", ...attributes });
    return { input, node: element("span", { class: "field" }, element("label", { for: id, text: label }), input) };
}

/** A button that has a file of this computer chosen, and gives it to `onFile`. */
export function filePicker(key, onFile, attributes = {}) {
    const input = element("input", {
        type: "file",
        hidden: true,
        tabindex: "-1",
        ...attributes,
        onchange: () => {
            const [file] = input.files;
            // The same file can be chosen again.
            input.value = "";
            if (file) {
                onFile(file);
            }
        },
    });
    return element("span", { class: "picker" }, button(key, () => input.click()), input);
}

/** Text that only screen readers say. */
export function spoken(key) {
    return element("span", { class: "hidden", text: key });
}

/** Gives the browser's user a file. */
export function download(name, blob) {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    // The browser has to have begun by then.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Bytes as people say them. */
export function sizeText(bytes) {
    if (bytes < 1024) {
        return `${bytes} B`;
    }
    const [unit, divisor] = bytes < 1024 * 1024 ? ["KiB", 1024] : ["MiB", 1024 * 1024];
    return `${(bytes / divisor).toFixed(1)} ${unit}`;
}

/** Seconds since the start, as they stand before a line. */
export function timeText(seconds) {
    return Number.isFinite(seconds) ? seconds.toFixed(3) : "";
}

/** Calls a function at most once in a while, and a last time after the last call. */
export function seldom(ms, callback) {
    let timer = null;
    return () => {
        timer ??= setTimeout(() => {
            timer = null;
            callback();
        }, ms);
    };
}
