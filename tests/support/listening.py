"""Shared by the small servers of this folder: a listener with a thread for each connection."""

import os
import socket
import sys
import threading


def serve(handle):
    """Calls handle(socket) for each connection until standard input ends.

    Takes the command line PORT_FILE LOG_FILE [PORT] and writes the port to PORT_FILE.
    """
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    listener = socket.create_server(("127.0.0.1", port), backlog=100)
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])

    def accept():
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=handle, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
