/** The page's way to the runner: calls of the door over HTTP, and what happens at the device over a WebSocket. */

import { t } from "./texts.js";

/** Milliseconds before the first attempt to connect again, and at most. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 3000;

/** Milliseconds without a state after which the script counts as one that does not wait: the state comes each second. */
const SILENCE = 4000;

/** Milliseconds that a runner may take to answer by itself; the connection to one that does not is lost. */
const PATIENCE = 5000;

/** Log lines that a new connection is told of. */
const LOG_LINES = 2000;

/** The token in the page's address, `""` without one. */
export const token = new URLSearchParams(location.search).get("token") ?? "";

const authorization = { Authorization: `Bearer ${token}` };

/** An answer of the API that is not the one wished for. */
export class CallError extends Error {
    /**
     * @param {number} status of HTTP; 0 if there was no answer
     * @param {string} text
     */
    constructor(status, text) {
        super(text);
        this.status = status;
    }
}

/** The text of an error of the API. */
async function problem(response) {
    const text = await response.text();
    try {
        return JSON.parse(text).error ?? text;
    } catch {
        return text || `${response.status} ${response.statusText}`;
    }
}

async function request(path, options = {}) {
    let response;
    try {
        response = await fetch(path, { ...options, headers: { ...authorization, ...options.headers } });
    } catch {
        throw new CallError(0, t("frame.unreachable"));
    }
    if (!response.ok) {
        throw new CallError(response.status, await problem(response));
    }
    return response;
}

/**
 * Calls `device.NAME(...)`.
 * @param {string} name such as `sms`
 * @param {...*} values its arguments
 * @returns {Promise<Array>} what it returns
 */
export async function call(name, ...values) {
    const response = await request(`/api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(values),
    });
    return response.json();
}

/** The address of a file of the device below the API. */
function fileAddress(path) {
    return `/api/files/${path.split("/").filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** A file of the device, as a Blob. */
export async function file(path) {
    return (await request(fileAddress(path))).blob();
}

/** Writes a file of the device. `content` is a Blob, bytes or a text. */
export async function putFile(path, content) {
    await request(fileAddress(path), { method: "PUT", body: content });
}

/** Removes a file of the device. */
export async function deleteFile(path) {
    await request(fileAddress(path), { method: "DELETE" });
}

/** What a display shows, as a Blob with a PNG. */
export async function picture(display) {
    return (await request(`/api/picture?display=${encodeURIComponent(display)}`)).blob();
}

/**
 * Watches a connection on which the state comes each second.
 * @param {function(boolean)} onSilent is told whether it has stopped to come
 * @param {function()} onDead is called where not even the runner answers: a computer that slept has lost the connection
 * @returns {{heard: function(object), end: function()}}
 */
function watchSilence(onSilent, onDead) {
    let last = performance.now();
    let isSilent = false;
    let isAsking = false;

    function tell(now) {
        if (now !== isSilent) {
            isSilent = now;
            onSilent(now);
        }
    }

    async function look() {
        tell(performance.now() - last > SILENCE);
        if (!isSilent || isAsking) {
            return;
        }
        isAsking = true;
        try {
            await request("/icon.svg", { signal: AbortSignal.timeout(PATIENCE) });
        } catch (error) {
            if (error.status === 0) {
                onDead();
            }
        }
        isAsking = false;
    }

    const timer = setInterval(look, SILENCE / 4);
    return {
        heard({ name }) {
            if (name === "state") {
                last = performance.now();
                tell(false);
            }
        },
        end() {
            clearInterval(timer);
            tell(false);
        },
    };
}

/**
 * Hears what happens at the device, and connects again for as long as there is a point in it.
 * @param {object} listener
 * @param {function(object)} listener.onMessage gets each change, state or action
 * @param {function(boolean)} listener.onConnected whether there is a connection from now on
 * @param {function(boolean)} listener.onSilent whether the script has stopped to wait, so that no state comes
 * @param {function(CallError)} listener.onRefused is told why there will be none
 */
export function listen({ onMessage, onConnected, onSilent, onRefused }) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const address = `${scheme}//${location.host}/api/changes?log=${LOG_LINES}&token=${encodeURIComponent(token)}`;
    let pause = FIRST_PAUSE;

    function connect() {
        const socket = new WebSocket(address);
        let silence;

        /** The connection is over. That of a runner that is gone without a word closes only much later. */
        function over() {
            socket.onopen = socket.onmessage = socket.onclose = null;
            socket.close();
            silence?.end();
            onConnected(false);
            setTimeout(tryAgain, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }

        socket.onopen = () => {
            pause = FIRST_PAUSE;
            silence = watchSilence(onSilent, over);
            onConnected(true);
        };
        socket.onmessage = (event) => {
            const message = JSON.parse(event.data);
            silence.heard(message);
            onMessage(message);
        };
        socket.onclose = over;
    }

    /** A WebSocket does not tell why it was refused; a request does, whether the script answers or not. */
    async function tryAgain() {
        try {
            await request("/api/changes");
        } catch (error) {
            if (error.status === 401 || error.status === 403) {
                onRefused(error);
                return;
            }
        }
        connect();
    }

    connect();
}
