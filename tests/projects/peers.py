"""The servers that demos talk to. Each listens on a free port of 127.0.0.1, keeps a log of what it saw, and
ends with `close`. `start(kind, folder, options)` starts one by its name in demos.toml.
"""

import json
import os
import re
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import time

LOOPBACK = "127.0.0.1"

# Seconds from 1900, where NTP begins, to 1970.
NTP_EPOCH = 2_208_988_800


class Peer:
    """A server. `log` has a line for everything that it saw."""

    def __init__(self, folder, options):
        self.folder = folder
        self.options = options
        self.log = []
        self.port = None
        self.open()

    def note(self, *words):
        self.log.append(" ".join(str(word) for word in words))

    def serve(self, server):
        server.daemon_threads = True
        server.peer = self
        self.server = server
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Stream(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def handle_error(self, request, address):
        """A device that goes away in the middle is usual."""


def certificate(folder, name, authority=None):
    """Makes a certificate for 127.0.0.1; returns the paths of certificate and key. Signed by itself without
    an authority."""
    path, key = os.path.join(folder, name + ".crt"), os.path.join(folder, name + ".key")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=" + name,
               "-keyout", key, "-out", path]
    if authority:
        command += ["-CA", authority[0], "-CAkey", authority[1]]
    subprocess.run(command, check=True, capture_output=True)
    return path, key


def server_context(peer, mutual=False):
    """A TLS context whose authority is `ca.crt` in the folder of the run."""
    authority = (os.path.join(peer.folder, "ca.crt"), os.path.join(peer.folder, "ca.key"))
    if not os.path.exists(authority[0]):
        certificate(peer.folder, "ca")
    path, key = certificate(peer.folder, "server", authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority[0])
    return context


class TcpEcho(Peer):
    """Sends back what it gets."""

    def context(self):
        return None

    def open(self):
        peer, context = self, self.context()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                stream = context.wrap_socket(self.request, server_side=True) if context else self.request
                peer.note("connected")
                if peer.options.get("greeting"):
                    stream.sendall(peer.options["greeting"].encode())
                while data := stream.recv(65536):
                    peer.note("received", len(data), data[:80])
                    stream.sendall(data)
                peer.note("end")

        self.serve(Stream((LOOPBACK, 0), Handler))


class TlsEcho(TcpEcho):
    """Likewise over TLS."""

    def context(self):
        return server_context(self)


class TlsEchoMutual(TcpEcho):
    """Likewise, and the client has to show a certificate."""

    def context(self):
        return server_context(self, mutual=True)


class Udp(Peer):
    """Answers each datagram with `answer(datagram)`, if that is not None."""

    def open(self):
        peer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                data, sock = self.request
                peer.note("received", len(data), data[:80])
                answer = peer.answer(data)
                if answer is not None:
                    sock.sendto(answer, self.client_address)

        self.serve(socketserver.ThreadingUDPServer((LOOPBACK, 0), Handler))

    def answer(self, data):
        return data


class Ntp(Udp):
    """RFC 4330: the time of this computer, or of the option `time` (seconds since 1970)."""

    def answer(self, data):
        now = self.options.get("time", time.time()) + NTP_EPOCH
        stamp = struct.pack(">II", int(now), int(now % 1 * 2**32))
        head = struct.pack(">BBbb", 0o44, 1, 6, -20)
        return head + bytes(12) + stamp + data[40:48].ljust(8, b"\0") + stamp + stamp


class Location(Udp):
    """A cell location service: latitude and longitude as decimal digits, two in a byte with the lower one
    first, behind a byte that says that the cell is known; then the time."""

    def answer(self, data):
        def digits(text):
            return bytes(int(text[i + 1] + text[i], 16) for i in range(0, len(text), 2))

        return b"\0" + digits("0312425864") + digits("1214736522") + bytes([26, 11, 24, 10, 30, 0])


class Http(Peer):
    """Answers by the option `routes`: a pattern for "METHOD HOST PATH" and the answer's body, either text or a
    number of bytes. Everything else is 404."""

    def context(self):
        return None

    def open(self):
        peer, context = self, self.context()

        class Handler(socketserver.StreamRequestHandler):
            def setup(self):
                if context:
                    self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self):
                while line := self.rfile.readline():
                    method, path = line.decode("latin1").split()[:2]
                    head = {}
                    while (line := self.rfile.readline().strip()):
                        name, _, value = line.decode("latin1").partition(":")
                        head[name.lower()] = value.strip()
                    body = self.rfile.read(int(head.get("content-length", 0)))
                    what = f"{method} {head.get('host', '')} {path}"
                    peer.note(what, len(body), body[:2000])
                    peer.record(what, body)
                    self.wfile.write(peer.answer(what))

        self.serve(Stream((LOOPBACK, 0), Handler))

    def record(self, what, body):
        """For those who want to see whole bodies."""

    def answer(self, what):
        for pattern, body in self.options.get("routes", {}).items():
            if re.search(pattern, what):
                body = bytes(i % 251 for i in range(body)) if isinstance(body, int) else body.encode()
                return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Https(Http):
    """Likewise over TLS."""

    def context(self):
        return server_context(self)


class Mqtt(Peer):
    """mosquitto, on a port that takes connections with and without TLS. A registration over TLS, whose client
    id has `authType=reg`, gets the option `registration` as a message, as IoT platforms answer it."""

    def open(self):
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            self.broker_port = probe.getsockname()[1]
        settings = os.path.join(self.folder, "mosquitto.conf")
        with open(settings, "w") as file:
            file.write(f"listener {self.broker_port} {LOOPBACK}\nallow_anonymous true\nlog_type all\n")
        command = [program, "-v", "-c", settings]
        self.broker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read_log, daemon=True).start()
        give_up = time.time() + 20
        while not self.is_open() and time.time() < give_up:
            time.sleep(0.02)
        peer, context = self, server_context(self)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                stream = self.request
                if stream.recv(1, socket.MSG_PEEK) == b"\x16":
                    stream = context.wrap_socket(stream, server_side=True)
                    peer.note("TLS connection")
                peer.serve_client(stream)

        self.serve(Stream((LOOPBACK, 0), Handler))

    def is_open(self):
        try:
            socket.create_connection((LOOPBACK, self.broker_port), 1).close()
            return True
        except OSError:
            return False

    def read_log(self):
        for line in self.broker.stdout:
            self.note(line.decode("utf-8", "replace").strip())

    def serve_client(self, stream):
        first = stream.recv(4096)
        if b"authType=reg" in first and "registration" in self.options:
            self.note("registration")
            payload = json.dumps(self.options["registration"]).encode()
            topic = b"/ext/register"
            variable = struct.pack(">H", len(topic)) + topic + payload
            stream.sendall(b"\x20\x02\x00\x00" + b"\x30" + length_bytes(len(variable)) + variable)
            while stream.recv(4096):
                pass
            return
        broker = socket.create_connection((LOOPBACK, self.broker_port))
        broker.sendall(first)
        back = threading.Thread(target=pump, args=(broker, stream), daemon=True)
        back.start()
        pump(stream, broker)
        back.join(5)

    def publish(self, topic, payload):
        subprocess.run(["mosquitto_pub", "-p", str(self.broker_port), "-q", "1", "-t", topic, "-m", payload], check=True)

    def close(self):
        super().close()
        self.broker.kill()
        self.broker.wait()


def length_bytes(length):
    """The remaining length of an MQTT packet (MQTT 3.1.1, 2.2.3)."""
    out = b""
    while True:
        length, digit = divmod(length, 128)
        out += bytes([digit | (128 if length else 0)])
        if not length:
            return out


def pump(source, sink):
    """Moves bytes until one end has closed."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Ftp(Peer):
    """pyftpdlib, with the `files` of the options: sizes by name. As from a server at a distance, the
    end of a transfer is a message of its own: LuatOS-Air's `ftp` needs that."""

    PROGRAM = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

class Handler(FTPHandler):
    def __init__(self, *rest, **more):
        super().__init__(*rest, **more)
        # Binary from the start: SIZE, which pyftpdlib refuses in ASCII mode, is answered then.
        self._current_type = "i"

    def respond(self, text, logfun=None):
        if text.startswith("226"):
            self.ioloop.call_later(0.3, FTPHandler.respond, self, text)
        else:
            FTPHandler.respond(self, text)

root, user, password = sys.argv[1:]
Handler.authorizer = DummyAuthorizer()
Handler.authorizer.add_user(user, password, root, perm="elradfmwMT")
server = FTPServer(("127.0.0.1", 0), Handler)
print(server.address[1], flush=True)
server.serve_forever()
"""

    def open(self):
        root = os.path.join(self.folder, "ftp")
        os.makedirs(root)
        for name, size in self.options["files"].items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "wb") as file:
                file.write(bytes(i % 251 for i in range(size)))
        command = ["/usr/bin/python3", "-c", self.PROGRAM, root, self.options["user"], self.options["password"]]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        threading.Thread(target=self.read_log, daemon=True).start()

    def read_log(self):
        for line in self.process.stderr:
            self.note(line.decode("utf-8", "replace").strip())

    def close(self):
        self.process.kill()
        self.process.wait()


class WebSocket(Peer):
    """The echo server of tests/support, by Python's websockets."""

    def open(self):
        support = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")
        port_file, self.log_file = (os.path.join(self.folder, "websocket." + end) for end in ("port", "log"))
        command = ["/usr/bin/python3", os.path.join(support, "echo.py"), port_file, self.log_file, "0"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=support)
        give_up = time.time() + 20
        while not os.path.exists(port_file) and time.time() < give_up:
            time.sleep(0.02)
        with open(port_file) as file:
            self.port = int(file.read())

    def close(self):
        self.process.kill()
        self.process.wait()


KINDS = {
    "tcp_echo": TcpEcho, "tls_echo": TlsEcho, "tls_echo_mutual": TlsEchoMutual, "udp_echo": Udp, "ntp": Ntp,
    "location": Location, "http": Http, "https": Https, "mqtt": Mqtt, "ftp": Ftp, "websocket": WebSocket,
}


def start(kind, folder, options):
    """Starts a peer."""
    return KINDS[kind](folder, options)
