"""WebSocket servers over TLS, one port for each state that a server can be in.

Usage: tls_server.py CERTIFICATES PORTS
CERTIFICATES is the folder of make_certs.sh; PORTS a file that gets a line "NAME PORT" for each. The
servers answer one WebSocket handshake per connection and send one text message: "TLS version, the
name the client asked for (SNI), the common name of its certificate", then echo a close. They end
when stdin does.
"""

import base64
import hashlib
import os
import socket
import ssl
import struct
import sys
import threading
import time

FOLDER, PORTS = sys.argv[1:3]
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def path(name):
    return os.path.join(FOLDER, name)


def context(name, **settings):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path(name + ".pem"), path(name + ".key"))
    for key, value in settings.items():
        setattr(made, key, value)
    return made


def mutual():
    made = context("good")
    made.load_verify_locations(path("ca.pem"))
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def mutual_tls12():
    made = mutual()
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


def serve_websocket(stream, text, ends=False):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        data = stream.recv(1)
        if not data:
            return
        head += data
    key = [line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")]
    accept = base64.b64encode(hashlib.sha1(key[0] + GUID).digest())
    answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    stream.sendall(answer + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    payload = text.encode()
    stream.sendall(bytes([0x81, len(payload)]) + payload)
    while not ends and stream.recv(4096):
        stream.sendall(b"\x88\x02\x03\xe8")
        break


def common_name(certificate):
    for part in (certificate or {}).get("subject", ()):
        for name, value in part:
            if name == "commonName":
                return value
    return "-"


def serve_tls(connection, made):
    names = []
    made.sni_callback = lambda _socket, name, _context: names.append(name)
    with made.wrap_socket(connection, server_side=True) as stream:
        name = names[-1] if names else None
        serve_websocket(stream, f"{stream.version()} {name or '-'} {common_name(stream.getpeercert())}")


def stall(connection, after):
    """Takes the ClientHello and sends nothing, or the first bytes of an answer, then waits."""
    connection.recv(4096)
    connection.sendall(after)
    while connection.recv(4096):
        pass


def trickle(connection, serve):
    """Serves by way of a pair of sockets; what the server says arrives byte by byte."""
    inner, outer = socket.socketpair()
    threading.Thread(target=handle, args=(inner, serve), daemon=True).start()

    def forward():
        try:
            while data := connection.recv(4096):
                outer.sendall(data)
            outer.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    threading.Thread(target=forward, daemon=True).start()
    while data := outer.recv(4096):
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.001)


def abrupt(connection):
    """Ends TCP without TLS's close_notify behind its message."""
    made = context("good")
    stream = made.wrap_socket(connection, server_side=True)
    serve_websocket(stream, "last words", ends=True)
    # Below TLS.
    socket.socket(fileno=stream.detach()).close()


def reset(connection):
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def bad_request(connection):
    """What a web server without TLS answers to a ClientHello."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


SERVERS = {
    "plain": bad_request,
    "silent": lambda connection: stall(connection, b""),
    # The header of a handshake record and the start of a ServerHello.
    "half": lambda connection: stall(connection, b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76"),
    "tls12": lambda connection: serve_tls(connection, context("good", maximum_version=ssl.TLSVersion.TLSv1_2)),
    "tls13": lambda connection: serve_tls(connection, context("good", minimum_version=ssl.TLSVersion.TLSv1_3)),
    "trickled": lambda connection: trickle(connection, lambda inner: serve_tls(inner, context("good"))),
    "abrupt": abrupt,
    "reset": reset,
    "mutual": lambda connection: serve_tls(connection, mutual()),
    "mutual-tls12": lambda connection: serve_tls(connection, mutual_tls12()),
}
NAMES = "good rsa chained deep bare stale misissued expired future wrong-host self-signed untrusted"
for NAME in NAMES.split():
    SERVERS[NAME] = lambda connection, name=NAME: serve_tls(connection, context(name))


def handle(connection, serve):
    try:
        connection.settimeout(60)
        serve(connection)
    except (OSError, ssl.SSLError):
        pass
    finally:
        connection.close()


def accept(listener, serve):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection, serve), daemon=True).start()


def main():
    lines = []
    for name, serve in SERVERS.items():
        listener = socket.create_server(("127.0.0.1", 0))
        lines.append(f"{name} {listener.getsockname()[1]}\n")
        threading.Thread(target=accept, args=(listener, serve), daemon=True).start()
    with open(PORTS + ".new", "w", encoding="ascii") as file:
        file.writelines(lines)
    os.rename(PORTS + ".new", PORTS)
    sys.stdin.read()


main()
