// The echo server of benches/compression: Node's ws with permessage-deflate, on for clients that offer it.
// Usage: deflate_server.js NODE_MODULES PORT; ends when its standard input does. Prints "READ WRITTEN"
// for each connection that ends: its bytes after the handshake.
const fs = require("fs");
const path = require("path");
const [modules, port] = process.argv.slice(2);
const { WebSocketServer } = require(path.join(modules, "ws"));

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: { threshold: 0 } });
server.on("connection", (ws, request) => {
  const socket = request.socket;
  const [read, written] = [socket.bytesRead, socket.bytesWritten];
  ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary }));
  ws.on("error", () => {});
  ws.on("close", () => fs.writeSync(1, `${socket.bytesRead - read} ${socket.bytesWritten - written}\n`));
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
