/** Calls: those there are, somebody who calls, and the keys that the other side presses. */
import { button, field, form } from "../controls.js";
import { element, keepChildren, setText } from "../dom.js";
import { recall, remember } from "../settings.js";

const SOMEBODY = "+8613800000000";

/** Keys of a telephone. */
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Events of calls that are shown, newest first. */
const MOST = 5;

/** One call, with what the other side can do. */
function callItem(board) {
    const number = element("strong", {});
    const state = element("span", { class: "badge" });
    const pickUp = button({ class: "primary small", text: "calls.pick_up" }, () => board.call("pick_up"), board);
    const hangUp = button({ class: "danger small", text: "calls.hang_up" }, () => board.call("hang_up"), board);
    const node = element("li", { class: "call row" }, number, state, pickUp, hangUp);
    node.update = (call) => {
        if (call.number) {
            delete number.dataset.text;
            number.textContent = call.number;
        } else {
            setText(number, "text", "calls.withheld");
        }
        setText(state, "text", `calls.${call.state}`);
        state.classList.toggle("is-active", call.state === "active");
        pickUp.hidden = call.state !== "dialing" && call.state !== "alerting";
    };
    return node;
}

/** The keys of the other side's telephone. */
function keypad(board) {
    const press = (key) => () => board.call("dtmf", key);
    return element("div", { class: "keypad", role: "group", label: "calls.keys" },
        ...KEYS.map((key) => {
            const node = button({ "aria-label": key }, press(key), board);
            node.append(key);
            return node;
        }));
}

/** What happened to calls since the page is open. */
function events(board) {
    const list = element("ol", { class: "events dim", "aria-live": "polite" });
    const add = (key, values) => {
        const line = element("li", {});
        setText(line, "text", key, values);
        list.prepend(line);
        list.children[MOST]?.remove();
    };
    const number = (text) => text || board.t("calls.withheld");
    board.on("call", ([to]) => add("calls.event.call", { number: number(to) }));
    board.on("answer", ([from]) => add("calls.event.answer", { number: number(from) }));
    board.on("hang_up", ([from]) => add("calls.event.hang_up", { number: number(from) }));
    board.on("dtmf", ([keys, to]) => add("calls.event.dtmf", { keys, number: number(to) }));
    board.on("missed", ([from, reason]) => add("calls.event.missed", { number: number(from), reason }));
    return list;
}

export default {
    id: "calls",
    mount(place, board) {
        const list = element("ul", { class: "calls", "aria-live": "polite" });
        const empty = element("p", { class: "dim", text: "calls.empty" });
        const keys = keypad(board);
        const caller = field("calls.number", { name: "number", type: "tel", value: recall("caller", SOMEBODY) });
        const dial = form({
            button: "calls.call",
            label: "calls.form",
            async submit({ number }) {
                await board.call("call", ...(number.trim() ? [number.trim()] : []));
                remember("caller", number.trim());
            },
        }, caller, element("p", { class: "dim", text: "calls.hint" }));
        place.append(empty, list, keys, dial, events(board));
        board.on("state", ({ calls }) => {
            empty.hidden = calls.length > 0;
            keys.hidden = !calls.some((call) => call.state === "active");
            keepChildren(list, calls.map((call) => [String(call.id), call]), () => callItem(board));
        });
    },
};
