"""The broker mosquitto, on a port of 127.0.0.1.

Usage: mosquitto.py PORT_FILE LOG_FILE [PORT] [SETTINGS]; ends when its standard input does. SETTINGS is a file of
further lines for its configuration. Logs "published TOPIC PAYLOAD" for each message.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)

port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
if not port:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
    settings.write(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    if len(sys.argv) > 4:
        with open(sys.argv[4], encoding="utf-8") as more:
            settings.write(more.read())
    settings.flush()
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    broker = subprocess.Popen([program, "-c", settings.name], stderr=subprocess.DEVNULL)
    give_up = time.time() + 20
    while time.time() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.02)

command = ["mosquitto_sub", "-p", str(port), "-t", "#", "-F", "published\t%t\t%p"]
listener = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def copy():
    for line in listener.stdout:
        LOG.write(line)


threading.Thread(target=copy, daemon=True).start()
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(f"{port}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
sys.stdin.read()
listener.kill()
broker.kill()
broker.wait()
