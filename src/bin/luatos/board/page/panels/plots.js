/** Memory, timers and tasks of the run over time. */
import { element, setText } from "../dom.js";
import { choice } from "../views/controls.js";
import { Chart } from "../views/chart.js";
import { Kept } from "../views/kept.js";

/** Seconds between two points, and points that are kept: two hours. */
const INTERVAL = 1;
const MOST = 7200;

/** Points of a curve that are drawn: more than a screen has room for. */
const MOST_DRAWN = 600;

/** Rows of the table. */
const ROWS = 20;

/** Values, and how they are shown. */
const VALUES = {
    memory: (value) => `${Math.round(value)} KiB`,
    timers: (value) => String(Math.round(value)),
    tasks: (value) => String(Math.round(value)),
};

/** Seconds that are shown, by the names of the choices. */
const SPANS = { "60": "plots.minute", "600": "plots.ten_minutes", "Infinity": "plots.all" };

/** Every so many of the points, and the last. */
function thinned(points) {
    const step = Math.ceil(points.length / MOST_DRAWN);
    return step === 1 ? points : points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** One value over time. */
class Plot {
    #name;
    #board;
    #value = element("output", {});
    #latest = null;
    #pointed = null;

    constructor(name, board) {
        this.#name = name;
        this.#board = board;
        this.chart = new Chart({ show: VALUES[name], onPoint: (point) => this.#point(point) });
        this.node = element("figure", { class: "plot" },
            element("figcaption", {}, element("span", { text: `plots.${name}` }), " ", this.#value), this.chart.element);
    }

    update(samples) {
        const points = samples.map((sample) => ({ time: sample.time, value: sample[this.#name] }));
        this.#latest = points.at(-1) ?? null;
        this.chart.points = points;
        this.#tell();
    }

    #point(point) {
        this.#pointed = point;
        this.#tell();
    }

    #tell() {
        const show = VALUES[this.#name];
        const point = this.#pointed;
        this.#value.textContent = point ? `${show(point.value)} (${point.time.toFixed(1)} s)` : this.#latest ? show(this.#latest.value) : "";
        if (this.#latest) {
            const name = this.#board.t(`plots.${this.#name}`);
            this.chart.label = this.#board.t("plots.label", { name, value: show(this.#latest.value) });
        }
    }
}

/** The newest values as a table, which is filled while it is open. */
class Values {
    #body = element("tbody", {});

    constructor() {
        const head = ["time", ...Object.keys(VALUES)].map((name) => element("th", { scope: "col", text: `plots.${name}` }));
        const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), this.#body);
        this.node = element("details", {}, element("summary", { text: "plots.table" }), table);
    }

    /** Is filled when it opens, and stays so that it can be read. */
    watch(samples) {
        this.node.addEventListener("toggle", () => this.node.open && this.#fill(samples()));
    }

    #fill(samples) {
        const step = Math.max(1, Math.ceil(samples.length / ROWS));
        const shown = samples.filter((_, index) => (samples.length - 1 - index) % step === 0);
        this.#body.replaceChildren(...shown.map((sample) => element("tr", {},
            element("th", { scope: "row" }, `${sample.time.toFixed(1)} s`),
            ...Object.entries(VALUES).map(([name, show]) => element("td", {}, show(sample[name]))))));
    }
}

export default {
    id: "plots",
    mount(place, board) {
        const samples = new Kept({ most: MOST });
        const plots = Object.keys(VALUES).map((name) => new Plot(name, board));
        const values = new Values();
        const span = choice("plots.span", Object.entries(SPANS), draw);
        span.select.value = "600";
        const idle = element("p", { class: "dim", text: "plots.none" });
        place.append(idle, element("div", { class: "toolbar" }, span.node), ...plots.map(({ node }) => node), values.node);

        function shown() {
            const from = (samples.last?.time ?? 0) - Number(span.select.value);
            return [...samples].filter(({ time }) => time >= from);
        }

        function draw() {
            const points = thinned(shown());
            plots.forEach((plot) => plot.update(points));
        }

        values.watch(shown);
        board.on("state", ({ run }) => {
            idle.hidden = Boolean(run);
            if (!run) {
                return;
            }
            if (samples.last && run.time < samples.last.time) {
                samples.clear(); // It has started anew.
            }
            if (!samples.last || run.time >= samples.last.time + INTERVAL) {
                samples.push(run);
                draw();
            }
        });
        board.on("language", draw);
        const redraw = () => plots.forEach(({ chart }) => chart.schedule());
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
        new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    },
};
