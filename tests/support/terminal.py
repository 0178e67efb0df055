"""Runs a command on a terminal and prints what it wrote there: usage terminal.py COMMAND..."""

import os
import pty
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
output = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # the other end has no program any more
        break
    if not piece:
        break
    output += piece
os.waitpid(pid, 0)
sys.stdout.buffer.write(output.replace(b"\r\n", b"\n"))
