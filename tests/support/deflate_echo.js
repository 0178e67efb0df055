// Echo server by Node's ws with permessage-deflate, negotiated as the query says.
// Usage: deflate_echo.js PORT_FILE LOG_FILE PORT NODE_MODULES; ends when its standard input does.
// Query: sct=1 and cct=1 ask for no context takeover of the server and the client; bits=9..15 sets
// both windows; off=1 declines. Logs "extensions" and "length", as deflate_echo.py.
const fs = require("fs");
const http = require("http");
const path = require("path");
const [portFile, logFile, port, modules] = process.argv.slice(2);
const { WebSocketServer } = require(path.resolve(modules, "ws"));

const log = (...fields) => fs.appendFileSync(logFile, fields.join("\t") + "\n");

const servers = new Map();

function serverFor(query) {
  const name = query.toString() || "default";
  if (!servers.has(name)) {
    const bits = query.has("bits") ? Number(query.get("bits")) : undefined;
    const perMessageDeflate = !query.has("off") && {
      serverNoContextTakeover: query.has("sct") ? true : undefined,
      clientNoContextTakeover: query.has("cct") ? true : undefined,
      serverMaxWindowBits: bits,
      clientMaxWindowBits: bits,
      threshold: 0,
    };
    const server = new WebSocketServer({ noServer: true, perMessageDeflate, maxPayload: 0 });
    server.on("connection", (ws) => {
      ws.on("message", (data, isBinary) => {
        log("length", name, data.length);
        ws.send(data, { binary: isBinary });
      });
      ws.on("error", (problem) => log("problem", name, problem.message));
    });
    server.on("headers", (headers) => {
      const line = headers.find((text) => /^sec-websocket-extensions:/i.test(text));
      log("extensions", name, line ? line.replace(/^[^:]*: */, "") : "-");
    });
    servers.set(name, server);
  }
  return servers.get(name);
}

const listener = http.createServer();
listener.on("upgrade", (request, socket, head) => {
  const server = serverFor(new URL(request.url, "http://localhost").searchParams);
  server.handleUpgrade(request, socket, head, (ws) => server.emit("connection", ws, request));
});
listener.listen(Number(port), "127.0.0.1", () => {
  fs.writeFileSync(portFile + ".new", `${listener.address().port}\n`);
  fs.renameSync(portFile + ".new", portFile);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
