/** A panel's frame: a section with a heading that folds it. */
import { element } from "./dom.js";
import { recall, remember } from "./settings.js";

/**
 * Mounts a panel.
 * @param {object} panel `id`, `mount(element, board)`; perhaps `wide` (it wants two columns) and `isShown(state)`
 * @param {object} board
 * @returns {HTMLElement} the section
 */
export function mountPanel(panel, board) {
    const { id } = panel;
    const body = element("div", { class: "panel-body", id: `body-${id}` });
    const heading = element("button", { type: "button", id: `title-${id}`, "aria-controls": body.id, text: `panel.${id}` });
    const section = element("section", { class: panel.wide ? "panel wide" : "panel", id: `panel-${id}`, "aria-labelledby": heading.id },
        element("h2", {}, heading), element("div", { class: "panel-problem", role: "alert" }), body);

    function fold(isOpen) {
        heading.setAttribute("aria-expanded", isOpen);
        body.hidden = !isOpen;
    }

    heading.addEventListener("click", () => {
        fold(body.hidden);
        remember(`open.${id}`, !body.hidden);
    });
    fold(recall(`open.${id}`, true));
    try {
        panel.mount(body, board);
    } catch (error) {
        console.error(error);
        board.fail(error, body);
    }
    if (panel.isShown) {
        section.hidden = true;
        board.on("state", (state) => { section.hidden = !panel.isShown(state); });
    }
    return section;
}
