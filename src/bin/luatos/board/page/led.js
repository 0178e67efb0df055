/** A light that is lit, dark, or blinks as the device lets it blink. */
import { element } from "./dom.js";

/** What dark and lit LEDs look like; the light itself is in style.css. */
const [LIT, DARK] = [{ opacity: 1 }, { opacity: 0 }];

/** Somebody wants nothing to move: then a light that blinks is half lit. */
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Makes one.
 * @returns {HTMLElement} with `update(isLit, blink)`; `blink` has the milliseconds `on` and `off`, where it blinks
 */
export function led() {
    const light = element("span", { class: "light" });
    const node = element("span", { class: "led", "aria-hidden": "true" }, light);
    let pattern = "";
    let animation;

    node.update = (isLit, blink) => {
        const wanted = blink ? `${blink.on}/${blink.off}` : "";
        if (wanted !== pattern) {
            pattern = wanted;
            animation?.cancel();
            animation = !blink || stillness.matches ? undefined : light.animate(
                [{ ...LIT, offset: 0, easing: "step-end" }, { ...DARK, offset: blink.on / (blink.on + blink.off), easing: "step-end" },
                    { ...DARK, offset: 1 }],
                { duration: blink.on + blink.off, iterations: Infinity },
            );
        }
        node.classList.toggle("lit", isLit);
        node.classList.toggle("blinks", Boolean(blink));
    };
    return node;
}
