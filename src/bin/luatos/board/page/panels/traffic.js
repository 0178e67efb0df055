/** What goes to the modem and through sockets, both ways: AT, sockets with the MQTT in them, WebSocket. */
import { toBytes, toText } from "../bytes.js";
import { element } from "../dom.js";
import { spoken, timeText } from "../views/controls.js";
import { Lines } from "../views/lines.js";
import { Connections } from "../views/mqtt.js";
import { textNodes } from "../views/row.js";
import { visible } from "../views/visible.js";

const KINDS = ["at", "socket", "mqtt", "ws"];

const ARROWS = { sent: "→", received: "←" };

/** What a change is as an item: kind, way, who it is with, text, and bytes where there are some. */
const READERS = {
    at: ([line, way]) => ({ kind: "at", way, peer: "", text: toText(line) }),
    ws: ([text, peer, way, frame, bytes, size]) => (way
        ? { kind: "ws", way, peer, text: `${frame}, ${size} B: ${toText(bytes)}`, bytes: toBytes(bytes), size }
        : { kind: "ws", peer: "", text: toText(text) }),
    socket: ([id, text, way, bytes, size], mqtt) => {
        if (!way) {
            mqtt.forget(id);
            return { kind: "socket", peer: `#${id}`, text: toText(text) };
        }
        const data = toBytes(bytes);
        const packets = mqtt.read(id, way, data, size);
        const [kind, shown] = packets === null ? ["socket", `${size} B: ${toText(bytes)}`] : ["mqtt", `${size} B: ${packets}`];
        return { kind, way, peer: `#${id}`, text: shown, bytes: data, size };
    },
};

/** An item as a row. */
function drawn({ time, kind, way, peer, text }, search) {
    return [
        element("span", { class: "time" }, timeText(time)), " ",
        element("span", { class: "kind", text: `traffic.${kind}` }), " ",
        element("span", { class: `way way-${way}`, "aria-hidden": "true" }, ARROWS[way] ?? "·"),
        ...(way ? [spoken(`traffic.${way}`)] : []), " ",
        ...(peer ? [element("bdi", { class: "peer" }, visible(peer)), " "] : []),
        ...textNodes(text, search),
    ];
}

class Traffic {
    #board;
    #lines;
    #mqtt = new Connections();
    #restarts = null;

    constructor(board) {
        this.#board = board;
        this.#lines = new Lines(board, "traffic", {
            kinds: KINDS,
            legend: "traffic.kinds",
            searched: ({ text }) => text,
            weigh: ({ text, bytes }) => text.length + (bytes?.length ?? 0),
            draw: drawn,
            describe: (item) => this.#describe(item),
        });
    }

    mount(place) {
        this.#lines.mount(place);
        for (const name of Object.keys(READERS)) {
            this.#board.on(name, (values, { time }) => this.#lines.push({ time, ...READERS[name](values, this.#mqtt) }));
        }
        this.#board.on("state", ({ restarts }) => this.#check(restarts));
    }

    #check(restarts) {
        if (this.#restarts !== null && this.#restarts !== restarts) {
            this.#mqtt = new Connections();
            this.#lines.note("stream.restart");
        }
        this.#restarts = restarts;
    }

    #describe({ time, kind, way, peer, text, bytes, size }) {
        const heading = [`${timeText(time)} s`, this.#board.t(`traffic.${kind}`), ARROWS[way], peer].filter(Boolean);
        return { heading: heading.join(" "), text: bytes ? new TextDecoder().decode(bytes) : text, bytes, size };
    }
}

export default {
    id: "traffic",
    wide: true,
    mount(place, board) {
        new Traffic(board).mount(place);
    },
};
