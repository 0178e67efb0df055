/** The page's way to the runner: calls of the door over HTTP, and what happens at the device over a WebSocket. */

/** Milliseconds before the first attempt to connect again, and at most. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 3000;

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
    } catch (error) {
        throw new CallError(0, error.message);
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
 * Hears what happens at the device, and connects again for as long as there is a point in it.
 * @param {object} listener
 * @param {function(object)} listener.onMessage gets each change, state or action
 * @param {function(boolean)} listener.onConnected whether there is a connection from now on
 * @param {function(CallError)} listener.onRefused is told why there will be none
 */
export function listen({ onMessage, onConnected, onRefused }) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const address = `${scheme}//${location.host}/api/changes?log=${LOG_LINES}&token=${encodeURIComponent(token)}`;
    let pause = FIRST_PAUSE;

    function connect() {
        const socket = new WebSocket(address);
        socket.onopen = () => {
            pause = FIRST_PAUSE;
            onConnected(true);
        };
        socket.onmessage = (event) => onMessage(JSON.parse(event.data));
        socket.onclose = () => {
            onConnected(false);
            setTimeout(tryAgain, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        };
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
