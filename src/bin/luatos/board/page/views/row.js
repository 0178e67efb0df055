/** What stands in a line of a list. */
import { element } from "../dom.js";
import { marked } from "./search.js";
import { styled } from "./visible.js";

/** Characters of a line that are shown; all of them are in the details. */
const LONGEST = 1000;

/**
 * A text of the device, with its colours and with what is searched marked.
 * @param {string} text
 * @param {object} search of `readSearch`
 * @returns {Array<Node|string>}
 */
export function textNodes(text, search) {
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
    const pieces = styled(shown);
    if (search.isEmpty && pieces.length === 1 && !pieces[0].className) {
        return [pieces[0].text];
    }
    const places = search.isEmpty ? [] : search.places(pieces.map((piece) => piece.text).join(""));
    return marked(pieces, places).map(({ text: part, className, isFound }) => {
        if (isFound) {
            return element("mark", { class: className }, part);
        }
        return className ? element("span", { class: className }, part) : part;
    });
}
