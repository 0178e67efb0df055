/**
 * A list of lines of equal height, of which only those in sight are elements: what is beyond costs nothing to show, and
 * however many lines come, the page changes once for each picture of the screen.
 *
 * For keyboards and screen readers it is a list box: arrow keys choose a line, Enter or a click opens it.
 */
import { element, uniqueId } from "../dom.js";
import { oncePerFrame } from "./frames.js";
import { Kept } from "./kept.js";

/** Lines above and below those in sight that are elements, too, so that a scroll shows no gap. */
const SPARE = 6;

/** Pixels by which a list that is at its end may miss it: browsers round. */
const NEARLY = 4;

export class List {
    #items;
    #draw;
    #onChoice;
    #onEnd;
    #space = element("div", { class: "list-space", role: "presentation" });
    #window = element("div", { class: "list-window", role: "presentation" });
    #rows = [];
    #id = uniqueId("line");
    #rowHeight = 20;
    #viewHeight = 0;
    /** Where the element is scrolled to, and the height that it scrolls in, as of the last picture. */
    #scrollTop = 0;
    #height = 0;
    /** Pixels that have gone at the beginning since. */
    #shift = 0;
    #isAtEnd = true;
    /** Has the lines drawn with the next picture of the screen. */
    schedule = oncePerFrame(() => this.#render());
    /** Lines that have gone at the beginning; with it a line's number stays the same. */
    #gone = 0;
    #chosen = null;
    #isStale = false;

    /**
     * @param {object} options
     * @param {string} options.label key of the text that names it
     * @param {function(Element, *)} options.draw shows an item in an element, which is empty or has shown another
     * @param {function(*)} [options.onChoice] is told which item is chosen; null: none
     * @param {function(boolean)} [options.onEnd] is told whether the end is in sight from now on
     * @param {object} [options.limits] what is kept, as for `Kept`
     */
    constructor({ label, draw, onChoice = () => {}, onEnd = () => {}, limits }) {
        this.#items = new Kept(limits);
        this.#draw = draw;
        this.#onChoice = onChoice;
        this.#onEnd = onEnd;
        this.#space.append(this.#window);
        this.element = element("div", {
            class: "list",
            role: "listbox",
            tabindex: "0",
            label,
            onscroll: () => this.#scrolled(),
            onkeydown: (event) => this.#pressed(event),
            onclick: (event) => this.#clicked(event),
        }, this.#space);
        new ResizeObserver(() => this.#measure()).observe(this.element);
    }

    get length() {
        return this.#items.length;
    }

    get isAtEnd() {
        return this.#isAtEnd;
    }

    /** The item that is chosen; null: none. */
    get chosen() {
        return this.#chosen && this.#items.at(this.#chosen.number - this.#gone);
    }

    [Symbol.iterator]() {
        return this.#items[Symbol.iterator]();
    }

    push(item) {
        const before = this.#items.length;
        this.#items.push(item);
        this.#lose(before + 1 - this.#items.length);
        this.schedule();
    }

    /** Takes items away at the beginning for as long as `isGone` is true for them. */
    forget(isGone) {
        let count = 0;
        while (this.#items.length > 0 && isGone(this.#items.first)) {
            this.#items.shift();
            count += 1;
        }
        this.#lose(count);
    }

    /** Shows these items instead of those that there are; what is chosen stays so if it is among them. */
    replace(items) {
        const chosen = this.chosen;
        let number = -1;
        this.#items.clear();
        this.#gone = 0;
        for (const item of items) {
            this.#items.push(item);
            number = item === chosen ? this.#items.length - 1 : number;
        }
        this.#chosen = number >= 0 ? { number } : null;
        if (chosen && number < 0) {
            this.#onChoice(null);
        }
        this.#isStale = true;
        this.#setAtEnd(true);
        this.schedule();
    }

    /** Draws all lines in sight anew. */
    redraw() {
        this.#isStale = true;
        this.schedule();
    }

    showEnd() {
        this.#setAtEnd(true);
        this.schedule();
    }

    #lose(count) {
        if (count === 0) {
            return;
        }
        this.#gone += count;
        if (!this.#isAtEnd) {
            // What is in sight stays where it is.
            this.#shift += count * this.#rowHeight;
        }
        if (this.#chosen && this.#chosen.number < this.#gone) {
            this.#choose(null);
        }
    }

    #measure() {
        const probe = element("div", { class: "list-row" }, "X");
        this.#window.append(probe);
        this.#rowHeight = probe.getBoundingClientRect().height || this.#rowHeight;
        probe.remove();
        this.#viewHeight = this.element.clientHeight;
        this.schedule();
    }

    get #farthest() {
        return Math.max(0, this.#items.length * this.#rowHeight - this.#viewHeight);
    }

    #setAtEnd(isAtEnd) {
        if (isAtEnd !== this.#isAtEnd) {
            this.#isAtEnd = isAtEnd;
            this.#onEnd(isAtEnd);
        }
    }

    #scrolled() {
        const { scrollTop } = this.element;
        if (Math.abs(scrollTop - this.#scrollTop) > 1) {
            this.#scrollTop = scrollTop;
            this.#setAtEnd(scrollTop >= this.#height - this.#viewHeight - NEARLY);
            this.schedule();
        }
    }

    #render() {
        if (this.#viewHeight === 0) {
            return; // It is not in sight at all; `#measure` comes when it is.
        }
        this.#setHeight(this.#items.length * this.#rowHeight);
        if (this.#isAtEnd) {
            this.#scrollTo(this.#farthest);
        } else if (this.#shift > 0) {
            this.#scrollTo(Math.max(0, this.#scrollTop - this.#shift));
        }
        this.#shift = 0;
        const first = Math.max(0, Math.floor(this.#scrollTop / this.#rowHeight) - SPARE);
        const last = Math.min(this.#items.length, Math.ceil((this.#scrollTop + this.#viewHeight) / this.#rowHeight) + SPARE);
        this.#window.style.transform = `translateY(${first * this.#rowHeight}px)`;
        this.#fitRows(last - first);
        for (let index = first; index < last; index += 1) {
            this.#show(this.#rows[index - first], index);
        }
        this.#isStale = false;
    }

    #setHeight(height) {
        if (height !== this.#height) {
            this.#height = height;
            this.#space.style.height = `${height}px`;
        }
    }

    #scrollTo(place) {
        if (place !== this.#scrollTop) {
            this.element.scrollTop = place;
            this.#scrollTop = place;
        }
    }

    #fitRows(count) {
        while (this.#rows.length < count) {
            const row = element("div", { class: "list-row", role: "option", id: `${this.#id}-${this.#rows.length}` });
            this.#rows.push({ row, item: undefined });
            this.#window.append(row);
        }
        while (this.#rows.length > count) {
            this.#rows.pop().row.remove();
        }
    }

    #show(slot, index) {
        const item = this.#items.at(index);
        const number = this.#gone + index;
        const isChosen = this.#chosen?.number === number;
        if (slot.item !== item || this.#isStale) {
            slot.item = item;
            this.#draw(slot.row, item);
        }
        if (slot.number !== number) {
            slot.number = number;
            slot.row.setAttribute("aria-posinset", number + 1);
        }
        if (slot.isChosen !== isChosen) {
            slot.isChosen = isChosen;
            slot.row.setAttribute("aria-selected", isChosen);
        }
        if (isChosen) {
            this.element.setAttribute("aria-activedescendant", slot.row.id);
        }
    }

    #choose(number) {
        this.#chosen = number === null ? null : { number };
        this.element.removeAttribute("aria-activedescendant");
        this.#onChoice(this.chosen);
        this.schedule();
    }

    #clicked(event) {
        const row = event.target.closest(".list-row");
        const slot = this.#rows.find((candidate) => candidate.row === row);
        // Who marks text wants no line opened.
        if (slot && getSelection().isCollapsed) {
            this.#choose(slot.number === this.#chosen?.number ? null : slot.number);
        }
    }

    #pressed(event) {
        if (event.ctrlKey || event.altKey || event.metaKey || this.#items.length === 0) {
            return;
        }
        const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
        const last = this.#items.length - 1;
        const from = this.#chosen ? this.#chosen.number - this.#gone : null;
        const target = {
            ArrowUp: from === null ? last : from - 1,
            ArrowDown: from === null ? last : from + 1,
            PageUp: (from ?? last) - page,
            PageDown: (from ?? last) + page,
            Home: 0,
            End: last,
        }[event.key];
        if (target !== undefined) {
            event.preventDefault();
            this.#reveal(Math.min(Math.max(0, target), last));
        } else if (event.key === "Escape" && this.#chosen) {
            event.preventDefault();
            this.#choose(null);
        }
    }

    /** Chooses an item by its index and scrolls it into sight. */
    #reveal(index) {
        const top = index * this.#rowHeight;
        const lowest = top + this.#rowHeight - this.#viewHeight;
        this.#setAtEnd(index === this.#items.length - 1);
        if (!this.#isAtEnd) {
            this.#scrollTo(Math.max(0, Math.min(top, Math.max(lowest, this.#scrollTop))));
        }
        this.#choose(this.#gone + index);
    }
}
