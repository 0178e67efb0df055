"""Python websockets with compression. Usage: deflate.py VARIANT FILE WORKLOAD PORT COUNT; see
benches/compression."""

import asyncio
import os
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

variant, path, workload, port = sys.argv[1:5]
count = int(sys.argv[5])
with open(path, encoding="utf-8") as file:
    messages = file.read().splitlines()
IN_FLIGHT = 16
# Connections before those that are measured.
WARM_UP = 20

OPTIONS = {
    "off": {"compression": None},
    # The library's own settings have windows of 12 bits.
    "takeover": {"compression": "deflate"},
    "no-takeover": {"compression": None, "extensions": [ClientPerMessageDeflateFactory(
        server_no_context_takeover=True, client_no_context_takeover=True,
        server_max_window_bits=12, client_max_window_bits=12, compress_settings={"memLevel": 5})]},
}[variant]


def mark(what):
    os.write(1, what.encode() + b"\n")
    os.read(0, 16)


def connect():
    return websockets.connect(f"ws://127.0.0.1:{port}/", ping_interval=None, **OPTIONS)


async def exchange(ws, first, times):
    for index in range(first, first + times):
        await ws.send(messages[index % len(messages)])
    for index in range(first, first + times):
        assert await ws.recv() == messages[index % len(messages)]


async def main():
    if workload == "echo":
        async with connect() as ws:
            await exchange(ws, 0, IN_FLIGHT)
            mark("begin")
            for first in range(IN_FLIGHT, count, IN_FLIGHT):
                await exchange(ws, first, IN_FLIGHT)
            mark("end")
        return
    held = []
    for index in range(WARM_UP + count):
        if index == WARM_UP:
            mark("begin")
        held.append(await connect())
        await exchange(held[-1], index, 4)
    mark("end")
    os._exit(0)


asyncio.run(main())
