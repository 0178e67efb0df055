"""Echo servers by Python's `websockets` with permessage-deflate, one for each way to negotiate it.

Usage: deflate_echo.py PORT_FILE LOG_FILE [PORT [CERTIFICATES]]; ends when its standard input does.
PORT_FILE gets the port of the server with the library's own settings. The log gets, for each server,
    port NAME PORT
with NAME made of the settings "server_no_context_takeover client_no_context_takeover bits", such as
"10 01 12"; and for each connection and each message
    extensions NAME VALUE
    length NAME SIZE
"""

import asyncio
import os
import resource
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

TLS = None
if len(sys.argv) > 4:
    TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    TLS.load_cert_chain(f"{sys.argv[4]}/good.pem", f"{sys.argv[4]}/good.key")
LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)


def log(*fields):
    LOG.write("\t".join(str(field) for field in fields) + "\n")


def echo(name):
    async def handle(socket, _path=None):
        headers = getattr(socket, "response_headers", None) or socket.response.headers
        log("extensions", name, headers.get("Sec-WebSocket-Extensions", "-"))
        try:
            async for message in socket:
                log("length", name, len(message))
                await socket.send(message)
        except websockets.ConnectionClosed:
            pass

    return handle


def settings():
    """Names and factories; None for the library's own."""
    yield "default", None
    for bits in range(9, 16):
        for server in (False, True):
            for client in (False, True):
                factory = ServerPerMessageDeflateFactory(
                    server_no_context_takeover=server, client_no_context_takeover=client,
                    server_max_window_bits=bits, client_max_window_bits=bits)
                yield f"{int(server)}{int(client)} {bits}", factory


async def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    servers = []
    for name, factory in settings():
        more = {"extensions": [factory], "compression": None} if factory else {"compression": "deflate"}
        port = int(sys.argv[3]) if len(sys.argv) > 3 and not servers else 0
        server = await websockets.serve(
            echo(name), "127.0.0.1", port, ssl=TLS, max_size=None, ping_interval=None, **more)
        servers.append(server)
        log("port", name, server.sockets[0].getsockname()[1])
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        file.write(f"{servers[0].sockets[0].getsockname()[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # Open connections break.
    os._exit(0)


asyncio.run(main())
