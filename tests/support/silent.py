"""An address that never answers, as if a firewall dropped the packets: a listener whose backlog is full.

Usage: silent.py PORT_FILE LOG_FILE PORT ADDRESS; ends when its standard input does.
"""

import os
import socket
import sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[4], int(sys.argv[3])))
listener.listen(0)
fillers = []
while True:
    filler = socket.socket()
    filler.settimeout(0.5)
    fillers.append(filler)
    try:
        filler.connect(listener.getsockname())
    except OSError:
        break
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{listener.getsockname()[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
sys.stdin.read()
