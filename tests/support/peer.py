"""A WebSocket server that behaves as the path of the request says. Standard library only.

Usage: peer.py PORT_FILE LOG_FILE [PORT]
Writes its port to PORT_FILE and its observations to LOG_FILE, a tab-separated line for each:
    CONNECTION request PATH
    CONNECTION header NAME VALUE
    CONNECTION frame FIN OPCODE MASKED HEX
    CONNECTION eof
It ends when its standard input does.
"""

import base64
import hashlib
import os
import socket
import struct
import sys
import threading
import time
from random import Random
from urllib.parse import parse_qs, urlsplit

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LOCK = threading.Lock()
LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)


def frame(opcode, payload=b"", fin=True):
    head = bytes([(0x80 if fin else 0) | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([size])
    elif size < 65536:
        head += b"\x7e" + struct.pack(">H", size)
    else:
        head += b"\x7f" + struct.pack(">Q", size)
    return head + payload


class Gone(Exception):
    """The client has gone."""


class Connection:
    """One client."""

    count = 0

    def __init__(self, sock):
        with LOCK:
            Connection.count += 1
            self.number = Connection.count
        self.sock = sock
        self.closed = False

    def log(self, *fields):
        with LOCK:
            LOG.write("\t".join(str(field) for field in (self.number, *fields)) + "\n")

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            raise Gone from None

    def take(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.sock.recv(size - len(data))
            except OSError:
                more = b""
            if not more:
                self.log("eof")
                raise Gone
            data += more
        return data

    def request(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.take(1)
        lines = head.decode("latin-1").split("\r\n")
        self.path = lines[0].split(" ")[1]
        self.headers = {}
        self.log("request", self.path)
        for line in lines[1:-2]:
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()
            self.log("header", name, value.strip())

    def answer(self, extra="", accept=None):
        key = self.headers["sec-websocket-key"].encode()
        accept = accept or base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        return (head + f"Sec-WebSocket-Accept: {accept}\r\n{extra}\r\n").encode()

    def read(self):
        """The next frame as fin, opcode, payload."""
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.take(8))
        masked = second >> 7
        mask = self.take(4) if masked else b"\0\0\0\0"
        payload = self.take(size)
        payload = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if size < 100_000 else unmask(payload, mask)
        shown = payload.hex() if size < 100_000 else f"{size} bytes"
        self.log("frame", first >> 7, first & 15, masked, shown)
        return first >> 7, first & 15, payload

    def serve(self, echo=True, pong=True, answer_close=True, stop_after=None):
        """Reads until the end; by default as a good server does."""
        messages = 0
        while True:
            fin, opcode, payload = self.read()
            if opcode == 8:
                if answer_close:
                    self.send(frame(8, payload))
                    return
            elif opcode == 9:
                if pong:
                    self.send(frame(10, payload))
            elif opcode < 8:
                if echo:
                    self.send(frame(opcode, payload, fin))
                messages += fin
                if stop_after is not None and messages >= stop_after:
                    return


def unmask(payload, mask):
    whole = int.from_bytes(payload, "big") ^ int.from_bytes((mask * (len(payload) // 4 + 1))[: len(payload)], "big")
    return whole.to_bytes(len(payload), "big")


def handle(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(sock)
    try:
        connection.request()
        url = urlsplit(connection.path)
        query = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        PATHS.get(url.path, PATHS["/echo"])(connection, query)
    except Gone:
        pass
    finally:
        sock.close()


def echo(client, _query):
    client.send(client.answer())
    client.serve()


def close(client, query):
    payload = struct.pack(">H", int(query["code"])) + query.get("reason", "").encode() if "code" in query else b""
    client.send(client.answer() + frame(8, payload))
    client.serve()


def drop(client, query):
    """Ends TCP without a close frame after so many messages."""
    client.send(client.answer())
    if int(query.get("after", 0)):
        client.serve(stop_after=int(query["after"]))


def raw(client, query):
    """Sends bytes: glued to the answer, at once behind it, or one by one."""
    data = bytes.fromhex(query["hex"])
    if "glue" in query:
        client.send(client.answer() + data)
    else:
        client.send(client.answer())
        step = int(query.get("step", len(data) or 1))
        for start in range(0, len(data), step):
            client.send(data[start : start + step])
            time.sleep(0.001)
    client.serve()


def sizes(client, query):
    client.send(client.answer())
    for size in query["sizes"].split(","):
        client.send(frame(2, b"x" * int(size)))
    client.serve()


def status(client, query):
    body = query.get("body", "")
    extra = f"Location: {query['location']}\r\n" if "location" in query else ""
    client.send(f"HTTP/1.1 {query['code']} Because\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}".encode())


def silent(client, _query):
    client.take(1)


def trickle(client, query):
    for byte in client.answer():
        client.send(bytes([byte]))
        time.sleep(float(query.get("pause", 0.001)))
    client.serve()


def bad_accept(client, _query):
    client.send(client.answer(accept="AAAAAAAAAAAAAAAAAAAAAAAAAAA="))
    client.serve()


def subprotocol(client, query):
    client.send(client.answer(f"Sec-WebSocket-Protocol: {query['name']}\r\n"))
    client.serve()


def deaf(client, _query):
    """Answers the handshake, then neither reads nor writes, until the test is over."""
    client.send(client.answer())
    time.sleep(600)


def flood(client, query):
    """Numbered messages as fast as they go."""
    client.send(client.answer())
    for number in range(int(query["count"])):
        client.send(frame(1, b"%d" % number))
    client.serve()


def endless_headers(client, _query):
    client.send(b"HTTP/1.1 101 Switching Protocols\r\n")
    while True:
        client.send(b"X-More: " + b"x" * 1000 + b"\r\n")


def reset(client, query):
    """Resets the connection: before the answer, in the middle of it, behind it, or in a frame."""
    linger(client)
    when = query["when"]
    if when == "answer":
        client.send(client.answer()[:20])
    elif when != "request":
        client.send(client.answer())
        if when == "frame":
            client.send(b"\x82\x7e\x10\x00half")
        elif when == "close":
            client.read()
    time.sleep(0.05)


def linger(client):
    """Makes the end of the connection a reset."""
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def after_close(client, _query):
    """Goes on sending behind its close frame."""
    client.send(client.answer() + frame(8, b"\x03\xe8") + frame(1, b"late") * 1000)
    client.serve()


def ping_flood(client, query):
    """Pings as fast as they go, and reads nothing."""
    client.send(client.answer())
    for _ in range(int(query["count"])):
        client.send(frame(9, b"x" * 125))
    client.serve(echo=False)


def chaos(client, query):
    """Reads messages and then breaks the connection in a way that the seed decides."""
    random = Random(f"{query['seed']} {client.number}")
    client.send(client.answer())
    if client.number > int(query["breaks"]):
        client.serve(echo=False)
        return
    for _ in range(random.randrange(40)):
        client.read()
    how = random.choice(["reset", "end", "stall"])
    if how == "stall":
        time.sleep(0.2)
    if how != "end":
        linger(client)


def last_words(client, _query):
    """Says something, closes, and ends TCP without waiting for an answer."""
    client.send(client.answer() + frame(1, b"bye") + frame(8, struct.pack(">H", 4001) + b"over"))


PATHS = {
    "/last-words": last_words,
    "/endless-headers": endless_headers,
    "/reset": reset,
    "/after-close": after_close,
    "/ping-flood": ping_flood,
    "/chaos": chaos,
    "/echo": echo,
    "/close": close,
    "/drop": drop,
    "/raw": raw,
    "/sizes": sizes,
    "/status": status,
    "/silent": silent,
    "/trickle": trickle,
    "/bad-accept": bad_accept,
    "/subprotocol": subprotocol,
    "/deaf": deaf,
    "/flood": flood,
    "/no-pong": lambda client, _: (client.send(client.answer()), client.serve(pong=False)),
    "/no-close": lambda client, _: (client.send(client.answer()), client.serve(answer_close=False)),
}


def accept(listener):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=handle, args=(sock,), daemon=True).start()


def main():
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    listener = socket.create_server(("127.0.0.1", port), backlog=100)
    # The same port by IPv6, where the system has IPv6.
    try:
        six = socket.create_server(("::1", listener.getsockname()[1]), family=socket.AF_INET6)
        threading.Thread(target=accept, args=(six,), daemon=True).start()
    except OSError:
        pass
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    sys.stdin.read()


if __name__ == "__main__":
    main()
