/** What the page shows where the runner does not let it in. */
import { element } from "./dom.js";
import { token } from "./connection.js";

/**
 * Says why there is no connection, and takes another token.
 * @param {HTMLElement} place
 * @param {Error} error of the API
 */
export function showRefusal(place, error) {
    const input = element("input", { id: "token", required: true, autocomplete: "off", spellcheck: "false" });
    const open = (event) => {
        event.preventDefault();
        location.search = `?token=${encodeURIComponent(input.value.trim())}`;
    };
    const form = element("form", { class: "row", onsubmit: open },
        element("label", { for: input.id, text: "refusal.token" }), input,
        element("button", { class: "primary", text: "refusal.open" }));
    const reason = token === "" ? "refusal.none" : error.status === 401 ? "refusal.wrong" : "refusal.other";
    place.replaceChildren(
        element("h2", { text: "refusal.title" }),
        element("p", { text: reason }),
        element("p", { class: "dim" }, error.message),
        element("p", { text: "refusal.where" }),
        form,
    );
    document.body.classList.add("is-refused");
}
