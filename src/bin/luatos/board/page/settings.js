/** What the page remembers in this browser: language, theme, panels that are folded. */

const PREFIX = "luatos-board.";

/** What is remembered under a name, or `otherwise`. */
export function recall(name, otherwise) {
    try {
        return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
    } catch {
        return otherwise;
    }
}

/** Remembers something that JSON can hold. */
export function remember(name, value) {
    try {
        localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
        // A browser that keeps nothing shows the page all the same.
    }
}
