/** Network and card: coverage, signal, how good the network is, and which card is in. */
import { button, choice, field, form, slider, toggle } from "../controls.js";
import { element, setText } from "../dom.js";
import { signalIcon } from "../icons.js";
import { newestOf } from "../sequence.js";

/** Strength that means that there is no signal, and where the slider has it. */
const NO_SIGNAL = 99;
const LEAST = -1;
const MOST = 31;

/** dBm of strength 0 and of a step (3GPP TS 27.007 section 8.5). */
const [WEAKEST, STEP] = [-113, 2];

/** Networks by name: milliseconds each way, bytes a second each way (0: no limit), share of packets that are lost. */
const KINDS = {
    good: { latency: 0, jitter: 0, rate: 0, loss: 0 },
    lte: { latency: 25, jitter: 10, rate: 600000, loss: 0 },
    edge: { latency: 200, jitter: 80, rate: 20000, loss: 0.01 },
    gprs: { latency: 400, jitter: 200, rate: 5000, loss: 0.03 },
    tunnel: { latency: 800, jitter: 600, rate: 2000, loss: 0.2 },
};

/** The rates of the slider, in bytes a second; 0 is no limit. */
const RATES = [1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 600000, 0];

/** Where the slider has a rate: the nearest. */
function rateIndex(rate) {
    if (!rate) {
        return RATES.length - 1;
    }
    const distance = (index) => Math.abs(Math.log(RATES[index] / rate));
    return RATES.slice(0, -1).reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}

function rateText(rate, t) {
    if (!rate) {
        return t("network.unlimited");
    }
    return rate < 1000 ? `${rate} B/s` : `${Math.round(rate / 100) / 10} kB/s`;
}

/** The conditions that the device has now, as `device.network` takes them. */
function conditionsOf({ latency = 0, jitter = 0, rate, loss = 0, dns = true, up }) {
    return { latency, jitter, ...(rate ? { rate } : {}), loss, dns, up };
}

/** The name of the network that is as these conditions say. */
function kindOf(network) {
    const { latency, jitter, rate = 0, loss } = conditionsOf(network);
    const same = (kind) => kind.latency === latency && kind.jitter === jitter && kind.rate === rate && kind.loss === loss;
    return Object.keys(KINDS).find((name) => same(KINDS[name])) ?? "own";
}

/** Sliders and switches for how good the network is. */
function conditions(board) {
    // What is asked for counts until it has arrived: two controls may be moved in short order.
    const send = newestOf((values) => board.call("network", values));
    let wanted;
    const change = async (values) => {
        const all = conditionsOf({ ...(wanted ?? board.state.network), ...values });
        wanted = all;
        try {
            await send(all);
        } finally {
            if (wanted === all) {
                wanted = undefined;
            }
        }
    };
    const { t } = board;
    const kind = choice({
        label: "network.kind",
        choices: [...Object.keys(KINDS).map((name) => [name, `network.kind.${name}`]), ["own", "network.kind.own"]],
        send: (name) => (name in KINDS ? change(KINDS[name]) : Promise.resolve()),
    }, board);
    const ms = (value) => `${value} ms`;
    const latency = slider({ label: "network.latency", min: 0, max: 2000, step: 5, show: ms, send: (value) => change({ latency: value }) }, board);
    const jitter = slider({ label: "network.jitter", min: 0, max: 1000, step: 5, show: ms, send: (value) => change({ jitter: value }) }, board);
    const rate = slider({
        label: "network.rate",
        min: 0,
        max: RATES.length - 1,
        show(index) {
            const now = board.state?.network.rate;
            return rateText(rateIndex(now) === index ? now : RATES[index], t);
        },
        send: (index) => change({ rate: RATES[index] }),
    }, board);
    const loss = slider({
        label: "network.loss", min: 0, max: 100, show: (value) => `${value} %`, send: (value) => change({ loss: value / 100 }),
    }, board);
    const dns = toggle({ label: "network.dns", send: (isThere) => change({ dns: isThere }) }, board);
    const cut = button({ class: "danger", text: "network.cut" }, () => board.call("reset_connections"), board);
    board.on("state", ({ network }) => {
        const now = conditionsOf(network);
        kind.update(kindOf(network));
        latency.update(now.latency);
        jitter.update(now.jitter);
        rate.update(rateIndex(now.rate));
        loss.update(Math.round(100 * now.loss));
        dns.update(now.dns);
    });
    return element("div", { class: "group", role: "group", label: "network.quality" },
        element("h3", { text: "network.quality" }), kind, latency, jitter, rate, loss,
        element("div", { class: "row spread" }, dns, cut));
}

/** Coverage and the strength of the signal. */
function coverage(board) {
    const icon = signalIcon();
    const text = element("span", {});
    const { t } = board;
    const up = toggle({ label: "network.coverage", send: (isThere) => board.call("network", isThere) }, board);
    const signal = slider({
        label: "network.signal",
        min: LEAST,
        max: MOST,
        show: (value) => (value === LEAST ? t("network.no_signal") : `${value} · ${WEAKEST + STEP * value} dBm`),
        send: (value) => board.call("signal", value === LEAST ? NO_SIGNAL : value),
    }, board);
    board.on("state", ({ network, is_on: isOn, is_flying: isFlying }) => {
        const { up: isThere, registered, operator, signal: strength } = network;
        icon.update(strength, isThere);
        const state = !isOn ? "off" : isFlying ? "flying" : registered ? "registered" : isThere ? "searching" : "none";
        setText(text, "text", `network.${state}_at`, { operator });
        up.update(isThere);
        // Without coverage the strength is not the one that was set.
        if (isThere) {
            signal.update(strength > MOST ? LEAST : strength);
        }
    });
    return element("div", { class: "group" },
        element("div", { class: "row spread" }, up, element("span", { class: "row" }, icon, text)), signal);
}

/** The card in use. */
function card(board) {
    const inserted = toggle({ label: "network.card", send: (isIn) => board.call("sim", isIn, board.state.sim.slot) }, board);
    const lock = element("span", { class: "badge is-warning", text: "network.locked" });
    const [number, iccid, imsi] = ["number", "iccid", "imsi"].map(() => element("dd", { class: "mono" }));
    const values = element("dl", { class: "values" },
        element("dt", { text: "network.number" }), number, element("dt", {}, "ICCID"), iccid, element("dt", {}, "IMSI"), imsi);
    const other = form({
        button: "network.put_in",
        submit: async (fields, node) => {
            const given = Object.entries(fields).filter(([, value]) => value.trim() !== "");
            await board.call("sim", Object.fromEntries(given), board.state.sim.slot);
            node.reset();
        },
    }, element("div", { class: "fields" },
        field("network.number", { name: "number", type: "tel" }),
        field("network.pin", { name: "pin", inputmode: "numeric", pattern: "[0-9]{4,8}" }),
        field("network.iccid", { name: "iccid" }),
        field("network.imsi", { name: "imsi" })));
    board.on("state", ({ sim }) => {
        inserted.update(sim.inserted);
        lock.hidden = !sim.locked;
        values.hidden = !sim.inserted;
        number.textContent = sim.number;
        iccid.textContent = sim.iccid;
        imsi.textContent = sim.imsi;
    });
    return element("div", { class: "group", role: "group", label: "network.sim" },
        element("h3", { text: "network.sim" }), element("div", { class: "row spread" }, inserted, lock), values,
        element("details", {}, element("summary", { text: "network.other_card" }), other));
}

export default {
    id: "network",
    mount(place, board) {
        place.append(coverage(board), conditions(board), card(board));
    },
};
