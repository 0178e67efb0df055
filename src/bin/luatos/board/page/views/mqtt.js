/** MQTT as it goes through a socket: which packets there are, from the first bytes of each piece. */

/** Names of the packets, by type (MQTT 5.0 section 2.1.2). */
const NAMES = [
    "reserved", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
    "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",
];
const CONNECT = 1;
const PUBLISH = 3;

/** Bytes that the length takes at most (section 1.5.5). */
const LONGEST_LENGTH = 4;

const utf8 = new TextDecoder();

/** The fixed header at a place; null where it is not whole, or none. */
function header(bytes, at) {
    let length = 0;
    for (let index = 0; index < LONGEST_LENGTH; index += 1) {
        const byte = bytes[at + 1 + index];
        if (byte === undefined) {
            return null;
        }
        length += (byte & 0x7f) * 128 ** index;
        if (byte < 0x80) {
            const body = at + 2 + index;
            return { type: bytes[at] >> 4, flags: bytes[at] & 15, body, end: body + length };
        }
    }
    return null;
}

/** A text with its length in front (section 1.5.4), as far as it is there. */
function textAt(bytes, at) {
    const length = bytes[at] * 256 + bytes[at + 1];
    return utf8.decode(bytes.subarray(at + 2, at + 2 + (length || 0)));
}

/** Whether a connection begins so, of whichever version. */
function isConnect(bytes) {
    const found = header(bytes, 0);
    return found?.type === CONNECT && ["MQTT", "MQIsdp"].includes(textAt(bytes, found.body));
}

function described({ type, flags, body }, bytes) {
    if (type !== PUBLISH) {
        return NAMES[type];
    }
    const quality = flags >> 1 & 3;
    return `PUBLISH ${textAt(bytes, body)}${quality ? ` QoS ${quality}` : ""}${flags & 1 ? " retained" : ""}`;
}

/** One way of a connection. A packet may come in pieces, and a piece may hold several. */
class Way {
    /** Bytes of a packet that are still to come; null once it is not known where packets begin. */
    #rest = 0;

    /**
     * @param {Uint8Array} bytes the first ones of a piece
     * @param {number} size how many the piece has
     * @returns {string} the packets that begin in it
     */
    read(bytes, size) {
        const packets = [];
        if (this.#rest === null) {
            return "";
        }
        let at = this.#rest;
        while (at < size) {
            const found = header(bytes, at);
            if (!found) {
                this.#rest = null;
                return packets.concat("…").join(", ");
            }
            packets.push(described(found, bytes));
            at = found.end;
        }
        this.#rest = at - size;
        return packets.join(", ");
    }
}

/** The connections of a device, by the ids of their sockets. */
export class Connections {
    #ways = new Map();

    /** A socket begins anew. */
    forget(id) {
        this.#ways.delete(id);
    }

    /**
     * @param {number} id of the socket
     * @param {"sent"|"received"} way
     * @param {Uint8Array} bytes the first ones of a piece
     * @param {number} size how many the piece has
     * @returns {string|null} the packets that begin in it; null where it is no MQTT
     */
    read(id, way, bytes, size) {
        if (way === "sent" && isConnect(bytes)) {
            this.#ways.set(id, { sent: new Way(), received: new Way() });
        }
        return this.#ways.get(id)?.[way].read(bytes, size) ?? null;
    }
}
