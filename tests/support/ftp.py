"""The FTP server pyftpdlib on a port of 127.0.0.1: user `user`, password `secret`.

Usage: ftp.py PORT_FILE LOG_FILE [PORT] FOLDER [CERTIFICATE]; ends when its standard input does. CERTIFICATE is a file
with certificate and key: TLS from the first byte on.
"""

import logging
import os
import sys
import threading

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

port, folder = int(sys.argv[3]), sys.argv[4]
logging.basicConfig(level=logging.CRITICAL)
authorizer = DummyAuthorizer()
authorizer.add_user("user", "secret", folder, perm="elradfmwMT")
handler = FTPHandler
if len(sys.argv) > 5:
    from pyftpdlib.handlers import TLS_FTPHandler

    class Implicit(TLS_FTPHandler):
        """TLS before the greeting."""

        def handle(self):
            self.secure_connection(self.ssl_context)

        def handle_ssl_established(self):
            FTPHandler.handle(self)

        def ftp_AUTH(self, arg):
            self.respond("550 not supported")

    handler = Implicit
    handler.certfile = sys.argv[5]
handler.authorizer = authorizer
server = FTPServer(("127.0.0.1", port), handler)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{server.socket.getsockname()[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
