"""The other end of a serial port: usage serial_end.py SCRIPT MODE, with the runner under target/release.

Starts the runner with `--uart 1=pty`, waits for the name of the pseudo terminal and talks to the script.
MODE says what it does; the last line that it prints is the outcome.
"""

import os
import re
import select
import subprocess
import sys
import time

LIMIT = 30  # seconds for each mode

script, mode = sys.argv[1], sys.argv[2]
end = time.monotonic() + LIMIT
runner = subprocess.Popen(
    ["target/release/luatos", "--timeout", str(LIMIT), "--uart", "1=pty", script],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_line(pattern, stream):
    """Returns the first match in a line of the runner's output."""
    while True:
        line = stream.readline().decode()
        if not line:
            sys.exit("the runner ended without " + pattern)
        match = re.search(pattern, line)
        if match:
            return match


def wait_until(handle, events):
    poll = select.poll()
    poll.register(handle, events)
    if not poll.poll(max(0, end - time.monotonic()) * 1000):
        sys.exit("nothing happens at the terminal")


def read(handle, count):
    data = b""
    while len(data) < count:
        wait_until(handle, select.POLLIN)
        data += os.read(handle, count - len(data))
    return data


def exchange(handle, data):
    """Sends `data` and reads as many bytes, both at once."""
    sent, got = 0, b""
    while len(got) < len(data):
        wait_until(handle, select.POLLIN | (select.POLLOUT if sent < len(data) else 0))
        if sent < len(data):
            try:
                sent += os.write(handle, data[sent:sent + 4096])
            except BlockingIOError:
                pass
        try:
            got += os.read(handle, 4096)
        except BlockingIOError:
            pass
    return got


def processor_time():
    with open(f"/proc/{runner.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


name = wait_for_line(r"^uart 1: (\S+)$", runner.stderr).group(1)
try:
    wait_for_line("^ready$", runner.stdout)
    flags = os.O_RDWR | os.O_NOCTTY
    if mode == "echo":
        # Twice: the port outlives a terminal that is closed.
        for _ in range(2):
            handle = os.open(name, flags)
            os.write(handle, b"hello\r\n\0\xff")
            print(read(handle, 9))
            os.close(handle)
    elif mode == "bulk":
        handle = os.open(name, flags | os.O_NONBLOCK)
        data = os.urandom(1 << 20)
        print("equal" if exchange(handle, data) == data else "different")
    elif mode == "unread":
        handle = os.open(name, flags | os.O_NONBLOCK)
        sent, blocked = 0, 0
        while blocked < 20:
            try:
                sent += os.write(handle, b"x" * 4096)
                blocked = 0
            except BlockingIOError:
                blocked += 1
                time.sleep(0.05)
        before = processor_time()
        time.sleep(1)
        print("bounded" if sent < 1 << 18 else f"{sent} bytes taken",
              "idle" if processor_time() - before < 0.5 else "busy")
    else:
        sys.exit("unknown mode " + mode)
finally:
    runner.kill()
