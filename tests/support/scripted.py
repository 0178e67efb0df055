"""A server whose behaviour a test writes in Python, for extensions and frames that no library would send.

Usage: scripted.py PORT_FILE LOG_FILE [PORT], as peer.py. The path is /run?code=HEX: Python that runs
once the request has been read, with `client` (see Scripted) and what this module defines. It logs,
besides what peer.py logs:
    CONNECTION message OPCODE COMPRESSED SIZE WIRE_SIZE HEX
    CONNECTION closed CODE REASON
    CONNECTION problem TEXT        the script raised an exception
"""

import struct
import textwrap
import time  # noqa: F401 # for scripts
import zlib

import peer

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
TAIL = b"\x00\x00\xff\xff"


def frame(opcode, payload=b"", fin=True, rsv=0):
    """A frame; `rsv` has RSV1 as 4, RSV2 as 2 and RSV3 as 1."""
    made = peer.frame(opcode, payload, fin)
    return bytes([made[0] | rsv << 4]) + made[1:]


def head(opcode, size, fin=True, rsv=0):
    """A header that claims `size` bytes."""
    first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        return first + bytes([size])
    if size < 65536:
        return first + b"\x7e" + struct.pack(">H", size)
    return first + b"\x7f" + struct.pack(">Q", size)


class Deflater:
    """Compresses messages as RFC 7692 section 7.2.1 has it; the context stays unless `takeover` is off."""

    def __init__(self, bits=15, takeover=True, level=6):
        self.settings = {"level": level, "wbits": -bits}
        self.takeover = takeover
        self.context = zlib.compressobj(**self.settings)

    def payload(self, data):
        if not self.takeover:
            self.context = zlib.compressobj(**self.settings)
        made = self.context.compress(data) + self.context.flush(zlib.Z_SYNC_FLUSH)
        assert made.endswith(TAIL)
        return made[:-4]

    def message(self, opcode, data, cut=None):
        """One frame, or fragments of `cut` bytes."""
        payload = self.payload(data)
        if not cut:
            return frame(opcode, payload, rsv=4)
        return fragments(opcode, payload, cut, rsv=4)


def fragments(opcode, payload, cut, rsv=0, between=b""):
    """A message in frames of `cut` bytes, with `between` behind each but the last."""
    parts = [payload[start : start + cut] for start in range(0, len(payload), cut)] or [b""]
    made = b""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        made += frame(CONTINUATION if index else opcode, part, fin=last, rsv=0 if index else rsv)
        made += b"" if last else between
    return made


class Inflater:
    """Inflates messages and refuses distances beyond the window of `bits`."""

    def __init__(self, bits=15, takeover=True):
        self.bits = bits
        self.takeover = takeover
        self.context = zlib.decompressobj(-bits)

    def data(self, payload):
        if not self.takeover:
            self.context = zlib.decompressobj(-self.bits)
        payload += TAIL
        if len(payload) > 100_000 or self.bits == 15:
            return self.context.decompress(payload)
        # zlib looks back beyond the window into the same call's output: it gets room for few bytes.
        made = b""
        while payload:
            made += self.context.decompress(payload, 16)
            payload = self.context.unconsumed_tail
        while more := self.context.decompress(b"", 16):
            made += more
        return made


class Scripted(peer.Connection):
    """One client, with what scripts need."""

    def accept(self, *extensions):
        """Answers the handshake, with a header line for each extension list."""
        self.send(self.answer("".join(f"Sec-WebSocket-Extensions: {text}\r\n" for text in extensions)))

    def offer(self):
        return self.headers.get("sec-websocket-extensions", "")

    def next(self):
        """The next frame as fin, rsv, opcode, payload."""
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.take(8))
        mask = self.take(4)
        payload = peer.unmask(self.take(size), mask)
        return first >> 7, first >> 4 & 7, first & 15, payload

    def message(self, inflater=None):
        """The next message as opcode, whether it was compressed, data; answers pings meanwhile."""
        opcode, rsv, payload = None, 0, b""
        while True:
            fin, bits, code, data = self.next()
            if code == PING:
                self.send(frame(PONG, data))
            elif code == CLOSE:
                self.closed_with(data)
                self.send(frame(CLOSE, data))
                raise peer.Gone
            elif code < 8:
                if code:
                    opcode, rsv = code, bits
                payload += data
                if fin:
                    break
        data = inflater.data(payload) if rsv else payload
        shown = data.hex() if len(data) < 3000 else "-"
        self.log("message", opcode, int(rsv == 4), len(data), len(payload), shown)
        return opcode, rsv == 4, data

    def closed_with(self, data):
        code = struct.unpack(">H", data[:2])[0] if data else 1005
        self.log("closed", code, data[2:].decode())

    def until_closed(self):
        """Reads until the client closes, and logs its code."""
        while True:
            try:
                _, _, opcode, payload = self.next()
            except peer.Gone:
                return
            if opcode == CLOSE:
                self.closed_with(payload)
                self.send(frame(CLOSE, payload))
                return


def run(client, query):
    code = textwrap.dedent(bytes.fromhex(query["code"]).decode())
    try:
        exec(compile(code, "script", "exec"), dict(globals(), client=client))  # pylint: disable=exec-used
    except peer.Gone:
        raise
    except Exception as problem:  # pylint: disable=broad-except
        client.log("problem", f"{type(problem).__name__}: {problem}")


peer.Connection = Scripted
peer.PATHS["/run"] = run
peer.main()
