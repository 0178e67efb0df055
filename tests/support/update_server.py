"""An HTTP server with an update of 40,000 bytes, of which most connections get 15,000 at most.

Usage: update_server.py PORT_FILE LOG_FILE [PORT]; ends when standard input does. Logs "-<tab>range<tab>VALUE" for each
request. /update has it, /whole gives all of it at once, /moved and /relative lead to /update; /changed begins at its
beginning whatever it is asked for, /shorter has less than it is asked for, but both send all of it to the third request;
/chunked does not say how much it is. Anything else is not found.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)
UPDATE, MOST = bytes(range(250)) * 160, 15000

requests = {}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        LOG.write(f"-\trange\t{self.headers['Range']}\t{query}\n")
        first = int(self.headers["Range"].split("=")[1].rstrip("-"))
        requests[path] = requests.get(path, 0) + 1
        if path in ("/moved", "/relative"):
            self.send_response(302)
            host = f"http://127.0.0.1:{server.server_address[1]}" if path == "/moved" else ""
            self.send_header("Location", f"{host}/update")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/shorter" and first > 0:
            self.send_error(416)
        elif path in ("/changed", "/shorter"):
            self.send_response(206)
            self.send_header("Content-Range", f"bytes 0-{len(UPDATE) - 1}/{len(UPDATE)}")
            self.send_header("Content-Length", str(len(UPDATE)))
            self.end_headers()
            self.wfile.write(UPDATE[:None if requests[path] == 3 else MOST])
        elif path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"1\r\nx\r\n0\r\n\r\n")
        elif path in ("/update", "/whole"):
            rest = UPDATE[first:]
            self.send_response(206)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest if path == "/whole" else rest[:MOST])
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
