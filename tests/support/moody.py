"""A server that fails as the path of the request says, or in the TLS handshake.

Usage: moody.py PORT_FILE LOG_FILE [PORT]; ends when its standard input does. To a ClientHello it
answers with a reset. /good speaks WebSocket and echoes the close, /forbidden refuses, /accept gives
the wrong key, /garbage is no HTTP, /silent never answers, /reset resets.
"""

import base64
import hashlib
import socket
import struct

from listening import serve

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def good(sock, key):
    sock.sendall(HEAD % base64.b64encode(hashlib.sha1(key + GUID).digest()))
    data = b""
    while len(data) < 6:
        more = sock.recv(4096)
        if not more:
            return
        data += more
    sock.sendall(b"\x88\x02\x03\xe8")


def handle(sock):
    try:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = sock.recv(4096)
            if not data:
                return
            head += data
            if head[0] == 0x16:
                reset(sock)
                return
        path = head.split(b" ")[1]
        key = next(line[19:].strip() for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key:"))
        if path == b"/good":
            good(sock, key)
        elif path == b"/forbidden":
            sock.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            sock.recv(1)
        elif path == b"/accept":
            sock.sendall(HEAD % b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            sock.recv(1)
        elif path == b"/garbage":
            sock.sendall(b"\x00\x01garbage\r\n\r\n")
            sock.recv(1)
        elif path == b"/silent":
            sock.recv(1)
        elif path == b"/reset":
            reset(sock)
    except OSError:
        pass
    finally:
        sock.close()


serve(handle)
