/** What the device plays, speaks and records. */
import { toBytes, toText } from "../bytes.js";
import { element, setText } from "../dom.js";
import { button, download, field, tick, timeText, toggle } from "../views/controls.js";
import { NotPlayable, Player } from "../views/player.js";
import { visible } from "../views/visible.js";

/** Entries that are kept. */
const MOST = 50;

/** Characters of a text that are shown. */
const LONGEST = 500;

/** Why a sound does not begin in a browser that the user has not touched yet. */
const NOT_ALLOWED = "NotAllowedError";

/** What a recording records is given by a file of the computer that the device runs on. */
function microphone(board) {
    const path = field("sound.microphone_path", { placeholder: "/home/me/voice.wav" });
    const form = element("form", { class: "toolbar", onsubmit: async (event) => {
        event.preventDefault();
        try {
            await board.call("microphone", path.input.value.trim() || null);
        } catch (error) {
            board.fail(error, form);
        }
    } }, path.node, element("button", { text: "sound.microphone_use" }));
    return element("details", {}, element("summary", { text: "sound.microphone" }), form);
}

/** A headset at the device; its button is among the keys. */
function headset(board) {
    const box = tick("sound.headset", false, async (isThere) => {
        try {
            await board.call("headset", isThere);
        } catch (error) {
            board.fail(error, box);
        }
    });
    board.on("state", ({ audio }) => { box.firstChild.checked = Boolean(audio.headset); });
    return box;
}

/** What sounds or is recorded at the moment, in short. */
function summary({ playing, path, text, format, seconds, record }) {
    const about = record ?? (playing ? { path, text, format, seconds } : {});
    const length = about.seconds ? `${about.seconds.toFixed(1)} s` : undefined;
    return [about.path ?? about.text, about.format, length].filter(Boolean).map(visible).join(", ").slice(0, LONGEST);
}

class Sound {
    #board;
    #player = new Player();
    #isAudible = false;
    #entries = element("ol", { class: "sounds", label: "sound.list" });
    #now = element("p", { role: "status", text: "sound.silent" });
    #about = element("p", { class: "mono" });
    #volume = element("p", { class: "dim", hidden: true });
    #recording = "";
    #isStream = false;

    constructor(board) {
        this.#board = board;
    }

    mount(place) {
        place.append(
            element("div", { class: "toolbar" },
                toggle("sound.here", (isAudible) => this.#listen(isAudible)),
                button("stream.clear", () => this.#entries.replaceChildren())),
            this.#now, this.#about, this.#volume, this.#entries, headset(this.#board), microphone(this.#board),
        );
        this.#board.on("audio", ([what, detail, about], { time, text }) =>
            this.#take({ what, detail: detail ? toText(detail) : "", about, time, text }));
        this.#board.on("state", ({ audio }) => this.#update(audio));
    }

    #listen(isAudible) {
        this.#isAudible = isAudible;
        if (!isAudible) {
            this.#player.stop();
        }
    }

    #update(audio) {
        const { playing, recording, volume } = audio;
        setText(this.#now, "text", recording ? "sound.recording" : playing ? `sound.playing.${playing}` : "sound.silent");
        this.#about.textContent = summary(audio);
        this.#about.hidden = !this.#about.textContent;
        this.#volume.hidden = volume === undefined;
        if (volume !== undefined) {
            setText(this.#volume, "text", "sound.volume", { volume });
            this.#player.volume = volume;
        }
    }

    #take({ what, detail, about, time, text }) {
        const act = {
            play: () => this.#sound(() => this.#player.play(this.#newest())),
            speak: () => this.#sound(() => this.#player.speak(detail)),
            stream: () => this.#stream(about),
            record: () => { this.#recording = detail; },
            stop: () => this.#player.stop(),
            end: () => this.#end(),
        }[what];
        act?.();
        const file = { play: detail, recorded: this.#recording }[what];
        const buttons = file ? this.#fileButtons(file)
            : what === "speak" ? [this.#soundButton(() => this.#player.speak(detail))] : [];
        // Of data and streams there is no more than what `--trace` says.
        const isNameless = what === "stream" || what === "record";
        this.#add({ what, time, text: file || detail || (isNameless ? text : "") }, buttons);
    }

    /** Data begins to sound, or a stream, which is complete only at its end. */
    #stream(about) {
        this.#isStream = about?.kind === "stream";
        if (!this.#isStream) {
            this.#sound(() => this.#player.play(this.#newest()));
        }
    }

    #end() {
        if (this.#isStream) {
            this.#isStream = false;
            this.#sound(() => this.#player.play(this.#newest()));
        }
    }

    /** What sounds now or has sounded last. */
    async #newest() {
        const [bytes] = await this.#board.call("sound");
        if (!bytes) {
            throw new NotPlayable("sound.gone");
        }
        return new Blob([toBytes(bytes)]);
    }

    #add({ what, time, text }, buttons) {
        const shown = visible(text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text);
        this.#entries.prepend(element("li", {},
            element("span", { class: "time" }, timeText(time)), " ",
            element("span", { class: "kind", text: `sound.${what}` }), " ",
            element("bdi", {}, shown), " ", ...buttons));
        while (this.#entries.children.length > MOST) {
            this.#entries.lastChild.remove();
        }
    }

    /** Sounds in the browser, if that is switched on. */
    #sound(begin) {
        if (this.#isAudible) {
            this.#begin(begin);
        }
    }

    async #begin(begin) {
        try {
            await begin();
        } catch (error) {
            const key = error instanceof NotPlayable ? error.message : error.name === NOT_ALLOWED ? "sound.not_allowed" : null;
            // A sound that another one cuts off is no failure.
            if (error.name !== "AbortError") {
                this.#board.fail(key ? new Error(this.#board.t(key)) : error, this.#now);
            }
        }
    }

    #soundButton(begin) {
        return button("sound.hear", () => this.#begin(begin));
    }

    #fileButtons(path) {
        return [
            this.#soundButton(() => this.#player.play(this.#board.file(path))),
            button("files.download", async (event) => {
                try {
                    download(path.slice(path.lastIndexOf("/") + 1), await this.#board.file(path));
                } catch (error) {
                    this.#board.fail(error, event.target);
                }
            }),
        ];
    }
}

export default {
    id: "sound",
    mount(place, board) {
        new Sound(board).mount(place);
    },
};
