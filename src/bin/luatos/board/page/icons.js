/** Small pictures that show a value: signal, battery. */
import { svg } from "./dom.js";

/** Strengths from which on one, two, three, four bars are lit; of 0 to 31 (99: none). */
const BARS = [1, 8, 14, 20];

/** Millivolts of an empty and of a full battery. */
const [EMPTY, FULL] = [3400, 4200];

/** The charge of a battery of that voltage, in percent. */
export function charge(millivolts) {
    return Math.round(100 * Math.min(1, Math.max(0, (millivolts - EMPTY) / (FULL - EMPTY))));
}

/**
 * Bars of the strength of the signal.
 * @returns {SVGElement} with `update(strength, isThere)`
 */
export function signalIcon() {
    const bars = BARS.map((_, index) => svg("rect", { x: 1 + 5 * index, y: 13 - 4 * index, width: 3.4, height: 4 * index + 4, rx: 1 }));
    const node = svg("svg", { class: "icon signal", viewBox: "0 0 21 18", "aria-hidden": "true" }, ...bars);
    node.update = (strength, isThere) => {
        const count = isThere && strength <= 31 ? BARS.filter((least) => strength >= least).length : 0;
        bars.forEach((bar, index) => bar.classList.toggle("lit", index < count));
        node.classList.toggle("none", count === 0);
    };
    return node;
}

/**
 * A battery that is as full as its voltage tells.
 * @returns {SVGElement} with `update(millivolts, isCharging)`
 */
export function batteryIcon() {
    const level = svg("rect", { class: "level", x: 3, y: 4, height: 10, rx: 1.5 });
    const bolt = svg("path", { class: "bolt", d: "M14.5 2.5 9.5 10h3.2l-1.6 5.5L16.5 8h-3.3z" });
    const node = svg("svg", { class: "icon battery", viewBox: "0 0 28 18", "aria-hidden": "true" },
        svg("rect", { class: "case", x: 1, y: 2, width: 22, height: 14, rx: 3 }),
        svg("path", { class: "tip", d: "M25 6.5v5" }), level, bolt);
    node.update = (millivolts, isCharging) => {
        const part = charge(millivolts);
        level.setAttribute("width", (18 * part) / 100);
        node.classList.toggle("low", part <= 15);
        bolt.classList.toggle("off", !isCharging);
    };
    return node;
}
