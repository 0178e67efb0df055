/** Parts that are attached to the device: their values, and a form to attach another. */
import { button, choice, field, form, slider } from "../controls.js";
import { element, keepChildren } from "../dom.js";

/** Digits behind the point that steps of that size need. */
function digits(step) {
    return (String(step).split(".")[1] ?? "").length;
}

/** A value that the part shows by itself. */
function shown(name, unit) {
    const output = element("span", { class: "mono" });
    const node = element("div", { class: "choice" }, element("span", { class: "name" }, name), output);
    node.update = (value) => { output.textContent = `${value} ${unit}`.trim(); };
    return node;
}

/** The control of one value of a part. */
function control(part, value, board) {
    const send = (wanted) => board.call("set", part, value.name, wanted);
    const label = { plain: value.name };
    const { choices, min, max, step = 1, unit = "" } = value;
    if (choices) {
        const sendChoice = (text) => send(choices.find((one) => String(one) === text));
        return choice({ label, choices: choices.map((one) => [String(one), { plain: String(one) }]), send: sendChoice }, board);
    }
    if (min === undefined) {
        return shown(value.name, unit);
    }
    const show = (number) => `${number.toFixed(digits(step))} ${unit}`.trim();
    return slider({ label, min, max, step, show, send }, board);
}

/** What a value is, whatever it is at: that of another part of the same name may be from and to elsewhere. */
function kind(value) {
    return JSON.stringify({ ...value, value: undefined });
}

/** One part. */
function partItem(part, board) {
    const values = element("div", {});
    const remove = button({ class: "small danger", text: "parts.remove" }, () => board.call("remove", part.name), board);
    remove.setAttribute("aria-description", part.name);
    const own = part.model === part.name ? "" : `${part.model} · `;
    const node = element("li", { class: "group" }, element("div", { class: "row spread" },
        element("h3", { class: "part-name" }, part.name, " ", element("span", { class: "dim" }, own + part.place)), remove), values);
    node.update = (now) => keepChildren(values, now.values.map((value) => [kind(value), value]), (_, value) => {
        const child = control(part.name, value, board);
        const { update } = child;
        child.update = (current) => update(current.value);
        return child;
    });
    return node;
}

const WORDS = { true: true, false: false };

/** Settings as `key=value, key=value`; numbers are numbers, and `true` and `false` are what they say. */
function settings(text) {
    const pairs = text.split(",").map((pair) => pair.trim()).filter(Boolean);
    return Object.fromEntries(pairs.map((pair) => {
        const [name, ...rest] = pair.split("=");
        const value = rest.join("=").trim();
        return [name.trim(), value !== "" && Number.isFinite(Number(value)) ? Number(value) : WORDS[value] ?? value];
    }));
}

export default {
    id: "parts",
    mount(place, board) {
        const list = element("ul", { class: "parts" });
        const empty = element("p", { class: "dim", text: "parts.empty" });
        const attach = form({
            button: "parts.attach",
            submit: (fields) => board.call("part", fields.model.trim(), settings(fields.settings)),
        }, element("div", { class: "fields" },
            field("parts.model", { name: "model", required: true, placeholder: "am2320" }),
            field("parts.settings", { name: "settings", placeholder: "bus=2, name=attic" })));
        place.append(empty, list, element("details", {}, element("summary", { text: "parts.another" }), attach));
        board.on("state", ({ parts = [] }) => {
            empty.hidden = parts.length > 0;
            keepChildren(list, parts.map((part) => [JSON.stringify([part.name, part.model, part.place]), part]), (_, part) => partItem(part, board));
        });
    },
};
