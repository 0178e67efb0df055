/** The page: its header, and the panels in their grid. */
import { makeBoard } from "./board.js";
import { element, translate } from "./dom.js";
import { header } from "./header.js";
import { showRefusal } from "./refusal.js";
import panels from "./panels.js";
import { mountPanel } from "./panel.js";
import { packGrid } from "./grid.js";
import { recall } from "./settings.js";
import { languageTag, preferredLanguage, setLanguage, t } from "./texts.js";

/** Milliseconds that an error of a call is shown. */
const SHOWN = 8000;

const main = document.getElementById("panels");

/** Shows an error of a call: in the panel of what asked for it, or above all. */
function fail(error, node) {
    const place = node?.closest(".panel")?.querySelector(".panel-problem") ?? document.getElementById("toasts");
    const text = element("p", { class: "problem" }, error.message);
    place.replaceChildren(text);
    setTimeout(() => text.remove(), SHOWN);
}

/** What the script calls itself, for a browser with several pages of this kind. */
let project;

function showTitle() {
    document.title = project ? `${project} · ${t("frame.title")}` : t("frame.title");
}

function speak(language) {
    setLanguage(language);
    document.documentElement.lang = languageTag();
    showTitle();
    translate(document);
}

speak(recall("language", preferredLanguage()));
const board = makeBoard(fail);
header(document.getElementById("header"), board, panels, (language) => {
    speak(language);
    board.redraw();
});
main.append(...panels.map((panel) => mountPanel(panel, board)));
packGrid(main);
translate(document);
board.on("connected", (isConnected) => document.body.classList.toggle("is-offline", !isConnected));
board.on("silent", (isSilent) => document.body.classList.toggle("is-silent", isSilent));
// Before the device's state is known there is only the log.
document.body.classList.add("is-blank");
board.on("state", ({ run }) => {
    document.body.classList.remove("is-blank");
    if (project !== run?.project) {
        project = run?.project;
        showTitle();
    }
});
board.connect((error) => showRefusal(document.getElementById("notice"), error));
