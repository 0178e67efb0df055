/** Has the browser sound what the device plays and speaks. */
import { isPlayable, typed } from "./content.js";

/** The device's volume that is the browser's full one. */
const LOUDEST = 7;

const CHINESE = /\p{Script=Han}/u;

/** Why the browser plays nothing; its message is the key of a text. */
export class NotPlayable extends Error {}

export class Player {
    #audio = new Audio();
    #address = null;
    #volume = 1;
    /** Which sound is the newest: one that was stopped while its file came does not begin. */
    #turn = 0;

    /** The device's volume, 0 to 7. */
    set volume(volume) {
        this.#volume = Math.min(1, Math.max(0, volume / LOUDEST));
        this.#audio.volume = this.#volume;
    }

    /**
     * Plays a file, instead of what plays.
     * @param {Promise<Blob>} file
     * @throws {NotPlayable} for what this browser does not play
     */
    async play(file) {
        this.stop();
        const turn = this.#turn;
        const { blob, type } = await typed(await file);
        if (!isPlayable(type)) {
            throw new NotPlayable("sound.not_playable");
        }
        if (turn === this.#turn) {
            this.#address = URL.createObjectURL(blob);
            this.#audio.src = this.#address;
            await this.#audio.play();
        }
    }

    /** Speaks a text, instead of what plays. */
    speak(text) {
        this.stop();
        if (!("speechSynthesis" in globalThis)) {
            throw new NotPlayable("sound.no_speech");
        }
        const utterance = new SpeechSynthesisUtterance(text);
        utterance.lang = CHINESE.test(text) ? "zh-CN" : "en-US";
        utterance.volume = this.#volume;
        speechSynthesis.speak(utterance);
    }

    stop() {
        this.#turn += 1;
        this.#audio.pause();
        globalThis.speechSynthesis?.cancel();
        if (this.#address) {
            URL.revokeObjectURL(this.#address);
            this.#address = null;
        }
    }
}
