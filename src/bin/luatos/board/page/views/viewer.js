/** A file of the device, opened: as text, bytes, picture or sound. */
import { element, setText } from "../dom.js";
import { button } from "./controls.js";
import { typed, isPlayable } from "./content.js";
import { hexLines } from "./hex.js";
import { visible, visibleLines } from "./visible.js";

/** Characters and bytes that are shown. */
const MOST_TEXT = 256 * 1024;
const MOST_BYTES = 16 * 1024;

function cutNote(size, most) {
    const note = element("p", { class: "dim" });
    if (size > most) {
        setText(note, "text", "files.cut", { count: size - most });
    }
    return note;
}

function asText({ bytes }) {
    const text = new TextDecoder().decode(bytes.subarray(0, MOST_TEXT));
    return [element("pre", { class: "details-content", tabindex: "0", label: "details.content" }, visibleLines(text)), cutNote(bytes.length, MOST_TEXT)];
}

function asHex({ bytes }) {
    const lines = hexLines(bytes.subarray(0, MOST_BYTES)).join("\n");
    return [element("pre", { class: "details-content", tabindex: "0", label: "details.content" }, lines), cutNote(bytes.length, MOST_BYTES)];
}

function asPicture({ address }, path) {
    return [element("img", { class: "opened", src: address, alt: visible(path) })];
}

function asSound({ address, type }) {
    return [isPlayable(type) ? element("audio", { controls: true, src: address }) : element("p", { text: "sound.not_playable" })];
}

const FORMS = { "files.text": asText, "files.hex": asHex, "files.picture": asPicture, "files.sound": asSound };

/** How a file of a type is shown first. */
function formFor(type) {
    const kind = type.split("/")[0];
    return { image: "files.picture", audio: "files.sound", text: "files.text" }[kind] ?? "files.hex";
}

export class Viewer {
    #heading = element("h3", { tabindex: "-1" });
    #forms = element("div", { class: "toolbar" });
    #content = element("div", {});
    #address = null;

    constructor() {
        this.element = element("div", { class: "viewer", hidden: true },
            element("div", { class: "toolbar" }, this.#heading, button("files.close", () => this.close())), this.#forms, this.#content);
    }

    /** Shows a file, which is a Blob. */
    async open(path, blob) {
        const content = await typed(blob);
        this.close();
        this.#address = URL.createObjectURL(content.blob);
        this.#heading.textContent = visible(path);
        const first = formFor(content.type);
        const forms = new Set([first, "files.text", "files.hex"]);
        this.#forms.replaceChildren(...[...forms].map((form) =>
            button(form, () => this.#show(form, content, path), { "data-form": form })));
        this.#show(first, content, path);
        this.element.hidden = false;
        this.#heading.focus();
    }

    close() {
        this.element.hidden = true;
        this.#content.replaceChildren();
        if (this.#address) {
            URL.revokeObjectURL(this.#address);
            this.#address = null;
        }
    }

    #show(form, content, path) {
        for (const other of this.#forms.children) {
            other.setAttribute("aria-pressed", other.dataset.form === form);
        }
        this.#content.replaceChildren(...FORMS[form]({ ...content, address: this.#address }, path));
    }
}
