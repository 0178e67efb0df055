// What the checks of the page's streams do and look at.
"use strict";

const crypto = require("crypto");
const net = require("net");
const { panel } = require("../session");

/** What RFC 6455 section 1.3 adds to a key. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A server for the script: acknowledges an MQTT connection, or sends a WebSocket text. */
function startServer() {
    const server = net.createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", (first) => {
            const key = /^sec-websocket-key: *(\S+)/im.exec(first.toString("latin1"));
            if (key) {
                const accept = crypto.createHash("sha1").update(key[1] + GUID).digest("base64");
                socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
                socket.once("data", () => socket.write(Buffer.from("\x81\x0bfrom beyond", "latin1")));
            } else {
                socket.write(Buffer.from([0x20, 2, 0, 0]));
            }
        });
    });
    return new Promise((resolve) => { server.listen(0, "127.0.0.1", () => resolve(server)); });
}

/** A WAV file (RIFF) of 8,000 samples a second, of so many seconds. */
function silence(seconds) {
    const size = 16_000 * seconds;
    const header = Buffer.from("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0", "latin1");
    header.writeUInt32LE(36 + size, 4);
    header.writeUInt32LE(size, 40);
    return Buffer.concat([header, Buffer.alloc(size)]);
}

/** Types a line at serial port 1. */
async function type(page, line) {
    const input = panel(page, "serial").getByRole("tabpanel", { name: "UART 1" }).getByLabel("Text to send");
    await input.fill(line);
    await input.press("Enter");
}

/** A line in the list of a panel that has this text. */
function line(page, id, text) {
    return panel(page, id).locator(".list-row", { hasText: text });
}

/** Two pictures of the screen later, what was to be shown is shown. */
function drawn(page) {
    return page.evaluate(() => new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
}

/** The lines of a list that are in sight. */
function inSight(page, id) {
    return panel(page, id).locator(".list").first().evaluate((list) => {
        const { top, bottom } = list.getBoundingClientRect();
        return [...list.querySelectorAll(".list-row")].filter((row) => {
            const box = row.getBoundingClientRect();
            return box.top >= top - 1 && box.bottom <= bottom + 1;
        }).map((row) => row.textContent);
    });
}

/** The longest time between two pictures of the screen while something is done, in ms. */
async function standstill(page, action) {
    await page.evaluate(() => {
        globalThis.longest = 0;
        let last = performance.now();
        const tick = (now) => {
            globalThis.longest = Math.max(globalThis.longest, now - last);
            last = now;
            globalThis.frame = requestAnimationFrame(tick);
        };
        globalThis.frame = requestAnimationFrame(tick);
    });
    await action();
    return page.evaluate(() => {
        cancelAnimationFrame(globalThis.frame);
        return globalThis.longest;
    });
}

module.exports = { drawn, inSight, line, silence, standstill, startServer, type };
