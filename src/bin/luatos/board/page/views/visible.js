/** Text from the device as the page may show it: whatever it contains, it stays within its line and does what it says. */

/**
 * Characters without a look of their own, or with power over that of others: controls but the tab, marks of direction
 * (Unicode Standard Annex 9), separators, invisible operators, tags, and halves of characters.
 */
const INVISIBLE =
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** Controls that have an escape of their own. */
const ESCAPES = { "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v" };

/** A stand-in that every font has: escapes as in Lua's strings for controls, the code point for others. */
function standIn(character) {
    const code = character.codePointAt(0);
    const number = code.toString(16);
    if (code < 0x80) {
        return ESCAPES[character] ?? `\\x${number.padStart(2, "0")}`;
    }
    return `\u2039U+${number.toUpperCase().padStart(4, "0")}\u203a`;
}

/**
 * @param {string} text
 * @returns {string} with something to see for each character that has no look of its own
 */
export function visible(text) {
    return text.replace(INVISIBLE, standIn);
}

/** Likewise a text of several lines, which it keeps. */
export function visibleLines(text) {
    return text.split(/\r?\n/).map(visible).join("\n");
}

/** Select Graphic Rendition, ECMA-48 8.3.117. */
const RENDITION = /\u001b\[([0-9;]*)m/g;

/** What one parameter of it does to the style: colour of the text, and bold, faint, italic, underlined, inverse. */
function render(style, parameter) {
    const colour = parameter % 10;
    if (parameter === 0) {
        return {};
    } else if (parameter >= 30 && parameter <= 37) {
        return { ...style, colour };
    } else if (parameter >= 90 && parameter <= 97) {
        return { ...style, colour: colour + 8 };
    } else if (parameter === 39) {
        return { ...style, colour: undefined };
    }
    const [name, value] = {
        1: ["bold", true], 2: ["faint", true], 3: ["italic", true], 4: ["underlined", true], 7: ["inverse", true],
        22: ["bold", false], 23: ["italic", false], 24: ["underlined", false], 27: ["inverse", false],
    }[parameter] ?? [];
    const changed = name ? { ...style, [name]: value } : style;
    return parameter === 22 ? { ...changed, faint: false } : changed;
}

function classes(style) {
    const set = Object.keys(style).filter((name) => name !== "colour" && style[name]);
    if (style.colour !== undefined) {
        set.push(`colour-${style.colour}`);
    }
    return set.map((name) => `ansi-${name}`).join(" ");
}

/**
 * Pieces of a text with their styles, as a terminal would show it. Other control sequences stay, as visible text.
 * @param {string} text
 * @returns {Array<{text: string, className: string}>}
 */
export function styled(text) {
    if (!text.includes("\u001b")) {
        return [{ text: visible(text), className: "" }];
    }
    const pieces = [];
    let style = {};
    let end = 0;
    const take = (from, to) => {
        if (to > from) {
            pieces.push({ text: visible(text.slice(from, to)), className: classes(style) });
        }
    };
    for (const match of text.matchAll(RENDITION)) {
        take(end, match.index);
        // No parameter is a 0, as in the standard.
        style = match[1].split(";").map(Number).reduce(render, style);
        end = match.index + match[0].length;
    }
    take(end, text.length);
    return pieces;
}

/** What somebody reads in it: without control sequences for colours. */
export function plain(text) {
    return text.includes("\u001b") ? text.replace(RENDITION, "") : text;
}
