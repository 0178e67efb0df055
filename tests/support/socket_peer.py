"""TCP, TLS and UDP servers whose behaviour a test writes in Python.

Usage: socket_peer.py PORT_FILE LOG_FILE; ends when its standard input does. Commands on standard input:
    tcp HEX             a new TCP server; HEX is the Python text that runs for each connection
    tls HEX FOLDER NAME [WHAT]
                        likewise with the certificate NAME of make_certs.sh; WHAT `mutual` asks for the client's
    udp HEX             a new UDP socket; the text runs once
    go                  ends one call of `wait`
The text has `sock` (connected, but for UDP) and what this module defines. Log lines:
    - port PORT         of a new server, in the order of the commands
    - NAME VALUE...     what the text logs
    - problem TEXT      the text raised an exception
"""

import os
import socket
import ssl
import struct
import sys
import textwrap
import threading
import time  # noqa: F401 # for scripts

LOG = open(sys.argv[2], "a", buffering=1, encoding="utf-8")
LOCK = threading.Lock()
GO = threading.Semaphore(0)


def log(name, *values):
    with LOCK:
        LOG.write("\t".join(["-", name, *map(str, values)]) + "\n")


def wait():
    """Returns when the test says `go`."""
    GO.acquire()


def read(sock, count):
    """Exactly `count` bytes, or fewer at the end."""
    data = b""
    while len(data) < count:
        more = sock.recv(min(65536, count - len(data)))
        if not more:
            break
        data += more
    return data


def drain(sock):
    """Reads to the end; returns how many bytes came and their sum, or -1 for a reset."""
    count = total = 0
    try:
        while data := sock.recv(65536):
            count += len(data)
            total += sum(data)
    except ConnectionError:
        return -1, -1
    return count, total


def request(sock):
    """Reads an HTTP request; returns its line, its fields by their lower-case names, and its body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        more = sock.recv(1)
        if not more:
            return "", {}, b""
        head += more
    line, *fields = head.decode().split("\r\n")[:-2]
    fields = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
    return line, fields, read(sock, int(fields.get("content-length", 0)))


def answer(sock, body=b"", status="200 OK", **fields):
    """Answers an HTTP request, with the length of the body."""
    fields = {"Content_Length": len(body), **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    sock.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


def echo(sock):
    while data := sock.recv(65536):
        sock.sendall(data)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def run(code, sock, **more):
    try:
        exec(compile(code, "script", "exec"), dict(globals(), sock=sock, **more))  # pylint: disable=exec-used
    except (ConnectionError, ssl.SSLError) as problem:
        log("lost", type(problem).__name__)
    except Exception as problem:  # pylint: disable=broad-except
        log("problem", f"{type(problem).__name__}: {problem}")
    finally:
        sock.close()


def start(*arguments, **more):
    threading.Thread(target=run, args=arguments, kwargs=more, daemon=True).start()


def tls_context(folder, name, what=""):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key"))
    if what == "mutual":
        made.load_verify_locations(os.path.join(folder, "ca.pem"))
        made.verify_mode = ssl.CERT_REQUIRED
    return made


def secure(code, sock, settings):
    names = []
    made = tls_context(*settings)
    made.sni_callback = lambda _socket, name, _context: names.append(name)
    try:
        stream = made.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False)
    except (OSError, ssl.SSLError) as problem:
        log("handshake", type(problem).__name__)
        sock.close()
        return
    run(code, stream, sni=names[-1] if names else None)


def accept(listener, code, settings):
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if settings:
            threading.Thread(target=secure, args=(code, sock, settings), daemon=True).start()
        else:
            start(code, sock)


def serve(kind, code, settings):
    code = textwrap.dedent(bytes.fromhex(code).decode())
    if kind == "udp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        start(code, sock)
        return sock
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    threading.Thread(target=accept, args=(listener, code, settings), daemon=True).start()
    return listener


def main():
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write("0\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "go":
            GO.release()
        else:
            log("port", serve(command, rest[0], rest[1:]).getsockname()[1])


main()
