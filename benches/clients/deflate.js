// Node's ws with compression. Usage: deflate.js NODE_MODULES VARIANT FILE WORKLOAD PORT COUNT; see
// benches/compression.
const fs = require("fs");
const path = require("path");
const [modules, variant, file, workload, port, number] = process.argv.slice(2);
const WebSocket = require(path.join(modules, "ws"));
const count = Number(number);
const messages = fs.readFileSync(file, "utf8").trimEnd().split("\n");
const IN_FLIGHT = 16;
// Connections before those that are measured.
const WARM_UP = 20;

const perMessageDeflate = {
  off: false,
  takeover: { threshold: 0 },
  "no-takeover": { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true },
}[variant];

function mark(what) {
  fs.writeSync(1, what + "\n");
  fs.readSync(0, Buffer.alloc(16));
}

function open() {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate });
    ws.once("open", () => resolve(ws));
    ws.once("error", reject);
  });
}

// `times` messages there and back, from number `first` on, `inFlight` at a time.
function exchange(ws, first, times, inFlight) {
  return new Promise((resolve) => {
    let sent = 0;
    let received = 0;
    const batch = () => {
      for (let i = 0; i < inFlight; i++, sent++) ws.send(messages[(first + sent) % messages.length]);
    };
    ws.on("message", (data) => {
      if (data.toString() !== messages[(first + received) % messages.length]) throw new Error("wrong message");
      if (++received === sent) {
        if (received >= times) {
          ws.removeAllListeners("message");
          resolve();
        } else {
          batch();
        }
      }
    });
    batch();
  });
}

async function main() {
  if (workload === "echo") {
    const ws = await open();
    await exchange(ws, 0, IN_FLIGHT, IN_FLIGHT);
    mark("begin");
    await exchange(ws, IN_FLIGHT, count, IN_FLIGHT);
    mark("end");
    await new Promise((resolve) => {
      ws.once("close", resolve);
      ws.close();
    });
  } else {
    const held = [];
    for (let index = 0; index < WARM_UP + count; index++) {
      if (index === WARM_UP) mark("begin");
      const ws = await open();
      held.push(ws);
      await exchange(ws, index, 4, 4);
    }
    mark("end");
  }
  process.exit(0);
}

main();
