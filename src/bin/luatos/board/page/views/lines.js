/** Lines of several kinds, of which one chooses by kind and by a search; what is chosen of kinds is remembered. */
import { element } from "../dom.js";
import { recall, remember } from "../settings.js";
import { tick } from "./controls.js";
import { Details } from "./details.js";
import { searchField, streamControls } from "./hold.js";
import { readSearch } from "./search.js";
import { Stream } from "./stream.js";

export class Lines {
    #board;
    #id;
    #options;
    #search = readSearch("");
    #hidden;
    #details = new Details();
    #stream;
    #controls = streamControls(() => this.#stream);

    /**
     * @param {object} board
     * @param {string} id of the panel: of its texts and its classes
     * @param {object} options
     * @param {string[]} options.kinds
     * @param {string} options.legend key of the text for the choice of kinds
     * @param {function(string): string} [options.tickClass] of the tick for a kind
     * @param {function(object): string} options.searched what a search looks at in a line
     * @param {function(object): number} options.weigh
     * @param {function(object, object): (Node|string)[]} options.draw gets a line and the search
     * @param {function(object): object} options.describe what `Details` shows of a line
     */
    constructor(board, id, options) {
        this.#board = board;
        this.#id = id;
        this.#options = options;
        this.#hidden = new Set(recall(`${id}.hidden`, []));
        this.#stream = new Stream({
            label: `${id}.lines`,
            draw: (row, line) => this.#draw(row, line),
            onChoice: (line) => this.#details.show(line && !line.note ? options.describe(line) : null),
            weigh: options.weigh,
            onChange: () => this.#controls.update(),
        });
    }

    /** Puts them into a panel, with further buttons beside those that all have. */
    mount(place, ...buttons) {
        const { kinds, legend, tickClass } = this.#options;
        const search = searchField((found) => {
            this.#search = found;
            this.#filter();
        }, readSearch);
        const { hold, clear, end, count } = this.#controls;
        const choice = kinds.map((kind) =>
            tick(`${this.#id}.${kind}`, !this.#hidden.has(kind), (isShown) => this.#showKind(kind, isShown), tickClass?.(kind)));
        place.append(
            element("div", { class: "toolbar" }, search.input, search.problem, hold, clear, ...buttons),
            element("fieldset", { class: "toolbar ticks" }, element("legend", { class: "hidden", text: legend }), ...choice),
            element("div", { class: "stream-frame" }, this.#stream.list.element, end),
            count, this.#details.element,
        );
        this.#board.on("lost", ([lost]) => this.note("stream.lost", { count: lost }));
        this.#board.on("language", () => this.#stream.list.redraw());
    }

    push(line) {
        this.#stream.push(line);
    }

    /** A line of the page's own. */
    note(key, values) {
        this.#stream.push({ text: "", note: key, values, kind: "note" });
    }

    findLast(accepts) {
        return this.#stream.findLast(accepts);
    }

    /** Those that are in sight or can be scrolled to. */
    get shown() {
        return [...this.#stream.list];
    }

    #filter() {
        this.#stream.filter((line) =>
            !this.#hidden.has(line.kind)
            && (this.#search.isEmpty || (!line.note && this.#search.accepts(this.#options.searched(line)))));
    }

    #showKind(kind, isShown) {
        this.#hidden[isShown ? "delete" : "add"](kind);
        remember(`${this.#id}.hidden`, [...this.#hidden]);
        this.#filter();
    }

    #draw(row, line) {
        row.className = `list-row ${this.#id}-${line.kind}`;
        row.replaceChildren(...(line.note
            ? [this.#board.t(line.note, line.values)]
            : this.#options.draw(line, this.#search)));
    }
}
