/** A curve over time on a canvas, whose values a pointer or the arrow keys point at. */
import { element } from "../dom.js";
import { oncePerFrame } from "./frames.js";

/** Pixels (of CSS) of the chart's margins. */
const LEFT = 62;
const BOTTOM = 18;
const TOP = 8;
const RIGHT = 8;

/** Lines across it at most, and the steps that they may have. */
const LINES = 4;
const STEPS = [1, 2, 5, 10];

/** Times between marks of the time axis in seconds. */
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MARK_WIDTH = 80;

/** A round and whole step with which few lines reach `largest`. */
function stepFor(largest) {
    const power = Math.max(1, 10 ** Math.floor(Math.log10(largest / LINES)));
    return STEPS.map((step) => step * power).find((step) => largest / step <= LINES) ?? 10 * power;
}

function clock(seconds) {
    const pair = (number) => String(Math.floor(number)).padStart(2, "0");
    return seconds >= 3600
        ? `${Math.floor(seconds / 3600)}:${pair(seconds / 60 % 60)}:${pair(seconds % 60)}`
        : `${Math.floor(seconds / 60)}:${pair(seconds % 60)}`;
}

export class Chart {
    #canvas = element("canvas", { class: "chart", tabindex: "0", role: "img" });
    #show;
    #onPoint;
    #points = [];
    #pointed = null;
    /** Draws it anew with the next picture of the screen. */
    schedule = oncePerFrame(() => this.#draw());
    #width = 0;
    #height = 0;

    /**
     * @param {object} options
     * @param {function(number): string} options.show a value as text
     * @param {function(object|null)} options.onPoint is told the point that is pointed at: `time`, `value`
     */
    constructor({ show, onPoint }) {
        this.#show = show;
        this.#onPoint = onPoint;
        this.element = this.#canvas;
        this.#canvas.addEventListener("pointermove", (event) => this.#pointAt(event.offsetX));
        this.#canvas.addEventListener("pointerleave", () => this.#point(null));
        this.#canvas.addEventListener("blur", () => this.#point(null));
        this.#canvas.addEventListener("keydown", (event) => this.#pressed(event));
        new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect)).observe(this.#canvas);
    }

    /** What those hear who do not see it. */
    set label(text) {
        this.#canvas.setAttribute("aria-label", text);
    }

    /** Shows these points, in the order of their times. */
    set points(points) {
        this.#points = points;
        this.schedule();
    }

    #resize({ width, height }) {
        const ratio = devicePixelRatio || 1;
        this.#width = width;
        this.#height = height;
        this.#canvas.width = Math.round(width * ratio);
        this.#canvas.height = Math.round(height * ratio);
        this.#canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
        // What was drawn is gone.
        this.#draw();
    }

    get #span() {
        const first = this.#points[0].time;
        return { first, length: Math.max(1, this.#points.at(-1).time - first) };
    }

    #x(time) {
        const { first, length } = this.#span;
        return LEFT + (time - first) / length * (this.#width - LEFT - RIGHT);
    }

    #y(value, top) {
        return TOP + (1 - value / top) * (this.#height - TOP - BOTTOM);
    }

    #draw() {
        const context = this.#canvas.getContext("2d");
        context.clearRect(0, 0, this.#width, this.#height);
        if (this.#points.length === 0 || this.#width <= LEFT + RIGHT) {
            return;
        }
        const style = getComputedStyle(this.#canvas);
        // The style sheet gives the canvas its colours by properties that are resolved for the theme.
        const { stroke: line, fill: grid, color: text } = style;
        const largest = this.#points.reduce((most, { value }) => Math.max(most, value), 1);
        const step = stepFor(largest);
        const top = Math.ceil(largest / step) * step;
        context.font = `11px ${style.fontFamily}`;
        this.#drawValues(context, { step, top, grid, text });
        this.#drawTimes(context, text);
        this.#drawCurve(context, top, line);
        if (this.#pointed !== null) {
            this.#drawPointed(context, top, { line, grid });
        }
    }

    #drawValues(context, { step, top, grid, text }) {
        context.strokeStyle = grid;
        context.fillStyle = text;
        context.lineWidth = 1;
        context.textAlign = "right";
        context.textBaseline = "middle";
        for (let value = 0; value <= top + step / 2; value += step) {
            const y = Math.round(this.#y(value, top)) + 0.5;
            context.beginPath();
            context.moveTo(LEFT, y);
            context.lineTo(this.#width - RIGHT, y);
            context.stroke();
            context.fillText(this.#show(value), LEFT - 6, y);
        }
    }

    #drawTimes(context, text) {
        const { first, length } = this.#span;
        const most = Math.max(1, (this.#width - LEFT - RIGHT) / MARK_WIDTH);
        const step = TIMES.find((seconds) => length / seconds <= most) ?? TIMES.at(-1);
        context.fillStyle = text;
        context.textAlign = "center";
        context.textBaseline = "alphabetic";
        for (let time = Math.ceil(first / step) * step; time <= first + length; time += step) {
            const x = this.#x(time);
            if (x < this.#width - 20) {
                context.fillText(clock(time), x, this.#height - 4);
            }
        }
    }

    #drawCurve(context, top, colour) {
        context.strokeStyle = colour;
        context.lineWidth = 1.5;
        context.lineJoin = "round";
        context.beginPath();
        for (const { time, value } of this.#points) {
            context.lineTo(this.#x(time), this.#y(value, top));
        }
        context.stroke();
    }

    #drawPointed(context, top, { line, grid }) {
        const { time, value } = this.#points[this.#pointed] ?? this.#points.at(-1);
        const x = this.#x(time);
        context.strokeStyle = grid;
        context.beginPath();
        context.moveTo(x, TOP);
        context.lineTo(x, this.#height - BOTTOM);
        context.stroke();
        context.fillStyle = line;
        context.beginPath();
        context.arc(x, this.#y(value, top), 4, 0, 2 * Math.PI);
        context.fill();
    }

    #point(index) {
        this.#pointed = index;
        this.#onPoint(index === null ? null : this.#points[index]);
        this.schedule();
    }

    #pointAt(x) {
        if (this.#points.length > 0) {
            const distances = this.#points.map(({ time }) => Math.abs(this.#x(time) - x));
            this.#point(distances.indexOf(Math.min(...distances)));
        }
    }

    #pressed(event) {
        const last = this.#points.length - 1;
        const from = this.#pointed ?? last;
        const target = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
        if (target !== undefined && last >= 0) {
            event.preventDefault();
            this.#point(Math.min(Math.max(0, target), last));
        }
    }
}
