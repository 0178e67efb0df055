/** What somebody looks for in lines: words, or a regular expression between slashes. */

/** Characters of a line that are looked at: an expression may take long with more. */
const LONGEST = 10_000;

/** Places in a line that are marked at most. */
const MOST_MARKS = 100;

const EXPRESSION = /^\/(.*)\/([imsu]*)$/s;

/** A search that finds everything. */
const EVERYTHING = { isEmpty: true, accepts: () => true, places: () => [] };

function escaped(text) {
    return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/**
 * Reads what is typed: `/…/` or `/…/i` is a regular expression, anything else a text, whose case does not matter.
 * @param {string} query
 * @returns {{isEmpty: boolean, accepts: function(string): boolean, places: function(string): Array<[number, number]>}}
 * `places` gives beginning and end of what is found
 * @throws {SyntaxError} for a regular expression that is none
 */
export function readSearch(query) {
    const match = EXPRESSION.exec(query);
    const [source, flags] = match ? [match[1], match[2]] : [escaped(query), "i"];
    if (source === "") {
        return EVERYTHING;
    }
    const expression = new RegExp(source, flags);
    const everywhere = new RegExp(source, `${flags}g`);
    return {
        isEmpty: false,
        accepts: (text) => expression.test(text.slice(0, LONGEST)),
        places: (text) => {
            const places = [];
            for (const found of text.slice(0, LONGEST).matchAll(everywhere)) {
                if (found[0] && places.push([found.index, found.index + found[0].length]) === MOST_MARKS) {
                    break;
                }
            }
            return places;
        },
    };
}

/**
 * Cuts styled pieces at the places that are found.
 * @param {Array<{text: string, className: string}>} pieces
 * @param {Array<[number, number]>} places in the text of all pieces together
 * @returns {Array<{text: string, className: string, isFound: boolean}>}
 */
export function marked(pieces, places) {
    const result = [];
    const rest = [...places];
    let offset = 0;
    for (const { text, className } of pieces) {
        let at = 0;
        while (at < text.length) {
            while (rest.length > 0 && rest[0][1] <= offset + at) {
                rest.shift();
            }
            const [begin, end] = rest[0] ?? [Infinity, Infinity];
            const isFound = begin <= offset + at;
            const to = Math.min(text.length, (isFound ? end : begin) - offset);
            result.push({ text: text.slice(at, to), className, isFound });
            at = to;
        }
        offset += text.length;
    }
    return result;
}
