/** The displays of the device, and what its camera sees. */
import { toText } from "../bytes.js";
import { element, keepChildren } from "../dom.js";
import { button, field } from "../views/controls.js";
import { Screen } from "../views/screen.js";

/** The display of `disp`. */
const LCD = "lcd";

/** Has the camera see a picture file of the computer that the device runs on. */
function camera(board) {
    const path = field("display.camera_path", { placeholder: "/home/me/code.png" });
    async function show(file, node) {
        try {
            await board.call("camera", file);
        } catch (error) {
            board.fail(error, node);
        }
    }
    const form = element("form", { class: "toolbar", onsubmit: (event) => {
        event.preventDefault();
        show(path.input.value.trim() || null, form);
    } }, path.node, element("button", { text: "display.camera_show" }),
        button("display.camera_cover", () => show(null, form)));
    return element("details", {}, element("summary", { text: "display.camera" }), form);
}

export default {
    id: "display",
    mount(place, board) {
        const screens = new Map();
        const none = element("p", { class: "dim", text: "display.none" });
        const frame = element("div", { class: "screens" });
        place.append(none, frame, camera(board));

        board.on("state", ({ displays = [] }) => {
            none.hidden = displays.length > 0;
            keepChildren(frame, displays.map((display) => [display.name, display]), (name) => {
                const screen = new Screen(name, board);
                screens.set(name, screen);
                return screen.node;
            });
        });
        board.on("picture", ([name, count]) => screens.get(name)?.refresh(count));
        board.on("lcd", ([what, text]) => {
            if (what === "show") {
                screens.get(LCD)?.describe(toText(text));
            }
        });
    },
};
