"""Clients that mean no good, all at once, and what becomes of each: a line of its name and of what it has got.

    hostile_clients.py HOST:PORT TOKEN
"""

import socket
import sys
import threading
import time

address, token = sys.argv[1:]
host, port = address.rsplit(":", 1)

# How long a client waits for what becomes of it, in seconds.
LIMIT = 30

HEAD = f"GET /api/state?token={token} HTTP/1.1\r\nHost: {address}\r\n"
POST = f"POST /api/signal?token={token} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n"
SOCKET = (
    f"GET /api/changes?log=0&token={token} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)

CLIENTS = {
    "says nothing": [b""],
    "stops within the head": [HEAD.encode()],
    "drips its head": [HEAD.encode()] + [b"X: y\r\n"] * 100,
    "has an endless head": [HEAD.encode() + b"X: " + b"y" * (1 << 20)],
    "has too many headers": [HEAD.encode() + b"X: y\r\n" * 10000 + b"\r\n"],
    "speaks no HTTP": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 100 + b"\r\n\r\n"],
    "has two hosts": [f"{HEAD}Host: evil.example\r\n\r\n".encode()],
    "has no host": [f"GET /api/state?token={token} HTTP/1.1\r\n\r\n".encode()],
    "has two lengths": [f"{POST}Content-Length: 4\r\nContent-Length: 5\r\n\r\n[20]]".encode()],
    "has a length and chunks": [
        f"{POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HEAD}\r\n".encode()
    ],
    "sends a frame without a mask": [SOCKET.encode(), b"\x81\x02hi"],
    "sends an endless message": [SOCKET.encode(), b"\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00" + b"m" * 4 + b"\0" * 65536],
}


def status(answer):
    return answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.1 ") else "nothing"


def run(name, parts):
    answer, end = b"", "open"
    give_up = time.time() + LIMIT
    with socket.create_connection((host, int(port))) as peer:
        try:
            for number, part in enumerate(parts):
                peer.sendall(part)
                if number > 0:
                    time.sleep(0.2)
            while time.time() < give_up:
                peer.settimeout(give_up - time.time())
                data = peer.recv(65536)
                if not data:
                    end = "closed"
                    break
                answer += data
        except TimeoutError:
            pass
        except OSError:
            end = "closed"
    print(f"{name}: {status(answer)}, {end}", flush=True)


threads = [threading.Thread(target=run, args=client) for client in CLIENTS.items()]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
