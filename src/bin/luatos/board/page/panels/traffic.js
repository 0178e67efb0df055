/** What goes to the modem and through sockets, both ways: AT, sockets with the MQTT in them, WebSocket. */
import { toBytes, toText } from "../bytes.js";
import { element } from "../dom.js";
import { recall, remember } from "../settings.js";
import { Details } from "../views/details.js";
import { spoken, tick, timeText } from "../views/controls.js";
import { searchField, streamControls } from "../views/hold.js";
import { Connections } from "../views/mqtt.js";
import { textNodes } from "../views/row.js";
import { readSearch } from "../views/search.js";
import { Stream } from "../views/stream.js";
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

class Traffic {
    #board;
    #search = readSearch("");
    #hidden = new Set(recall("traffic.hidden", []));
    #mqtt = new Connections();
    #restarts = null;
    #details = new Details();
    #stream;
    #controls = streamControls(() => this.#stream);

    constructor(board) {
        this.#board = board;
        this.#stream = new Stream({
            label: "traffic.lines",
            draw: (row, item) => this.#draw(row, item),
            onChoice: (item) => this.#choose(item),
            weigh: ({ text, bytes }) => text.length + (bytes?.length ?? 0),
            onChange: () => this.#controls.update(),
        });
    }

    mount(place) {
        const search = searchField((found) => {
            this.#search = found;
            this.#filter();
        }, readSearch);
        const { hold, clear, end, count } = this.#controls;
        place.append(
            element("div", { class: "toolbar" }, search.input, search.problem, hold, clear),
            element("fieldset", { class: "toolbar ticks" }, element("legend", { class: "hidden", text: "traffic.kinds" }),
                ...KINDS.map((kind) => tick(`traffic.${kind}`, !this.#hidden.has(kind), (isShown) => this.#showKind(kind, isShown)))),
            element("div", { class: "stream-frame" }, this.#stream.list.element, end),
            count, this.#details.element,
        );
        for (const name of Object.keys(READERS)) {
            this.#board.on(name, (values, { time }) => this.#stream.push({ time, ...READERS[name](values, this.#mqtt) }));
        }
        this.#board.on("lost", ([lost]) => this.#note("stream.lost", { count: lost }));
        this.#board.on("state", ({ restarts }) => this.#check(restarts));
        this.#board.on("language", () => this.#stream.list.redraw());
    }

    #check(restarts) {
        if (this.#restarts !== null && this.#restarts !== restarts) {
            this.#mqtt = new Connections();
            this.#note("stream.restart");
        }
        this.#restarts = restarts;
    }

    #note(key, values) {
        this.#stream.push({ text: "", note: key, values, kind: "note" });
    }

    #filter() {
        this.#stream.filter(({ kind, text, note }) =>
            !this.#hidden.has(kind) && (this.#search.isEmpty || (!note && this.#search.accepts(text))));
    }

    #showKind(kind, isShown) {
        this.#hidden[isShown ? "delete" : "add"](kind);
        remember("traffic.hidden", [...this.#hidden]);
        this.#filter();
    }

    #draw(row, { time, kind, way, peer, text, note, values }) {
        row.className = `list-row traffic-${kind}`;
        if (note) {
            row.replaceChildren(this.#board.t(note, values));
            return;
        }
        const arrow = element("span", { class: `way way-${way}`, "aria-hidden": "true" }, ARROWS[way] ?? "·");
        row.replaceChildren(
            element("span", { class: "time" }, timeText(time)), " ",
            element("span", { class: "kind", text: `traffic.${kind}` }), " ",
            arrow, ...(way ? [spoken(`traffic.${way}`)] : []), " ",
            ...(peer ? [element("bdi", { class: "peer" }, visible(peer)), " "] : []),
            ...textNodes(text, this.#search),
        );
    }

    #choose(item) {
        if (!item || item.note) {
            this.#details.show(null);
            return;
        }
        const { time, kind, way, peer, text, bytes, size } = item;
        const heading = [`${timeText(time)} s`, this.#board.t(`traffic.${kind}`), ARROWS[way], peer].filter(Boolean);
        this.#details.show({ heading: heading.join(" "), text: bytes ? new TextDecoder().decode(bytes) : text, bytes, size });
    }
}

export default {
    id: "traffic",
    wide: true,
    mount(place, board) {
        new Traffic(board).mount(place);
    },
};
