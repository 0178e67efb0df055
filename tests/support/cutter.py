"""A TCP proxy that cuts connections in the midst of what they carry.

Usage: cutter.py PORT_FILE LOG_FILE 0 TARGET SEED CUTS MOST; ends when its standard input does. It leads each connection
to the port TARGET of 127.0.0.1. The first CUTS connections are reset after 1 to MOST bytes, in a direction that chance
picks; what has come by then is passed on up to that byte. Logs "- cut NUMBER".
"""

import os
import random
import socket
import struct
import sys
import threading

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)
TARGET, SEED, CUTS, MOST = map(int, sys.argv[4:8])
CHANCE = random.Random(SEED)


def reset(*sockets):
    for sock in sockets:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def pump(source, sink, budget, over):
    """Copies up to `budget` bytes, None for all; calls `over` when that is the end of the connection."""
    try:
        while data := source.recv(65536):
            piece = data if budget is None else data[:budget]
            sink.sendall(piece)
            if budget is not None:
                budget -= len(piece)
                if budget == 0:
                    break
    except OSError:
        pass
    over(budget == 0)


def lead(client, number):
    try:
        server = socket.create_connection(("127.0.0.1", TARGET))
    except OSError:
        client.close()
        return
    for sock in (client, server):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    budgets = [None, None]
    if number <= CUTS:
        budgets[CHANCE.randrange(2)] = CHANCE.randint(1, MOST)

    def over(is_cut):
        if is_cut:
            LOG.write(f"-\tcut\t{number}\n")
        reset(client, server)

    back = threading.Thread(target=pump, args=(server, client, budgets[0], over), daemon=True)
    back.start()
    pump(client, server, budgets[1], over)
    back.join()
    client.close()
    server.close()


def serve(listener):
    number = 0
    while True:
        client, _ = listener.accept()
        number += 1
        threading.Thread(target=lead, args=(client, number), daemon=True).start()


LISTENER = socket.create_server(("127.0.0.1", 0), backlog=100)
threading.Thread(target=serve, args=(LISTENER,), daemon=True).start()
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{LISTENER.getsockname()[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
sys.stdin.read()
