/** What goes through one serial port, as lines of text or of bytes. */
import { element, setText } from "../dom.js";
import { hexLine } from "./hex.js";
import { List } from "./list.js";
import { styled } from "./visible.js";
import { spoken } from "./controls.js";

/** Bytes that are kept. */
const MOST = 256 * 1024;

/** Lines that are shown. */
const MOST_LINES = 10_000;

/** Bytes of a line of text at most, and of a line in hexadecimal. */
const LONGEST = 512;
const WIDTH = 8;

const NEWLINE = 10;
const RETURN = 13;

const utf8 = new TextDecoder();

/** A line's end is a line feed, with or without a carriage return before. */
function lineText(bytes) {
    const last = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
    const end = last < bytes.length && bytes[last - 1] === RETURN ? last - 1 : last;
    return utf8.decode(bytes.subarray(0, end));
}

/** The last byte of a line that begins with these bytes, and may have `room` of them. */
function lineEnd(bytes, room) {
    const found = bytes.subarray(0, room).indexOf(NEWLINE);
    return found >= 0 ? found + 1 : Math.min(room, bytes.length);
}

function joined(first, second) {
    const bytes = new Uint8Array(first.length + second.length);
    bytes.set(first);
    bytes.set(second, first.length);
    return bytes;
}

export class Terminal {
    #pieces = [];
    #size = 0;
    #isHex = false;
    /** The line that is not complete yet, by way. */
    #open = null;
    #offsets = { sent: 0, received: 0 };

    constructor(label) {
        this.list = new List({ label, draw: (row, line) => this.#draw(row, line), limits: { most: MOST_LINES } });
        this.list.element.classList.add("terminal");
    }

    get isEmpty() {
        return this.#pieces.length === 0;
    }

    /**
     * Shows bytes.
     * @param {"sent"|"received"} way as the script sees it
     * @param {Uint8Array} bytes
     */
    push(way, bytes) {
        this.#pieces.push({ way, bytes });
        this.#size += bytes.length;
        while (this.#size > MOST && this.#pieces.length > 1) {
            this.#size -= this.#pieces.shift().bytes.length;
        }
        this.#append(way, bytes);
    }

    /** A line of the page's own, such as that the device has restarted. */
    note(key, values) {
        this.#open = null;
        this.list.push({ note: key, values });
    }

    showHex(isHex) {
        this.#isHex = isHex;
        this.#open = null;
        this.#offsets = { sent: 0, received: 0 };
        this.list.replace([]);
        this.#pieces.forEach(({ way, bytes }) => this.#append(way, bytes));
    }

    clear() {
        this.#pieces = [];
        this.#size = 0;
        this.showHex(this.#isHex);
    }

    /** All that is kept, as it came. */
    text() {
        const decoders = { sent: new TextDecoder(), received: new TextDecoder() };
        return this.#pieces.map(({ way, bytes }) => decoders[way].decode(bytes, { stream: true })).join("");
    }

    /** Bytes complete the line that has begun, as long as they go the same way; the rest are lines of their own. */
    #append(way, bytes) {
        let rest = bytes;
        while (rest.length > 0) {
            const line = this.#lineFor(way);
            const room = (this.#isHex ? WIDTH : LONGEST) - line.bytes.length;
            const end = this.#isHex ? Math.min(room, rest.length) : lineEnd(rest, room);
            line.bytes = joined(line.bytes, rest.subarray(0, end));
            rest = rest.subarray(end);
            this.#offsets[way] += end;
            const isFull = this.#isHex ? line.bytes.length === WIDTH : line.bytes.at(-1) === NEWLINE || line.bytes.length >= LONGEST;
            if (isFull) {
                this.#open = null;
            }
        }
        this.list.redraw();
    }

    #lineFor(way) {
        if (this.#open?.way !== way) {
            this.#open = { way, bytes: new Uint8Array(), offset: this.#offsets[way] };
            this.list.push(this.#open);
        }
        return this.#open;
    }

    #draw(row, { way, bytes, offset, note, values }) {
        if (note) {
            row.className = "list-row log-note";
            row.replaceChildren(element("span", {}));
            setText(row.firstChild, "text", note, values);
            return;
        }
        row.className = `list-row serial-${way}`;
        const content = this.#isHex
            ? [hexLine(bytes, offset, WIDTH)]
            : styled(lineText(bytes)).map(({ text, className }) => element("span", { class: className }, text));
        row.replaceChildren(spoken(`serial.${way}`), ...content);
    }
}
