#!/usr/bin/python3
"""A web hook that prints the body of each request, one a line: hook.py [PORT [REFUSALS]]

PORT 0, or none, is a free one; the first line says which. The first REFUSALS requests are answered with status 503 and
not printed.
"""

import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_refused = self.server.refusals > 0
        self.server.refusals -= is_refused
        if not is_refused:
            print(body.decode(), flush=True)
        self.send_response(503 if is_refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        """Nothing beside the bodies."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
server.refusals = int(sys.argv[2]) if len(sys.argv) > 2 else 0
print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
