/** A question that has to be answered before something is done. */
import { element, setText } from "../dom.js";
import { button } from "./controls.js";

/**
 * Asks. Escape means no.
 * @param {string} key of the question
 * @param {object} values for the places in it
 * @param {string} yes key of what the button says that agrees
 * @returns {Promise<boolean>}
 */
export function ask(key, values, yes) {
    return new Promise((resolve) => {
        const question = element("p", {});
        setText(question, "text", key, values);
        const dialog = element("dialog", { class: "question", onclose: () => {
            dialog.remove();
            resolve(dialog.returnValue === "yes");
        } }, question, element("div", { class: "toolbar" },
            button("question.no", () => dialog.close("no"), { autofocus: true }),
            button(yes, () => dialog.close("yes"), { class: "danger" })));
        document.body.append(dialog);
        dialog.showModal();
    });
}
