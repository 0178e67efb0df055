"""An HTTP server that answers every request with the bytes that the request asks for.

Usage: answers.py PORT_FILE LOG_FILE [PORT]
The query of the request says what: `raw`, percent-encoded, in which {accept} stands for the value of
Sec-WebSocket-Accept; `then=close` ends the connection afterwards, else it stays open; `step=N` sends
N bytes at a time. Logs "header NAME VALUE" for each header, as Latin-1. Ends when its standard input
does.
"""

import base64
import hashlib
import os
import socket
import sys
import threading
import time
from urllib.parse import unquote_to_bytes, urlsplit

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LOCK = threading.Lock()
LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)


def handle(sock):
    try:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = sock.recv(1)
            if not data:
                return
            head += data
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:-2])
        with LOCK:
            for name, value in headers.items():
                LOG.write(f"header\t{name}\t{value}\n")
        query = urlsplit(lines[0].split(" ")[1]).query
        fields = dict(field.split("=", 1) for field in query.split("&"))
        key = headers["Sec-WebSocket-Key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        answer = unquote_to_bytes(fields["raw"]).replace(b"{accept}", accept)
        step = int(fields.get("step", len(answer) or 1))
        for start in range(0, len(answer), step):
            sock.sendall(answer[start : start + step])
            if step < len(answer):
                time.sleep(0.001)
        if fields.get("then") != "close":
            while sock.recv(4096):
                pass
    except OSError:
        pass
    finally:
        sock.close()


def main():
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    listener = socket.create_server(("127.0.0.1", port), backlog=100)
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])

    def accept():
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=handle, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
