"""An HTTP server with an update of 40,000 bytes, of which each connection gets 15,000 at most.

Usage: update_server.py PORT_FILE LOG_FILE [PORT]; ends when standard input does. Logs "-<tab>range<tab>VALUE" for each
request. /update has it, /moved leads there; anything else is not found.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)
UPDATE, MOST = bytes(range(250)) * 160, 15000


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        LOG.write(f"-\trange\t{self.headers['Range']}\t{query}\n")
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{server.server_address[1]}/update")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/update":
            rest = UPDATE[int(self.headers["Range"].split("=")[1].rstrip("-")):]
            self.send_response(206)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[:MOST])
        else:
            self.send_error(404)
        self.close_connection = True

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Handler)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{server.server_address[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
