"""Plays the editor for MobDebug: starts a project with --debug=mobdebug, sends commands to the debugger, prints answers.

mobdebug.py LUATOS PROJECT COMMAND...

The folder of the project is MobDebug's BASEDIR. A command goes to the debugger as it stands: RUN, OVER, STEP and OUT
wait for the next stop; GO is a RUN that does not wait, PAUSE then stops the script; WAIT SECONDS lets time pass. For each stop a line "at
FILE LINE" is printed, for EXEC what it returns. What the project prints comes last.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time

LIMIT = 20


class Debugger:
    """One connection of a debugger."""

    def __init__(self, connection):
        connection.settimeout(LIMIT)
        self.connection = connection
        self.answers = connection.makefile("rb")

    def send(self, line):
        self.connection.sendall(line.encode() + b"\n")

    def line(self):
        return self.answers.readline().decode("latin1").rstrip()

    def stop(self):
        """Reads where the script has stopped."""
        answer = self.line()
        # The number of a condition that has become true comes last.
        place = re.match(r"202 Paused (.*) (\d+)$|203 Paused (.*) (\d+) \d+$", answer)
        if not place:
            return answer or "end"
        file, line = [part for part in place.groups() if part]
        return f"at {os.path.basename(file)} {line}"

    def follow(self, command):
        word, _, rest = command.partition(" ")
        if word == "WAIT":
            time.sleep(float(rest))
            return
        if word == "PAUSE":
            self.send("SUSPEND")
            print(self.stop())
            return
        self.send(command)
        answer = self.line()
        if word in ("RUN", "STEP", "OVER", "OUT"):
            print(self.stop())
        elif word == "EXEC":
            length = int(answer.split()[-1])
            print(re.sub(r"^do local _=\{(.*)\};return _;end$", r"\1", self.answers.read(length).decode("latin1")))
        elif not answer.startswith("200 "):
            print(command, "->", answer)


def main(luatos, project, *commands):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(LIMIT)
    environment = dict(os.environ, MOBDEBUG_PORT=str(listener.getsockname()[1]), LUATOS_MODEM="register_after=0")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([*luatos.split(), project], env=environment, stdout=output, stderr=output)
        try:
            debugger = Debugger(listener.accept()[0])
            # The first command arrives before the first line; MobDebug does not answer what it reads there.
            for command in ("STEP", "BASEDIR " + os.path.abspath(project) + "/", *commands):
                if command == "GO":
                    debugger.send("RUN")
                    debugger.line()
                else:
                    debugger.follow(command)
        except (OSError, ValueError, IndexError) as problem:
            print("problem:", problem)
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        print(output.read().decode(errors="replace"), end="")


main(*sys.argv[1:])
