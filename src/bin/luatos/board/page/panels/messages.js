/** Text messages, as the other phones show them, and a form to send one to the device. */
import { field, form } from "../controls.js";
import { element, setText } from "../dom.js";
import { recall, remember } from "../settings.js";

/** Who sends, before anybody has said so. */
const SOMEBODY = "+8613800000000";

/** One message. */
function bubble({ number, text, incoming }) {
    const who = element("span", { class: "who" });
    setText(who, "text", incoming ? "messages.from" : "messages.to", { number });
    return element("li", { class: incoming ? "message in" : "message out" }, who, element("p", { dir: "auto" }, text));
}

/** Shows what is new of a list of which the oldest entries go; `shown` is what is there already. */
function append(list, messages, shown) {
    const key = (message) => JSON.stringify(message);
    const keys = messages.map(key);
    let start = 0;
    // The new list begins somewhere within the old one.
    while (start < shown.length && !shown.slice(start).every((old, index) => old === keys[index])) {
        start += 1;
    }
    Array.from(list.children).slice(0, start).forEach((child) => child.remove());
    list.append(...messages.slice(shown.length - start).map(bubble));
    return keys;
}

export default {
    id: "messages",
    mount(place, board) {
        const list = element("ol", { class: "messages", role: "log", "aria-live": "polite", tabindex: 0, label: "messages.list" });
        const empty = element("p", { class: "dim", text: "messages.empty" });
        const waiting = element("p", { class: "dim" });
        const from = field("messages.sender", { name: "from", required: true, value: recall("sender", SOMEBODY) });
        const text = field("messages.text", { tag: "textarea", name: "text", required: true, rows: 2, spellcheck: "true" });
        const sms = form({
            button: "messages.send",
            label: "messages.form",
            async submit(values) {
                await board.call("sms", values.from, values.text);
                remember("sender", values.from);
                sms.elements.text.value = "";
            },
        }, from, text);
        // As in a chat: Enter sends, Shift and Enter begin a line. What an input method still composes is not sent.
        sms.elements.text.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                event.preventDefault();
                sms.requestSubmit();
            }
        });
        place.append(empty, list, waiting, sms);

        let shown = [];
        board.on("state", ({ messages }) => {
            const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
            shown = append(list, messages.exchanged, shown);
            empty.hidden = shown.length > 0;
            list.hidden = shown.length === 0;
            waiting.hidden = messages.waiting === 0;
            setText(waiting, "text", "messages.waiting", { count: messages.waiting });
            if (isAtEnd) {
                list.scrollTop = list.scrollHeight;
            }
        });
    },
};
