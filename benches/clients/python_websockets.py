"""Python websockets. Usage: python_websockets.py WORKLOAD PORT COUNT; see benches/run."""

import asyncio
import os
import sys

import websockets

workload, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
short = "x" * 64


def mark(what):
    os.write(1, what.encode() + b"\n")
    os.read(0, 16)


def connect():
    return websockets.connect(f"ws://127.0.0.1:{port}/", compression=None, max_size=None, ping_interval=None)


async def round_trips(payload):
    async with connect() as ws:
        mark("begin")
        for _ in range(count):
            await ws.send(payload)
            assert len(await ws.recv()) == len(payload)
        mark("end")


async def rtt():
    await round_trips(short)


async def big():
    await round_trips(b"x" * (1 << 20))


async def pipeline():
    async with connect() as ws:
        mark("begin")
        for _ in range(count // 64):
            for _ in range(64):
                await ws.send(short)
            for _ in range(64):
                await ws.recv()
        mark("end")


async def connects():
    mark("begin")
    for _ in range(count):
        async with connect():
            pass
    mark("end")


async def idle():
    held = [await connect()]
    mark("begin")
    while len(held) < count:
        held.append(await connect())
    mark("end")
    os._exit(0)


async def many():
    held = [await connect() for _ in range(1000)]
    mark("begin")
    for _ in range(count // 1000):
        for ws in held:
            await ws.send(short)
            await ws.recv()
    mark("end")
    os._exit(0)


async def crowd():
    async def one(ws):
        for _ in range(count // 1000):
            await ws.send(short)
            await ws.recv()

    held = [await connect() for _ in range(1000)]
    mark("begin")
    await asyncio.gather(*(one(ws) for ws in held))
    mark("end")
    os._exit(0)


asyncio.run({
    "rtt": rtt, "big": big, "pipeline": pipeline, "connect": connects, "idle": idle, "many": many,
    "crowd": crowd,
}[workload]())
