/** The log: what the script prints and what the runtime says. */
import { toText } from "../bytes.js";
import { element, setText } from "../dom.js";
import { recall, remember } from "../settings.js";
import { Details } from "../views/details.js";
import { button, download, tick, timeText } from "../views/controls.js";
import { searchField, streamControls } from "../views/hold.js";
import { textNodes } from "../views/row.js";
import { readSearch } from "../views/search.js";
import { Stream } from "../views/stream.js";
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
    #search = readSearch("");
    #hidden = new Set(recall("log.hidden", []));
    #numbers = new Numbers();
    #run = 0;
    #details = new Details();
    #stream;
    #controls = streamControls(() => this.#stream);

    constructor(board) {
        this.#board = board;
        this.#stream = new Stream({
            label: "log.lines",
            draw: (row, line) => this.#draw(row, line),
            onChoice: (line) => this.#choose(line),
            weigh: ({ text }) => text.length,
            onChange: () => this.#controls.update(),
        });
    }

    mount(place) {
        const search = searchField((found) => {
            this.#search = found;
            this.#filter();
        }, readSearch);
        const { hold, clear, end, count } = this.#controls;
        place.append(
            element("div", { class: "toolbar" }, search.input, search.problem, hold, clear,
                button("log.copy", (event) => this.#copy(event.currentTarget)), button("log.download", () => this.#download())),
            element("fieldset", { class: "toolbar ticks" }, element("legend", { class: "hidden", text: "log.levels" }),
                ...KINDS.map((kind) => tick(`log.${kind}`, !this.#hidden.has(kind), (isShown) => this.#showKind(kind, isShown), `tick log-${kind}`))),
            element("div", { class: "stream-frame" }, this.#stream.list.element, end),
            count, this.#details.element,
        );
        this.#board.on("log", ([text, stream], change) => this.#take(toText(text), stream === "stderr", change));
        this.#board.on("lost", ([lost]) => this.#note("stream.lost", { count: lost }));
        this.#board.on("state", ({ restarts }) => this.#check(restarts));
        this.#board.on("language", () => this.#stream.list.redraw());
    }

    #check(restarts) {
        if (this.#numbers.isOtherRun(restarts)) {
            this.#run += 1;
            this.#note("stream.restart");
        }
    }

    #take(text, isError, { number, time }) {
        const timeOf = (wanted) => this.#stream.findLast((line) => line.run === this.#run && line.number === wanted)?.time;
        const news = this.#numbers.judge({ number, time }, timeOf);
        if (news === "other") {
            this.#run += 1;
            this.#note("stream.restart");
        }
        if (news !== "known") {
            this.#stream.push({ time, text, kind: kindOf(text, isError), isError, number, run: this.#run });
        }
    }

    /** A line of the page's own. */
    #note(key, values) {
        this.#stream.push({ text: "", note: key, values, kind: "note" });
    }

    #filter() {
        this.#stream.filter(({ kind, text, note }) =>
            !this.#hidden.has(kind) && (this.#search.isEmpty || (!note && this.#search.accepts(plain(text)))));
    }

    #showKind(kind, isShown) {
        this.#hidden[isShown ? "delete" : "add"](kind);
        remember("log.hidden", [...this.#hidden]);
        this.#filter();
    }

    #draw(row, { time, text, kind, note, values }) {
        row.className = `list-row log-${kind}`;
        if (note) {
            row.replaceChildren(this.#board.t(note, values));
        } else {
            row.replaceChildren(element("span", { class: "time" }, timeText(time)), " ", ...textNodes(text, this.#search));
        }
    }

    #choose(line) {
        this.#details.show(line && !line.note ? { heading: `${timeText(line.time)} s`, text: plain(line.text) } : null);
    }

    #text() {
        return [...this.#stream.list].map((line) =>
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
