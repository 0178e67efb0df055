/** The whole of what a line shows only the beginning of: as text, or byte by byte. */
import { element, setText } from "../dom.js";
import { hexLines } from "./hex.js";
import { visible, visibleLines } from "./visible.js";

/** Characters and bytes that are shown at most. */
const MOST = 100_000;
const MOST_BYTES = 16_384;

function cut(text) {
    return text.length > MOST ? `${text.slice(0, MOST)} …` : text;
}

export class Details {
    #heading = element("p", { class: "details-heading" });
    #content = element("pre", { class: "details-content", tabindex: "0", label: "details.content" });
    #toggle = element("button", { type: "button", text: "details.hex", "aria-pressed": "false", onclick: () => this.#switch() });
    #isHex = false;
    #shown = null;

    constructor() {
        this.element = element("div", { class: "details", hidden: true },
            element("div", { class: "toolbar" }, this.#heading, this.#toggle), this.#content);
    }

    /**
     * @param {object|null} shown null: nothing
     * @param {string} shown.heading
     * @param {string} shown.text
     * @param {Uint8Array} [shown.bytes] without them there is only the text
     * @param {number} [shown.size] how many bytes there were, of which `bytes` may be the first
     */
    show(shown) {
        this.#shown = shown;
        this.element.hidden = !shown;
        if (shown) {
            this.#heading.textContent = visible(shown.heading);
            this.#toggle.hidden = !shown.bytes;
            this.#draw();
        }
    }

    #switch() {
        this.#isHex = !this.#isHex;
        this.#toggle.setAttribute("aria-pressed", this.#isHex);
        this.#draw();
    }

    #draw() {
        const { text, bytes, size } = this.#shown;
        const content = this.#isHex && bytes
            ? hexLines(bytes.subarray(0, MOST_BYTES)).join("\n")
            : visibleLines(cut(text));
        this.#content.replaceChildren(content);
        if (bytes && size > bytes.length) {
            const rest = element("em", {});
            setText(rest, "text", "details.rest", { count: size - bytes.length });
            this.#content.append("\n", rest);
        }
    }
}
