/** The log: what the script prints and what the runtime says. */
import { toText } from "../bytes.js";
import { element, setText } from "../dom.js";
import { button, download, timeText } from "../views/controls.js";
import { Lines } from "../views/lines.js";
import { textNodes } from "../views/row.js";
import { plain } from "../views/visible.js";

/** How grave a line is, by the device's form `[LETTER]-[tag] text`. */
const LEVELS = { E: "error", F: "error", W: "warning", I: "info", D: "debug", T: "debug" };
const KINDS = ["error", "warning", "info", "debug", "print", "report"];

/** Its level; of a line without that form, whether the script prints it or the runtime reports it. */
function kindOf(text, isError) {
    const level = /^\[([EFWIDT])\]-\[/.exec(plain(text));
    return level ? LEVELS[level[1]] : isError ? "report" : "print";
}

/** A line as a file has it. */
function written({ time, text, note }) {
    return note ? `-- ${note}\n` : `${timeText(time)} ${plain(text)}\n`;
}

/** Keeps apart what has come already, when a connection is there again and tells of the last lines once more. */
class Numbers {
    #last = 0;
    #first = null;
    #restarts = null;
    /** Lines have told of another run already, before its state. */
    #isBegun = false;

    #begin() {
        this.#last = 0;
        this.#first = null;
    }

    /** The state tells of a restart: then lines are counted from 1 again. */
    isOtherRun(restarts) {
        const isOther = this.#restarts !== null && this.#restarts !== restarts && !this.#isBegun;
        this.#restarts = restarts;
        this.#isBegun = false;
        if (isOther) {
            this.#begin();
        }
        return isOther;
    }

    /**
     * Whether a line is new. `find` gives the time of the line with a number, undefined if that is not kept any more.
     * @returns {"new"|"known"|"other"} `other`: it comes from another run
     */
    judge({ number, time }, find) {
        const isNew = number > this.#last;
        const isOther = !isNew && this.#isOther(number, time, find);
        if (isOther) {
            this.#begin();
        }
        this.#isBegun ||= isOther;
        if (isNew || isOther) {
            this.#last = number;
            this.#first ??= { number, time };
        }
        return isNew ? "new" : isOther ? "other" : "known";
    }

    #isOther(number, time, find) {
        const before = this.#first.number === number ? this.#first.time : find(number) ?? time;
        return number < this.#first.number || before !== time;
    }
}

class Log {
    #board;
    #lines;
    #numbers = new Numbers();
    #run = 0;

    constructor(board) {
        this.#board = board;
        this.#lines = new Lines(board, "log", {
            kinds: KINDS,
            legend: "log.levels",
            tickClass: (kind) => `tick log-${kind}`,
            searched: ({ text }) => plain(text),
            weigh: ({ text }) => text.length,
            draw: ({ time, text }, search) =>
                [element("span", { class: "time" }, timeText(time)), " ", ...textNodes(text, search)],
            describe: ({ time, text }) => ({ heading: `${timeText(time)} s`, text: plain(text) }),
        });
    }

    mount(place) {
        this.#lines.mount(place, button("log.copy", (event) => this.#copy(event.currentTarget)),
            button("log.download", () => this.#download()));
        this.#board.on("log", ([text, stream], change) => this.#take(toText(text), stream === "stderr", change));
        this.#board.on("state", ({ restarts }) => this.#check(restarts));
    }

    #check(restarts) {
        if (this.#numbers.isOtherRun(restarts)) {
            this.#beginRun();
        }
    }

    #beginRun() {
        this.#run += 1;
        this.#lines.note("stream.restart");
    }

    #take(text, isError, { number, time }) {
        const timeOf = (wanted) => this.#lines.findLast((line) => line.run === this.#run && line.number === wanted)?.time;
        const news = this.#numbers.judge({ number, time }, timeOf);
        if (news === "other") {
            this.#beginRun();
        }
        if (news !== "known") {
            this.#lines.push({ time, text, kind: kindOf(text, isError), isError, number, run: this.#run });
        }
    }

    #text() {
        return this.#lines.shown.map((line) =>
            written(line.note ? { ...line, note: this.#board.t(line.note, line.values) } : line)).join("");
    }

    async #copy(node) {
        try {
            await navigator.clipboard.writeText(this.#text());
            setText(node, "text", "log.copied");
            setTimeout(() => setText(node, "text", "log.copy"), 2000);
        } catch (error) {
            this.#board.fail(error, node);
        }
    }

    #download() {
        download("luatos.log", new Blob([this.#text()], { type: "text/plain;charset=utf-8" }));
    }
}

export default {
    id: "log",
    wide: true,
    mount(place, board) {
        new Log(board).mount(place);
    },
};
