/** Several views of which one is shown, as the pattern "tabs" of ARIA has it: arrow keys go from one to the next. */
import { element, setText, uniqueId } from "../dom.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * @param {string} label key of the text that names them
 * @param {Array<{key: string, values?: object, content: Element}>} views key of the name of each
 * @returns {{node: Element, mark: function(number, boolean)}} `mark` says whether something new is in a view
 */
export function tabs(label, views) {
    const list = element("div", { class: "tabs", role: "tablist", label });
    const heads = views.map(({ key, values, content }, index) => {
        const head = element("button", { type: "button", role: "tab", id: uniqueId("tab"), onclick: () => show(index) });
        setText(head, "text", key, values);
        content.id ||= uniqueId("view");
        content.setAttribute("role", "tabpanel");
        content.setAttribute("aria-labelledby", head.id);
        head.setAttribute("aria-controls", content.id);
        list.append(head);
        return head;
    });

    function show(shown) {
        heads.forEach((head, index) => {
            head.setAttribute("aria-selected", index === shown);
            head.tabIndex = index === shown ? 0 : -1;
            views[index].content.hidden = index !== shown;
        });
        mark(shown, false);
    }

    function mark(index, isNew) {
        heads[index].classList.toggle("has-news", isNew && views[index].content.hidden);
    }

    list.addEventListener("keydown", (event) => {
        const at = heads.indexOf(document.activeElement);
        const target = { Home: 0, End: heads.length - 1 }[event.key]
            ?? (event.key in STEPS ? (at + STEPS[event.key] + heads.length) % heads.length : undefined);
        if (target !== undefined) {
            event.preventDefault();
            show(target);
            heads[target].focus();
        }
    });
    show(0);
    return { node: element("div", {}, list, ...views.map(({ content }) => content)), mark };
}
