/** Bytes as the API has them in JSON: a string where they are valid UTF-8, else `{"base64": "…"}`. */

/**
 * @param {string|{base64: string}} value bytes as in JSON
 * @returns {Uint8Array}
 */
export function toBytes(value) {
    if (typeof value === "string") {
        return new TextEncoder().encode(value);
    }
    return Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
}

/**
 * @param {string|{base64: string}} value bytes as in JSON
 * @returns {string} what is not UTF-8 becomes U+FFFD
 */
export function toText(value) {
    return typeof value === "string" ? value : new TextDecoder().decode(toBytes(value));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string|{base64: string}} bytes as in JSON
 */
export function fromBytes(bytes) {
    try {
        // A byte order mark is a part of the bytes like any other.
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
        return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
    }
}
