"""An HTTP server that answers every request with the bytes that the request asks for.

Usage: answers.py PORT_FILE LOG_FILE [PORT]
The query of the request says what: `raw`, percent-encoded, in which {accept} stands for the value of
Sec-WebSocket-Accept; `then=close` ends the connection afterwards, else it stays open; `step=N` sends
N bytes at a time. Logs "header NAME VALUE" for each header, as Latin-1. Ends when its standard input
does.
"""

import base64
import hashlib
import socket
import sys
import threading
import time
from urllib.parse import unquote_to_bytes, urlsplit

from listening import serve

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
            # Until the client has no more to say: the end, or a close frame (RFC 6455 section 5.5.1).
            while sock.recv(4096)[:1] not in (b"", b"\x88"):
                pass
    except OSError:
        pass
    finally:
        sock.close()


serve(handle)
