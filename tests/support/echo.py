"""An echo server by Python's `websockets`: a peer that this project did not write.

Usage: echo.py PORT_FILE LOG_FILE [PORT [CERTIFICATES]]; ends when its standard input does. Logs
"text DATA" and "binary DATA" for each message. With CERTIFICATES, the folder of make_certs.sh, it
speaks TLS, and logs only how long a message is.
"""

import asyncio
import os
import ssl
import sys

import websockets

TLS = None
if len(sys.argv) > 4:
    TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    TLS.load_cert_chain(f"{sys.argv[4]}/good.pem", f"{sys.argv[4]}/good.key")
LOG = open(sys.argv[2], "a", encoding="utf-8", buffering=1)


async def echo(socket, _path=None):
    try:
        async for message in socket:
            if TLS:
                LOG.write(f"length\t{len(message)}\n")
            elif isinstance(message, str):
                LOG.write(f"text\t{message}\n")
            else:
                LOG.write(f"binary\t{message.decode('latin-1')}\n")
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass


async def main():
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    async with websockets.serve(echo, "127.0.0.1", port, ssl=TLS, max_size=None) as server:
        with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
            file.write(f"{server.sockets[0].getsockname()[1]}\n")
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
