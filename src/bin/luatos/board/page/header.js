/** The header: what the run is doing, the way to the panels, language and theme. */
import { element, setText, svg, uniqueId } from "./dom.js";
import { batteryIcon, charge, signalIcon } from "./icons.js";
import { recall, remember } from "./settings.js";
import { LANGUAGE_NAMES, currentLanguage, t } from "./texts.js";
import { visible } from "./views/visible.js";

const THEMES = ["system", "light", "dark"];

/** Seconds as `1:02:03`. */
function duration(seconds) {
    const whole = Math.floor(seconds);
    const pair = (number) => String(number).padStart(2, "0");
    return `${Math.floor(whole / 3600)}:${pair(Math.floor(whole / 60) % 60)}:${pair(whole % 60)}`;
}

/** KiB as a text. */
function memory(kibibytes) {
    return kibibytes < 1024 ? `${Math.round(kibibytes)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

function brand(board) {
    const chip = svg("svg", { class: "brand-icon", viewBox: "0 0 32 32", "aria-hidden": "true" },
        svg("path", { class: "legs", d: "M10 2v4M16 2v4M22 2v4M10 26v4M16 26v4M22 26v4M2 10h4M2 16h4M2 22h4M26 10h4M26 16h4M26 22h4" }),
        svg("rect", { class: "body", x: 5, y: 5, width: 22, height: 22, rx: 4 }),
        svg("circle", { class: "lamp", cx: 16, cy: 16, r: 4.5 }));
    const project = element("bdi", { class: "project", hidden: true });
    board.on("state", ({ run }) => {
        const name = visible([run?.project, run?.version].filter(Boolean).join(" "));
        if (project.textContent !== name) {
            project.textContent = name;
            project.hidden = !name;
        }
    });
    return element("h1", {}, chip, element("span", { text: "frame.title" }), project);
}

/** Whether there is a connection, and a script that answers, as a text beside a dot. */
function connectionStatus(board) {
    const text = element("span", { text: "frame.connecting" });
    let [isConnected, wasConnected, isSilent] = [false, false, false];
    const node = element("p", { class: "status", role: "status", id: "connection" }, element("span", { class: "dot" }), text);
    function show() {
        const isKnown = board.state !== undefined;
        const lacks = isConnected ? isSilent ? "silent" : !isKnown && "connecting" : wasConnected ? "lost" : "connecting";
        setText(text, "text", `frame.${lacks || "connected"}`);
        node.classList.toggle("is-on", !lacks);
    }
    board.on("connected", (now) => {
        isConnected = now;
        wasConnected ||= now;
        show();
    });
    board.on("silent", (now) => {
        isSilent = now;
        show();
    });
    board.on("state", show);
    return node;
}

/** A value with its name, for the list in the header. */
function fact(name, ...icons) {
    const value = element("span", {});
    const node = element("div", { class: "fact" }, element("dt", { text: name }), element("dd", {}, ...icons, value));
    node.show = (text) => {
        if (value.textContent !== text) {
            value.textContent = text;
        }
    };
    return node;
}

function facts(board) {
    const [signal, battery] = [signalIcon(), batteryIcon()];
    const network = fact("frame.network", signal);
    const power = fact("frame.battery", battery);
    const [time, lua, tasks, restarts] = ["time", "memory", "tasks", "restarts"].map((name) => fact(`frame.${name}`));
    board.on("state", (state) => {
        const { up, registered, signal: strength, operator } = state.network;
        signal.update(strength, up);
        network.show(registered ? operator || t("network.registered") : t(up ? "network.searching" : "network.none"));
        battery.update(state.power.battery, state.power.charger);
        power.show(`${charge(state.power.battery)} %`);
        restarts.show(String(state.restarts));
        if (state.run) {
            time.show(duration(state.run.time));
            lua.show(memory(state.run.memory));
            tasks.show(String(state.run.tasks));
        }
    });
    return element("dl", { class: "facts" }, network, power, time, lua, tasks, restarts);
}

/** Links to the panels; one that is folded unfolds. */
function navigation(panels) {
    const links = panels.map(({ id }) => {
        const unfold = () => {
            const heading = document.getElementById(`title-${id}`);
            if (heading.getAttribute("aria-expanded") === "false") {
                heading.click();
            }
        };
        return element("a", { href: `#panel-${id}`, text: `panel.${id}`, onclick: unfold });
    });
    return element("nav", { label: "frame.panels" }, ...links);
}

function select(label, options, chosen, onChoice) {
    const id = uniqueId("select");
    const node = element("select", { id, onchange: () => onChoice(node.value) }, ...options);
    node.value = chosen;
    return element("div", { class: "setting" }, element("label", { class: "hidden", for: id, text: label }), node);
}

function languageSwitch(onLanguage) {
    const options = Object.entries(LANGUAGE_NAMES).map(([value, name]) => element("option", { value, lang: value }, name));
    return select("frame.language", options, currentLanguage(), (language) => {
        remember("language", language);
        onLanguage(language);
    });
}

function showTheme(theme) {
    document.documentElement.dataset.theme = theme;
}

function themeSwitch() {
    const theme = recall("theme", "system");
    showTheme(theme);
    const options = THEMES.map((value) => element("option", { value, text: `frame.theme.${value}` }));
    return select("frame.theme", options, theme, (chosen) => {
        remember("theme", chosen);
        showTheme(chosen);
    });
}

/**
 * Fills the header.
 * @param {HTMLElement} place
 * @param {object} board
 * @param {Array<object>} panels
 * @param {function(string)} onLanguage is told of another language
 */
export function header(place, board, panels, onLanguage) {
    place.append(
        element("div", { class: "bar" }, brand(board), connectionStatus(board), facts(board),
            element("div", { class: "settings" }, languageSwitch(onLanguage), themeSwitch())),
        navigation(panels),
    );
}
