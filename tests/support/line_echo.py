"""A TCP server that sends back what it gets.

Usage: line_echo.py PORT_FILE LOG_FILE [PORT]; ends when its standard input does. Logs "got COUNT" for each read.
"""

import os
import socketserver
import sys
import threading

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while data := self.request.recv(65536):
                LOG.write(f"got\t{len(data)}\n")
                self.request.sendall(data)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


server = Server(("127.0.0.1", int(sys.argv[3]) if len(sys.argv) > 3 else 0), Handler)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{server.server_address[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
