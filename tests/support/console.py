"""Somebody at a terminal: usage console.py FOLDER OPTION..., with the runner under target/release, the project in
FOLDER/main unless an option is the word repl, and steps on standard input, one in each line:

    see PATTERN     waits until what the runner has written since the last match has the regular expression
    type TEXT       types a text, with Python's escapes
    signal NAME     sends the runner a signal, such as TERM
    end STATUS      waits for its end; the status is a shell's
    file NAME TEXT  a file in FOLDER has the text

At the end the settings of the terminal have to be those of the start. Prints "done", or what went wrong, with all that
was on the screen.
"""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

LIMIT = 30  # seconds, all in all

folder, options = sys.argv[1], sys.argv[2:]
project = [] if "repl" in options else [folder + "/main"]
end = time.monotonic() + LIMIT
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
settings = termios.tcgetattr(slave)
environment = dict(os.environ, TERM="xterm", XDG_STATE_HOME=folder + "/state", LUATOS_MODEM="register_after=0")


def own_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


runner = subprocess.Popen(
    ["target/release/luatos", "--console", "--timeout", str(LIMIT), *options, *project],
    stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=own_terminal)

# The text without control sequences, and how much of it was matched.
transcript, raw, matched = "", b"", 0


def fail(problem):
    runner.kill()
    sys.exit(problem + "\non the screen:\n" + transcript + "\nas bytes: " + repr(raw))


def read():
    """Reads what is there, after waiting for it. False at the end."""
    global transcript, raw
    ready, _, _ = select.select([master], [], [], max(0, end - time.monotonic()))
    if not ready:
        fail("nothing happens any more")
    try:
        data = os.read(master, 65536)
    except OSError:
        data = b""
    raw += data
    transcript = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", raw.decode(errors="replace"))
    return data != b""


def see(pattern):
    global matched
    while True:
        match = re.search(pattern, transcript[matched:])
        if match:
            matched += match.end()
            return
        if runner.poll() is not None and not select.select([master], [], [], 0)[0]:
            fail(f"the runner has ended without {pattern!r}")
        read()


def wait_for_end(expected):
    while runner.poll() is None:
        if time.monotonic() > end:
            fail("the runner does not end")
        if select.select([master], [], [], 0.02)[0]:
            read()
    while select.select([master], [], [], 0)[0] and read():
        pass
    status = runner.returncode if runner.returncode >= 0 else 128 - runner.returncode
    if status != int(expected):
        fail(f"status {status}")


for line in sys.stdin.read().splitlines():
    step, _, rest = line.strip().partition(" ")
    if step == "see":
        see(rest)
    elif step == "type":
        os.write(master, codecs.decode(rest, "unicode_escape").encode("latin-1"))
    elif step == "signal":
        os.kill(runner.pid, getattr(signal, "SIG" + rest))
    elif step == "end":
        wait_for_end(rest)
    elif step == "file":
        name, _, text = rest.partition(" ")
        with open(f"{folder}/{name}") as file:
            if text not in file.read():
                fail(f"{name} has no {text!r}")
    elif step:
        fail("unknown step " + line)
if termios.tcgetattr(slave) != settings:
    fail("the terminal is not what it was")
print("done")
