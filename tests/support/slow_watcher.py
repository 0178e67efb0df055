"""A client of the board's WebSocket that reads nothing until a file appears, and then prints the first message that
tells of lost ones.

    slow_watcher.py HOST:PORT TOKEN FILE
"""

import json
import os
import socket
import sys
import time

address, token, file = sys.argv[1:]
host, port = address.rsplit(":", 1)

peer = socket.socket()
peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
peer.settimeout(20)
peer.connect((host, int(port)))
peer.sendall(
    f"GET /api/changes?log=0&token={token} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
)
stream = peer.makefile("rb")
while stream.readline().strip():
    pass
print("ready", flush=True)
while not os.path.exists(file):
    time.sleep(0.02)
while True:
    length = stream.read(2)[1]
    if length == 126:
        length = int.from_bytes(stream.read(2), "big")
    elif length == 127:
        length = int.from_bytes(stream.read(8), "big")
    message = json.loads(stream.read(length))
    if message["name"] == "lost":
        print(json.dumps(message), flush=True)
        break
