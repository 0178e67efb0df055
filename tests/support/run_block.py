#!/usr/bin/python3
"""Runs the commands of a page in bash and prints what they print; everything that they leave running is ended.

Usage: run_block.py [--until TEXT] [--input FILE] [--limit SECONDS] SCRIPT
       run_block.py --ports COUNT

--until: once the output has TEXT, the commands get SIGINT, as by Ctrl-C. --ports prints ports that nobody uses.
The status is that of the script; 124 when the time is up, 125 if TEXT never came.
"""

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import time

CHUNK = 65536
# How long the commands may take to end after SIGINT, in seconds.
GRACE = 10


def print_ports(count):
    """Takes all of them before it gives one back, so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    print(*(server.getsockname()[1] for server in sockets))


def end_group(group, number):
    """Sends a signal to the processes of a session, if there are any."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--until")
    parser.add_argument("--input", default=os.devnull)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--ports", type=int)
    parser.add_argument("script", nargs="?")
    options = parser.parse_args()
    if options.ports is not None:
        print_ports(options.ports)
        return 0
    with open(options.input, "rb") as given:
        # A group of its own, as a terminal has it: SIGINT reaches all commands, and so does the end.
        process = subprocess.Popen(["bash", options.script], stdin=given, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    output, give_up, wanted = b"", time.monotonic() + options.limit, options.until and options.until.encode()
    is_found = False
    while True:
        readable = select.select([process.stdout], [], [], max(0, min(give_up - time.monotonic(), 0.1)))[0]
        if readable:
            data = os.read(process.stdout.fileno(), CHUNK)
            if not data:
                break
            output += data
        # What it has started may hold its output open.
        elif process.poll() is not None:
            break
        if wanted and not is_found and wanted in output:
            is_found = True
            end_group(process.pid, signal.SIGINT)
            give_up = time.monotonic() + GRACE
        if time.monotonic() > give_up:
            break
    sys.stdout.buffer.write(output)
    status = 124 if process.poll() is None and time.monotonic() > give_up else process.wait()
    end_group(process.pid, signal.SIGKILL)
    process.wait()
    if wanted:
        return 0 if is_found else 125
    return status if status >= 0 else 128 - status


sys.exit(main())
