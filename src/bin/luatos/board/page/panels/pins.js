/** Pins: LEDs as they are lit, switches for what the outside drives, and pulse-width modulation. */
import { field, form, toggle } from "../controls.js";
import { element, keepChildren, setText } from "../dom.js";
import { holdable } from "../hold.js";
import { led } from "../led.js";
import { inOrder } from "../sequence.js";

/** Pins of one port. */
const PORT = 32;

/** The name of a pin in `pio`. */
function pinName(number) {
    return `P${Math.floor(number / PORT)}_${number % PORT}`;
}

/** The number of a pin by its name in `pio`, its number, or the name that the project gives it; else the text itself. */
function pinNumber(text, names = {}) {
    const wanted = text.trim();
    const port = /^P?(\d)_(\d{1,2})$/i.exec(wanted);
    if (port && Number(port[2]) < PORT) {
        return Number(port[1]) * PORT + Number(port[2]);
    }
    const named = Object.keys(names).find((number) => names[number] === wanted);
    const number = Number(named ?? wanted);
    return Number.isNaN(number) ? wanted : number;
}

/** The name of a pin, and that of the project, if it has one. */
function title(number, names = {}) {
    const own = names[number];
    const technical = element("span", { class: own ? "dim" : "" }, pinName(number));
    return own ? [element("span", {}, own), " ", technical] : [technical];
}

/** A pin that the script drives. */
function output(number, names) {
    const light = led();
    const text = element("span", { class: "dim" });
    const node = element("li", { class: "pin" }, light, element("span", { class: "name" }, ...title(number, names)), text);
    node.update = ({ level, blink }) => {
        light.update(level === 1, blink);
        setText(text, "text", blink ? "pins.blinks" : level === 1 ? "pins.high" : "pins.low", blink);
    };
    return node;
}

/** A pin that the outside drives. */
function input(number, names, board) {
    const control = toggle({
        label: { plain: names?.[number] ?? pinName(number) },
        send: (isHigh) => board.call("input", Number(number), isHigh ? 1 : 0),
    }, board);
    const use = element("span", {});
    const push = pushButton(Number(number), board);
    const technical = names?.[number] ? [`${pinName(number)} · `] : [];
    const node = element("li", { class: "pin" }, control, push, element("span", { class: "dim" }, ...technical, use));
    node.update = ({ level, use: usedAs }) => {
        control.update(level === 1);
        setText(use, "text", usedAs ? `pins.${usedAs}` : "pins.unused");
    };
    return node;
}

/** A button that gives a pin the other level for as long as it is held. */
function pushButton(number, board) {
    const node = element("button", { type: "button", class: "small push", text: "pins.push" });
    node.setAttribute("aria-description", pinName(number));
    const inTurn = inOrder();
    let before;
    const drive = (level) => inTurn(() => board.call("input", number, level)).catch((error) => board.fail(error, node));
    const hold = () => {
        before = board.state.pins[number].level;
        drive(1 - before);
    };
    const release = () => drive(before);
    holdable(node, {
        hold,
        release,
        click() {
            hold();
            release();
        },
    });
    return node;
}

/** A channel of pulse-width modulation. */
function wave(channel) {
    const text = element("span", { class: "dim" });
    const node = element("li", { class: "pin" }, element("span", { class: "name" }, `PWM ${channel}`), text);
    node.update = (signal) => { text.textContent = signal; };
    return node;
}

function list(parent, name) {
    const items = element("ul", { class: "pins" });
    const section = element("div", { class: "group" }, element("h3", { text: name }), items);
    parent.append(section);
    return (entries, make) => {
        section.hidden = entries.length === 0;
        keepChildren(items, entries, make);
    };
}

export default {
    id: "pins",
    mount(place, board) {
        const empty = element("p", { class: "dim", text: "pins.empty" });
        place.append(empty);
        const outputs = list(place, "pins.outputs");
        const inputs = list(place, "pins.inputs");
        const waves = list(place, "pins.waves");
        place.append(element("details", {}, element("summary", { text: "pins.other" }), form({
            button: "pins.drive",
            submit: ({ pin, level }) => board.call("input", pinNumber(pin, board.state?.names), Number(level)),
        }, element("div", { class: "fields" },
            field("pins.pin", { name: "pin", required: true, placeholder: "P0_12" }),
            field("pins.level", { name: "level", type: "number", min: 0, max: 1, value: 1, required: true })))));

        let known;
        board.on("state", ({ pins, leds, names, pwm }) => {
            const all = Object.entries(pins);
            const driven = all.filter(([, pin]) => pin.use === "output")
                .map(([number, pin]) => [number, { ...pin, blink: leds[number] }]);
            const read = all.filter(([, pin]) => pin.use !== "output");
            if (JSON.stringify(names) !== known) {
                // The project gives other names since a restart.
                known = JSON.stringify(names);
                outputs([]);
                inputs([]);
            }
            const signals = Object.entries(pwm ?? {});
            empty.hidden = all.length + signals.length > 0;
            outputs(driven, (number) => output(number, names));
            inputs(read, (number) => input(number, names, board));
            waves(signals, wave);
        });
    },
};
