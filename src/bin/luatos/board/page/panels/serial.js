/** The serial ports as terminals: what the script writes, and what somebody types to it. */
import { fromBytes, toBytes } from "../bytes.js";
import { element, setText } from "../dom.js";
import { recall, remember } from "../settings.js";
import { button, choice, download, filePicker, toggle } from "../views/controls.js";
import { readHex } from "../views/hex.js";
import { tabs } from "../views/tabs.js";
import { Terminal } from "../views/terminal.js";
import { visible } from "../views/visible.js";

/** The ports of the device: their ids, and keys of their names. `uart.USB` is 129. */
const PORTS = [[1, "serial.port"], [2, "serial.port"], [3, "serial.port"], [129, "serial.usb"]];

const LINE_ENDS = { crlf: "\r\n", lf: "\n", cr: "\r", none: "" };

/** Inputs that are kept. */
const MOST_INPUTS = 100;

/** A file goes to the port in pieces of so many bytes, each after so many milliseconds: 10 KB a second. */
const PIECE = 512;
const PAUSE = 50;

const utf8 = new TextEncoder();

/** What somebody has typed, to have it once more by the arrow keys. */
class History {
    #inputs = [];
    #at = 0;

    add(text) {
        if (text && text !== this.#inputs.at(-1)) {
            this.#inputs.push(text);
            this.#inputs.splice(0, this.#inputs.length - MOST_INPUTS);
        }
        this.#at = this.#inputs.length;
    }

    /** The input before (-1) or after (1) the one that was given last; undefined if there is none. */
    step(by) {
        const target = this.#at + by;
        if (target < 0 || target > this.#inputs.length) {
            return undefined;
        }
        this.#at = target;
        return this.#inputs[target] ?? "";
    }
}

class Port {
    #board;
    #id;
    #terminal = new Terminal("serial.content");
    #history = new History();
    #input = element("input", { type: "text", label: "serial.input", hint: "serial.input_hint", autocomplete: "off", spellcheck: "false" });
    #isHexInput = false;
    #lineEnd;
    #problem = element("p", { class: "problem", role: "alert" });
    #progress = element("p", { class: "dim", role: "status" });
    #transfer = null;
    /** What this page has sent and was not told of yet: the order is that in which things happen at the device. */
    #own = [];

    constructor(board, id) {
        this.#board = board;
        this.#id = id;
        this.#lineEnd = choice("serial.line_end", Object.keys(LINE_ENDS).map((name) => [name, `serial.${name}`]),
            (name) => remember("serial.line_end", name));
        this.#lineEnd.select.value = recall("serial.line_end", "crlf");
        this.#input.addEventListener("keydown", (event) => this.#pressed(event));
        this.content = element("div", { class: "serial" }, this.#terminal.list.element, this.#form(), this.#problem, this.#tools(), this.#progress);
    }

    #form() {
        return element("form", { class: "toolbar", onsubmit: (event) => this.#submit(event) },
            this.#input, element("button", { class: "primary", text: "serial.send" }));
    }

    #tools() {
        this.cancel = button("serial.cancel", () => { this.#transfer = null; });
        this.cancel.hidden = true;
        return element("div", { class: "toolbar" },
            this.#lineEnd.node,
            toggle("serial.hex_input", (isHex) => { this.#isHexInput = isHex; }),
            toggle("serial.hex", (isHex) => this.#terminal.showHex(isHex)),
            filePicker("serial.file", (file) => this.#sendFile(file)), this.cancel,
            button("serial.save", () => download(`uart${this.#id}.txt`, new Blob([this.#terminal.text()]))),
            button("stream.clear", () => this.#terminal.clear()));
    }

    /** The script has written bytes. */
    take(bytes) {
        this.#terminal.push("sent", bytes);
    }

    /** Bytes have been sent to the script, perhaps by another page or by a scenario, which tells only their beginning. */
    hear(size, text) {
        const own = this.#own.findIndex((bytes) => bytes.length === size);
        if (own >= 0) {
            this.#terminal.push("received", ...this.#own.splice(own, 1));
        } else {
            this.#terminal.note("serial.elsewhere", { text: visible(text) });
        }
    }

    /** There is a connection again: what happened without one is not told. */
    forget() {
        this.#own = [];
    }

    restart() {
        if (!this.#terminal.isEmpty) {
            this.#terminal.note("stream.restart");
        }
    }

    /** What is typed, as bytes; null, with the problem shown, where that is no hexadecimal. */
    #typed() {
        const bytes = this.#isHexInput
            ? readHex(this.#input.value)
            : utf8.encode(this.#input.value + LINE_ENDS[this.#lineEnd.select.value]);
        if (bytes) {
            this.#problem.textContent = "";
        } else {
            setText(this.#problem, "text", "serial.no_hex");
        }
        this.#input.toggleAttribute("aria-invalid", !bytes);
        return bytes;
    }

    async #submit(event) {
        event.preventDefault();
        const bytes = this.#typed();
        if (!bytes || bytes.length === 0) {
            return;
        }
        const text = this.#input.value;
        this.#history.add(text);
        this.#input.value = "";
        try {
            await this.#send(bytes);
        } catch (error) {
            this.#input.value ||= text;
            this.#board.fail(error, this.#input);
        }
    }

    async #send(bytes) {
        this.#own.push(bytes);
        try {
            await this.#board.call("uart.write", this.#id, fromBytes(bytes));
        } catch (error) {
            this.#own = this.#own.filter((other) => other !== bytes);
            throw error;
        }
    }

    #pressed(event) {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        const text = by && this.#history.step(by);
        if (text !== undefined) {
            event.preventDefault();
            this.#input.value = text;
        }
    }

    /** Sends a file piece by piece, so that the script can keep up. */
    async #sendFile(file) {
        const transfer = {};
        this.#transfer = transfer;
        this.cancel.hidden = false;
        try {
            const bytes = new Uint8Array(await file.arrayBuffer());
            let sent = 0;
            while (sent < bytes.length && this.#transfer === transfer) {
                const piece = bytes.subarray(sent, sent + PIECE);
                await this.#send(piece);
                sent += piece.length;
                setText(this.#progress, "text", "serial.progress", { sent, size: bytes.length });
                await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
            }
        } catch (error) {
            this.#board.fail(error, this.#input);
        } finally {
            this.cancel.hidden = true;
        }
    }
}

/** How `--trace` tells of bytes for the script: port, their number, and the first of them. */
const RECEIVED = /^(\d+): gets (\d+) bytes?(?:: ([^]*))?$/;

export default {
    id: "serial",
    mount(place, board) {
        const ports = new Map(PORTS.map(([id]) => [id, new Port(board, id)]));
        const views = tabs("serial.ports", PORTS.map(([id, key]) => ({ key, values: { id }, content: ports.get(id).content })));
        place.append(views.node);
        const hasNews = (id) => views.mark(PORTS.findIndex(([port]) => port === id), true);

        board.on("uart", ([id, bytes]) => {
            ports.get(id)?.take(toBytes(bytes));
            hasNews(id);
        });
        board.on("action", ([topic, text]) => {
            const told = topic === "uart" && RECEIVED.exec(text);
            if (told) {
                ports.get(Number(told[1]))?.hear(Number(told[2]), told[3] ?? "");
            }
        });
        board.on("connected", () => ports.forEach((port) => port.forget()));
        let restarts = null;
        board.on("state", (state) => {
            if (restarts !== null && restarts !== state.restarts) {
                ports.forEach((port) => port.restart());
            }
            restarts = state.restarts;
        });
    },
};
