"""The other end of a serial port on TCP: usage serial_socket.py SCRIPT MODE, with the runner under target/release.

Starts the runner with `--uart 1=listen:0` or `--uart 1=tcp:...` and talks to the script. MODE says what it does; the last
line that it prints is the outcome.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import threading

LIMIT = 30  # seconds for each mode

script, mode = sys.argv[1], sys.argv[2]
socket.setdefaulttimeout(LIMIT)


def start(place):
    global runner
    runner = subprocess.Popen(
        ["target/release/luatos", "--timeout", str(LIMIT), "--uart", "1=" + place, script],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def listen(port=0):
    listener = socket.create_server(("127.0.0.1", port))
    return listener


def connect_to_runner():
    address = re.search(rb"^uart 1: (\S+):(\d+)$", runner.stderr.readline())
    host, port = address.group(1).decode(), int(address.group(2))
    return lambda: socket.create_connection((host, port))


def read(peer, count):
    """Reads so many bytes, or all before the end."""
    data = b""
    while len(data) < count:
        piece = peer.recv(count - len(data))
        if not piece:
            break
        data += piece
    return data


def exchange(peer, data):
    """Sends `data` and reads as many bytes."""
    sender = threading.Thread(target=peer.sendall, args=(data,))
    sender.start()
    got = read(peer, len(data))
    sender.join()
    return got


def cut(peer):
    """Closes a connection so that the other end notices at once."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


runner = None
try:
    if mode == "listen":
        start("listen:0")
        connect = connect_to_runner()
        first = connect()
        second = connect()  # It waits until the first one has gone.
        second.sendall(b"two\xff")
        one = exchange(first, b"one\0")
        first.close()
        print(one, read(second, 4))
    elif mode == "half":
        start("listen:0")
        peer = connect_to_runner()()
        peer.sendall(b"all of it")
        peer.shutdown(socket.SHUT_WR)
        print(read(peer, 9), read(peer, 1))
    elif mode == "between":
        start("listen:0")
        connect = connect_to_runner()
        peer = connect()
        first = read(peer, 5)
        peer.sendall(b"1")
        cut(peer)
        runner.stdout.readline()  # The script has written while nobody was there.
        peer = connect()
        peer.sendall(b"2")
        last = read(peer, 4)
        peer.sendall(b"end")
        print(first, last)
    elif mode == "connect":
        listener = listen()
        port = listener.getsockname()[1]
        listener.close()
        start(f"tcp:localhost:{port}")
        warnings = runner.stderr.readline().count(b"[W]-[uart 1]")  # Nobody listens.
        listener = listen(port)
        peer = listener.accept()[0]
        one = exchange(peer, b"one\0")
        peer.close()
        peer = listener.accept()[0]
        print(one, exchange(peer, b"two\xff"), warnings, "warning")
    elif mode == "bulk":
        listener = listen()
        start(f"tcp:127.0.0.1:{listener.getsockname()[1]}")
        data = os.urandom(1 << 20)
        print("equal" if exchange(listener.accept()[0], data) == data else "different")
    else:
        sys.exit("unknown mode " + mode)
finally:
    runner.kill()
