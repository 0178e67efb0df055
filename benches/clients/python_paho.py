"""Python's paho-mqtt, in its own loop without a thread. Usage: python_paho.py WORKLOAD PORT COUNT; see benches/run.

It gets TCP_NODELAY, which it does not set: otherwise acknowledgements wait for one another."""

import os
import socket
import sys

import paho.mqtt.client as mqtt

workload, port, count = sys.argv[1][:-1], int(sys.argv[2]), int(sys.argv[3])
qos = int(sys.argv[1][-1])
short = b"x" * 64
received = 0


def mark(what):
    os.write(1, what.encode() + b"\n")
    os.read(0, 16)


def on_message(_client, _data, message):
    global received
    assert len(message.payload) == 64
    received += 1


def until(condition):
    while not condition():
        assert client.loop(20) == mqtt.MQTT_ERR_SUCCESS


def publish(level):
    sent = client.publish("bench", short, level)
    until(sent.is_published)


client = mqtt.Client("bench", clean_session=workload != "mqtt_receive")
client.on_message = on_message
client.on_socket_open = lambda _client, _data, opened: opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
if workload == "mqtt_receive":
    mark("begin")
client.connect("127.0.0.1", port)
until(client.is_connected)
if workload == "mqtt":
    granted = []
    client.on_subscribe = lambda *_: granted.append(True)
    client.subscribe("bench", qos)
    until(lambda: granted)
    mark("begin")
    for number in range(count):
        publish(qos)
        until(lambda wanted=number + 1: received == wanted)
elif workload == "mqtt_publish":
    mark("begin")
    for _ in range(count):
        publish(qos)
    publish(max(qos, 1))
else:
    until(lambda: received == count)
mark("end")
os._exit(0)
