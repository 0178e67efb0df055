/** The buttons and counts that a stream has: hold, clear, to the end; how much there is. */
import { element, setText } from "../dom.js";
import { button, seldom, toggle } from "./controls.js";

/** Milliseconds between two counts: a count that races cannot be read. */
const SELDOM = 250;

/**
 * Makes the controls of a stream. `update` has to be called when something of it changes.
 * @param {function(): Stream} stream gives it, once it is there
 * @returns {{hold: Element, clear: Element, end: Element, count: Element, update: function()}}
 */
export function streamControls(stream) {
    const hold = toggle("stream.hold", (isHeld) => stream().hold(isHeld));
    const clear = button("stream.clear", () => stream().clear());
    const end = button("stream.end", () => stream().list.showEnd());
    const count = element("p", { class: "stream-count dim" });

    const update = seldom(SELDOM, () => {
        const { list, length, forgotten, held, isHeld } = stream();
        end.hidden = list.isAtEnd;
        if (isHeld) {
            setText(count, "text", "stream.held", { count: held });
            return;
        }
        const key = forgotten > 0 ? "stream.forgotten" : list.length < length ? "stream.filtered" : "stream.count";
        setText(count, "text", key, { shown: list.length, count: length, forgotten });
    });
    end.hidden = true;
    update();
    return { hold, clear, end, count, update };
}

/**
 * A field to search in.
 * @param {function(object)} onSearch gets the result of `readSearch`
 * @param {function(string): object} read
 */
export function searchField(onSearch, read) {
    const problem = element("span", { class: "problem", role: "alert" });
    const input = element("input", {
        type: "search",
        class: "search",
        label: "stream.search",
        hint: "stream.search_hint",
        autocomplete: "off",
        spellcheck: "false",
    });
    input.addEventListener("input", () => {
        try {
            const search = read(input.value);
            problem.textContent = "";
            input.removeAttribute("aria-invalid");
            onSearch(search);
        } catch (error) {
            problem.textContent = error.message;
            input.setAttribute("aria-invalid", "true");
        }
    });
    return { input, problem };
}
