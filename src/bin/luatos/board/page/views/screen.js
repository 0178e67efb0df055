/** One display of the device, pixel by pixel, and the finger on it. */
import { element, setText } from "../dom.js";
import { newestOf } from "../sequence.js";
import { choice } from "./controls.js";
import { visibleLines } from "./visible.js";

/** Pixels of the page for one of the display, at most where it chooses by itself. */
const LARGEST = 4;
const ZOOMS = [1, 2, 3, 4, 6, 8];

/** Milliseconds that a finger stays at least, that it stays if this page says no more, and after which it says so again. */
const TOUCH = 100;
const HELD = 5000;
const AGAIN = 4000;

/** Pixels that the arrow keys move the finger, with the shift key and without. */
const STEP = 8;

export class Screen {
    #board;
    #name;
    #image = element("img", { class: "pixels", draggable: "false" });
    #cursor = element("span", { class: "finger", hidden: true, "aria-hidden": "true" });
    #glass = element("div", { class: "glass" }, this.#image, this.#cursor);
    #title = element("figcaption", {});
    #content = element("pre", { class: "details-content" });
    #description = element("details", { hidden: true }, element("summary", { text: "display.content" }), this.#content);
    #zoom;
    #size = { width: 0, height: 0 };
    #canTouch = false;
    #isLoading = false;
    #isStale = false;
    #shownCount = null;
    #address = null;
    #finger = null;
    #send = newestOf(({ x, y, ms }) => this.#board.call("touch", this.#name, x, y, ms));
    #place = { x: 0, y: 0 };

    constructor(name, board) {
        this.#name = name;
        this.#board = board;
        this.#zoom = choice("display.zoom", [["0", "display.fit"], ...ZOOMS.map((zoom) => [String(zoom), `${zoom}×`])], () => this.#fit());
        this.node = element("figure", { class: "screen" }, this.#title, element("div", { class: "glass-frame" }, this.#glass),
            element("div", { class: "toolbar" }, this.#zoom.node), this.#description);
        // `keepChildren` tells it what the state says.
        this.node.update = (display) => this.#update(display);
        this.#image.addEventListener("pointerdown", (event) => this.#press(event));
        this.#image.addEventListener("pointermove", (event) => this.#drag(event));
        for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
            this.#image.addEventListener(name, () => this.#release());
        }
        this.#glass.addEventListener("keydown", (event) => this.#pressed(event));
        this.#glass.addEventListener("blur", () => { this.#cursor.hidden = true; });
        new ResizeObserver(() => this.#fit()).observe(this.node);
        document.addEventListener("visibilitychange", () => this.#load());
    }

    /** What the script shows, in words. */
    describe(text) {
        this.#description.hidden = !text;
        this.#content.textContent = visibleLines(text);
    }

    /** It shows its picture of this number, of which both the state and a change may tell. */
    refresh(count) {
        if (count !== this.#shownCount) {
            this.#shownCount = count;
            this.#isStale = true;
            this.#load();
        }
    }

    #update({ width, height, bits, count, asleep, touch }) {
        setText(this.#title, "text", asleep ? "display.asleep" : "display.title", { name: this.#name, width, height, bits, count });
        this.node.classList.toggle("is-asleep", Boolean(asleep));
        this.#canTouch = Boolean(touch);
        this.#glass.toggleAttribute("data-touch", this.#canTouch);
        if (this.#canTouch) {
            this.#glass.tabIndex = 0;
            this.#glass.setAttribute("role", "application");
            setText(this.#glass, "label", "display.touch", { name: this.#name });
        }
        this.#image.alt = this.#board.t("display.picture", { name: this.#name, width, height });
        if (width !== this.#size.width || height !== this.#size.height) {
            this.#size = { width, height };
            this.#fit();
        }
        this.refresh(count);
    }

    /** As many pixels of the page for one of the display as there is room for, or as somebody wants. */
    #fit() {
        const { width, height } = this.#size;
        const frame = this.#glass.offsetWidth - this.#glass.clientWidth;
        const room = (this.node.clientWidth ? this.node.clientWidth - frame : width) / (width || 1);
        // Whole pixels are sharp; a display that is wider than the panel is shrunk.
        const zoom = Number(this.#zoom.select.value) || (room < 1 ? room : Math.min(LARGEST, Math.floor(room)));
        this.#image.classList.toggle("is-shrunk", zoom < 1);
        this.#image.style.width = `${width * zoom}px`;
        this.#image.style.height = `${height * zoom}px`;
    }

    /** Asks for the picture: never twice at a time, and not while nobody looks at the page. */
    async #load() {
        if (this.#isLoading || !this.#isStale || document.hidden) {
            return;
        }
        this.#isLoading = true;
        this.#isStale = false;
        try {
            await this.#show(await this.#board.picture(this.#name));
        } catch (error) {
            this.#board.fail(error, this.node);
        } finally {
            this.#isLoading = false;
        }
        this.#load();
    }

    async #show(blob) {
        const address = URL.createObjectURL(new Blob([blob], { type: "image/png" }));
        this.#image.src = address;
        await this.#image.decode().catch(() => {});
        if (this.#address) {
            URL.revokeObjectURL(this.#address);
        }
        this.#address = address;
    }

    #at(event) {
        const box = this.#image.getBoundingClientRect();
        const within = (value, size) => Math.min(Math.max(0, Math.floor(value)), size - 1);
        return {
            x: within((event.clientX - box.left) / box.width * this.#size.width, this.#size.width),
            y: within((event.clientY - box.top) / box.height * this.#size.height, this.#size.height),
        };
    }

    #press(event) {
        if (this.#canTouch && event.button === 0) {
            this.#image.setPointerCapture(event.pointerId);
            const finger = { since: performance.now(), ...this.#at(event) };
            finger.timer = setInterval(() => this.#touch(finger, HELD), AGAIN);
            this.#finger = finger;
            this.#touch(finger, HELD);
        }
    }

    #drag(event) {
        const finger = this.#finger;
        const { x, y } = this.#at(event);
        if (finger && (x !== finger.x || y !== finger.y)) {
            Object.assign(finger, { x, y });
            this.#touch(finger, HELD);
        }
    }

    #release() {
        const finger = this.#finger;
        this.#finger = null;
        if (finger) {
            clearInterval(finger.timer);
            this.#touch(finger, Math.max(1, Math.round(TOUCH - (performance.now() - finger.since))));
        }
    }

    async #touch({ x, y }, ms) {
        try {
            await this.#send({ x, y, ms });
        } catch (error) {
            this.#board.fail(error, this.node);
        }
    }

    /** Arrow keys move a finger over the glass, Enter and space put it down. */
    #pressed(event) {
        if (!this.#canTouch || event.ctrlKey || event.altKey || event.metaKey) {
            return;
        }
        const step = event.shiftKey ? 1 : STEP;
        const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
        if (x || y) {
            event.preventDefault();
            this.#move(x, y);
        } else if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            this.#touch(this.#place, TOUCH);
        }
    }

    #move(x, y) {
        const { width, height } = this.#size;
        this.#place.x = Math.min(Math.max(0, this.#place.x + x), width - 1);
        this.#place.y = Math.min(Math.max(0, this.#place.y + y), height - 1);
        this.#cursor.hidden = false;
        this.#cursor.style.left = `${(this.#place.x + 0.5) / width * 100}%`;
        this.#cursor.style.top = `${(this.#place.y + 0.5) / height * 100}%`;
    }
}
