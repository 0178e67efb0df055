/** Makes elements. Texts are given by their keys, so that they can be translated anew. */
import { t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";

/** Attributes that take a text's key, and what becomes of the text. */
const TRANSLATED = {
    // What stays as it is keeps its selection.
    text: (node, text) => {
        if (node.textContent !== text) {
            node.textContent = text;
        }
    },
    label: (node, text) => node.setAttribute("aria-label", text),
    hint: (node, text) => node.setAttribute("placeholder", text),
    tip: (node, text) => node.setAttribute("title", text),
};

let lastId = 0;

/** An id that no other element has. */
export function uniqueId(prefix) {
    lastId += 1;
    return `${prefix}-${lastId}`;
}

/**
 * Gives an element a text in the language in use, and in others later.
 * @param {Element} node
 * @param {"text"|"label"|"hint"|"tip"} kind where it goes: content, `aria-label`, `placeholder`, `title`
 * @param {string} key
 * @param {object} [values] for the places in it
 */
export function setText(node, kind, key, values) {
    node.dataset[kind] = key;
    if (values) {
        node.dataset[`${kind}Values`] = JSON.stringify(values);
    } else {
        delete node.dataset[`${kind}Values`];
    }
    TRANSLATED[kind](node, t(key, values));
}

/** Gives all elements below `root` their texts in the language in use. */
export function translate(root) {
    for (const [kind, show] of Object.entries(TRANSLATED)) {
        for (const node of root.querySelectorAll(`[data-${kind}]`)) {
            const values = node.dataset[`${kind}Values`];
            show(node, t(node.dataset[kind], values && JSON.parse(values)));
        }
    }
}

function setAttribute(node, name, value) {
    if (value === undefined || value === false) {
        return;
    }
    if (name in TRANSLATED) {
        setText(node, name, value);
    } else if (name.startsWith("on")) {
        node.addEventListener(name.slice(2), value);
    } else {
        node.setAttribute(name, value === true ? "" : value);
    }
}

/**
 * Makes an element.
 * @param {string} tag
 * @param {object} [attributes] `text`, `label`, `hint` and `tip` are keys of texts; `onNAME` is called at that event; of
 * others true means that it is there, false and undefined that it is not
 * @param {...(Node|string)} children
 */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => setAttribute(node, name, value));
    node.append(...children);
    return node;
}

/** Likewise an element of SVG. */
export function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => setAttribute(node, name, value));
    node.append(...children);
    return node;
}

/**
 * Keeps one element for each entry of a list that changes, in its order; those that stay are not touched, so that they
 * keep focus and selection.
 * @param {Element} parent whose children they are
 * @param {Array<[string, *]>} entries key and value
 * @param {function(string, *): Element} make makes the element of a new entry; it may have a method `update(value)`
 */
export function keepChildren(parent, entries, make) {
    const keys = new Set(entries.map(([key]) => key));
    // Whoever is gone goes first: a child that is moved loses the focus.
    Array.from(parent.children).filter((child) => !keys.has(child.dataset.key)).forEach((child) => child.remove());
    const present = new Map(Array.from(parent.children, (child) => [child.dataset.key, child]));
    entries.forEach(([key, value], index) => {
        const child = present.get(key) ?? make(key, value);
        child.dataset.key = key;
        if (parent.children[index] !== child) {
            parent.insertBefore(child, parent.children[index] ?? null);
        }
        child.update?.(value);
    });
}
