/** What a file is, by how it begins: whatever its name says. */

const ascii = (text) => Array.from(text, (character) => character.charCodeAt(0));

/** Beginnings of files (`null` stands for any byte), and what they are. */
const BEGINNINGS = [
    [[0x89, ...ascii("PNG\r\n\x1a\n")], "image/png"],
    [[0xff, 0xd8, 0xff], "image/jpeg"],
    [ascii("GIF8"), "image/gif"],
    [ascii("BM"), "image/bmp"],
    [[...ascii("RIFF"), null, null, null, null, ...ascii("WEBP")], "image/webp"],
    [[...ascii("RIFF"), null, null, null, null, ...ascii("WAVE")], "audio/wav"],
    [ascii("ID3"), "audio/mpeg"],
    [[0xff, 0xfb], "audio/mpeg"],
    [[0xff, 0xf3], "audio/mpeg"],
    [[0xff, 0xf2], "audio/mpeg"],
    [ascii("#!AMR"), "audio/amr"],
];

/** Bytes that are looked at to tell text from other bytes. */
const SAMPLE = 4096;

function begins(bytes, beginning) {
    return beginning.every((byte, index) => byte === null || byte === bytes[index]);
}

function isText(bytes) {
    try {
        // A character may be cut at the end of the sample.
        new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, SAMPLE), { stream: bytes.length > SAMPLE });
        return !bytes.subarray(0, SAMPLE).includes(0);
    } catch {
        return false;
    }
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} a media type (RFC 6838): of pictures and sounds, `text/plain`, or `application/octet-stream`
 */
export function mediaType(bytes) {
    const known = BEGINNINGS.find(([beginning]) => begins(bytes, beginning));
    return known ? known[1] : isText(bytes) ? "text/plain" : "application/octet-stream";
}

/** Whether this browser plays it. */
export function isPlayable(type) {
    return type !== "audio/amr" && document.createElement("audio").canPlayType(type) !== "";
}

/** A Blob as bytes, and with the type that it really has. */
export async function typed(blob) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const type = mediaType(bytes);
    return { bytes, type, blob: new Blob([bytes], { type }) };
}
