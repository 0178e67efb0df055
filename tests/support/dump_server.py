"""A server for error reports, by UDP, TCP or HTTP, of which ANSWER is the status.

Usage: dump_server.py PORT_FILE LOG_FILE PORT KIND ANSWER; ends when standard input does. Logs "-<tab>report<tab>HEX" for
each datagram, which is answered, and for all that a connection has sent when it ends.
"""

import os
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)
KIND, ANSWER = sys.argv[4], sys.argv[5].encode()


def report(data):
    LOG.write(f"-\treport\t{data.hex()}\n")


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        report(data)
        sock.sendto(ANSWER, self.client_address)


class Post(BaseHTTPRequestHandler):
    def do_POST(self):
        report(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(int(ANSWER))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        data = b""
        while piece := self.request.recv(65536):
            data += piece
        report(data)


if KIND == "udp":
    server = socketserver.UDPServer(("127.0.0.1", int(sys.argv[3])), Datagram)
elif KIND == "http":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Post)
else:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[3])), Connection)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{server.server_address[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
