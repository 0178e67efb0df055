/** The newest items of a stream, so that it never takes more than a given amount of memory. */

/** Items that have gone are cut off the array once there are this many, and as many as remain. */
const COMPACT = 1024;

export class Kept {
    #items = [];
    #start = 0;
    #weight = 0;
    #most;
    #heaviest;
    #weigh;

    /**
     * @param {object} [limits]
     * @param {number} [limits.most] items
     * @param {number} [limits.heaviest] what all of them weigh together; a single item may weigh more
     * @param {function(*): number} [limits.weigh] what an item weighs
     */
    constructor({ most = Infinity, heaviest = Infinity, weigh = () => 0 } = {}) {
        this.#most = most;
        this.#heaviest = heaviest;
        this.#weigh = weigh;
    }

    get length() {
        return this.#items.length - this.#start;
    }

    /** The item at an index from 0; undefined beyond the end. */
    at(index) {
        return index < 0 ? undefined : this.#items[this.#start + index];
    }

    get first() {
        return this.at(0);
    }

    get last() {
        return this.at(this.length - 1);
    }

    /** Adds an item at the end; the oldest go where there is no room. */
    push(item) {
        this.#items.push(item);
        this.#weight += this.#weigh(item);
        while (this.length > this.#most || (this.#weight > this.#heaviest && this.length > 1)) {
            this.shift();
        }
    }

    /** Takes the oldest item away. */
    shift() {
        const item = this.first;
        this.#items[this.#start] = undefined;
        this.#start += 1;
        this.#weight -= this.#weigh(item);
        if (this.#start >= COMPACT && this.#start >= this.length) {
            this.#items.splice(0, this.#start);
            this.#start = 0;
        }
        return item;
    }

    clear() {
        this.#items = [];
        this.#start = 0;
        this.#weight = 0;
    }

    * [Symbol.iterator]() {
        for (let index = 0; index < this.length; index += 1) {
            yield this.at(index);
        }
    }
}
