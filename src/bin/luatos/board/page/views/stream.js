/** Items as they come, in a list that shows those that are wanted, can be held, and forgets the oldest. */
import { Kept } from "./kept.js";
import { List } from "./list.js";

/** What is kept of a stream: items, and characters of them all. */
const MOST = 20_000;
const HEAVIEST = 8 << 20;

export class Stream {
    #all;
    #waiting;
    #limits;
    #accepts = () => true;
    #onChange;
    #isHeld = false;
    /** Items so far, which numbers them. */
    #count = 0;
    #heldCount = 0;

    /**
     * @param {object} options those of a `List`, and
     * @param {function(*): number} options.weigh characters of an item
     * @param {function()} options.onChange is called when one of the numbers below changes
     */
    constructor({ weigh, onChange, ...options }) {
        this.#limits = { most: MOST, heaviest: HEAVIEST, weigh: (entry) => weigh(entry) };
        this.#all = new Kept(this.#limits);
        this.#waiting = new Kept(this.#limits);
        this.#onChange = onChange;
        this.list = new List({ ...options, onEnd: onChange });
    }

    /** Items that are kept. */
    get length() {
        return this.#all.length;
    }

    /** Items that have gone because there was no room. */
    get forgotten() {
        return this.#count - this.#heldCount - this.#all.length;
    }

    get isHeld() {
        return this.#isHeld;
    }

    /** Items that have come since it was held. */
    get held() {
        return this.#heldCount;
    }

    /** The newest item, also one that is held. */
    get last() {
        return this.#waiting.last ?? this.#all.last;
    }

    /** Adds an item. Its field `position` is set to its number. */
    push(item) {
        this.#count += 1;
        item.position = this.#count;
        if (this.#isHeld) {
            this.#heldCount += 1;
            this.#waiting.push(item);
        } else {
            this.#add(item);
        }
        this.#onChange();
    }

    #add(item) {
        this.#all.push(item);
        if (this.#accepts(item)) {
            this.list.push(item);
        }
        const first = this.#all.first.position;
        this.list.forget((shown) => shown.position < first);
    }

    /** Shows only items for which this is true, from now on. */
    filter(accepts) {
        this.#accepts = accepts;
        this.list.replace(this.#accepted());
        this.#onChange();
    }

    * #accepted() {
        for (const item of this.#all) {
            if (this.#accepts(item)) {
                yield item;
            }
        }
    }

    /** Holds what comes (true), or shows it. */
    hold(isHeld) {
        this.#isHeld = isHeld;
        if (!isHeld) {
            const waiting = [...this.#waiting];
            this.#waiting.clear();
            this.#heldCount = 0;
            waiting.forEach((item) => this.#add(item));
        }
        this.#onChange();
    }

    clear() {
        this.#all.clear();
        this.#waiting.clear();
        this.#count = 0;
        this.#heldCount = 0;
        this.list.replace([]);
        this.#onChange();
    }

    /** Finds the newest item for which this is true. */
    findLast(isWanted) {
        for (const kept of [this.#waiting, this.#all]) {
            for (let index = kept.length - 1; index >= 0; index -= 1) {
                if (isWanted(kept.at(index))) {
                    return kept.at(index);
                }
            }
        }
        return undefined;
    }
}
