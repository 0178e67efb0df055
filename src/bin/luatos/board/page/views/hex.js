/** Bytes as hexadecimal numbers, both ways. */

/** Bytes in a line. */
const WIDTH = 16;

function digits(number, count) {
    return number.toString(16).padStart(count, "0");
}

function printable(byte) {
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}

/** One line of up to `width` bytes: where it is, the bytes, and what of them is ASCII. */
export function hexLine(bytes, offset, width = WIDTH) {
    const numbers = Array.from(bytes, (byte) => digits(byte, 2)).join(" ");
    return `${digits(offset, 6)}  ${numbers.padEnd(3 * width - 1)}  ${Array.from(bytes, printable).join("")}`;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} [offset=0] of the first of them
 * @returns {string[]}
 */
export function hexLines(bytes, offset = 0) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += WIDTH) {
        lines.push(hexLine(bytes.subarray(at, at + WIDTH), offset + at));
    }
    return lines;
}

/**
 * Reads what somebody types: pairs of hexadecimal digits, with or without `0x`, blanks, commas and colons between them.
 * @param {string} text
 * @returns {Uint8Array|null} null where it is something else
 */
export function readHex(text) {
    const pairs = text.replace(/\b0x/gi, " ").replace(/[\s,:]+/g, " ").trim();
    if (!/^([0-9a-f]{2} ?)*$/i.test(pairs)) {
        return null;
    }
    return Uint8Array.from(pairs.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
}
