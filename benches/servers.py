"""The servers of the benchmarks, each on a core of its own choice: the echo server, and mosquitto."""

import os
import socket
import subprocess
import tempfile
import time

PORT = 9701

MOSQUITTO = "/usr/sbin/mosquitto"

# The session and the topic of the clients.
MQTT_NAME = "bench"

# Queues of any length, also of messages of QoS 0, and no Nagle algorithm: the broker is not to be the limit.
MOSQUITTO_CONF = f"""
listener {PORT} 127.0.0.1
allow_anonymous true
log_type none
persistence false
max_queued_messages 0
queue_qos0_messages true
set_tcp_nodelay true
"""


def pinned(core):
    return ["taskset", "-c", str(core)]


def wait_for_port(process, what):
    """Returns when something listens at the port."""
    give_up = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > give_up or process.poll() is not None:
                raise SystemExit(f"benches/run: {what} does not start") from None
            time.sleep(0.01)


class Server:
    """The echo server, for one run."""

    program = None

    def __init__(self, core, options):
        arguments = [Server.program, str(PORT)] + options
        self.process = subprocess.Popen(pinned(core) + arguments, stdin=subprocess.PIPE)
        wait_for_port(self.process, "the echo server")

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Broker:
    """mosquitto, for one run."""

    def __init__(self, core):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "mosquitto.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(MOSQUITTO_CONF)
        self.process = subprocess.Popen(pinned(core) + [MOSQUITTO, "-c", path])
        wait_for_port(self.process, "mosquitto")

    def queue(self, qos, count):
        """Has the broker keep so many messages for the session of the clients."""
        common = ["-h", "127.0.0.1", "-p", str(PORT), "-q", str(qos), "-t", MQTT_NAME]
        subprocess.run(["mosquitto_sub", "-i", MQTT_NAME, "-c", "-E"] + common, check=True)
        lines = ("x" * 64 + "\n") * count
        subprocess.run(["mosquitto_pub", "-l"] + common, input=lines, text=True, check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()
