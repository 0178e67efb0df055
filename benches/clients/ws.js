// Node's ws. Usage: ws.js NODE_MODULES WORKLOAD PORT COUNT; see benches/run.
const path = require("path");
const fs = require("fs");
const tls = require("tls");
const [modules, workload, port, number] = process.argv.slice(2);
const WebSocket = require(path.join(modules, "ws"));
const count = Number(number);
const short = "x".repeat(64);
const ca = process.env.BENCH_CERT && fs.readFileSync(process.env.BENCH_CERT);

function mark(what) {
  fs.writeSync(1, what + "\n");
  fs.readSync(0, Buffer.alloc(16));
}

function open() {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false, maxPayload: 0 });
    ws.once("open", () => resolve(ws));
    ws.once("error", reject);
  });
}

// Trusts the server's own certificate only. With `resume` each connection goes on with the session of
// an earlier one.
let session;
function openTls(resume) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`wss://127.0.0.1:${port}/`, {
      perMessageDeflate: false,
      createConnection: (options) => {
        const socket = tls.connect({ ...options, host: "127.0.0.1", servername: "", path: undefined, ca, session,
          checkServerIdentity: () => undefined });
        socket.once("session", (given) => { if (resume) session = given; });
        socket.once("secureConnect", () => {
          if (resume && session && sessions > 0 && !socket.isSessionReused()) throw new Error("not resumed");
          sessions++;
        });
        return socket;
      },
    });
    ws.once("open", () => resolve(ws));
    ws.once("error", reject);
  });
}
let sessions = 0;

function close(ws) {
  return new Promise((resolve) => {
    ws.once("close", resolve);
    ws.close();
  });
}

// `count` messages there and back, `inFlight` at a time.
function exchange(ws, payload, count, inFlight) {
  return new Promise((resolve) => {
    let sent = 0;
    let received = 0;
    const batch = () => {
      for (let i = 0; i < inFlight; i++, sent++) ws.send(payload);
    };
    ws.on("message", (data) => {
      if (data.length !== payload.length) throw new Error("wrong length");
      received++;
      if (received === sent) {
        if (received >= count) {
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

const workloads = {
  async rtt() {
    const ws = await open();
    mark("begin");
    await exchange(ws, short, count, 1);
    mark("end");
  },
  async big() {
    const ws = await open();
    mark("begin");
    await exchange(ws, Buffer.alloc(1 << 20, "x"), count, 1);
    mark("end");
  },
  async pipeline() {
    const ws = await open();
    mark("begin");
    await exchange(ws, short, count, 64);
    mark("end");
  },
  async connect() {
    mark("begin");
    for (let i = 0; i < count; i++) await close(await open());
    mark("end");
  },
  async connect_tls() {
    await close(await openTls(false));
    mark("begin");
    for (let i = 0; i < count; i++) await close(await openTls(false));
    mark("end");
  },
  async resume_tls() {
    await close(await openTls(true));
    mark("begin");
    for (let i = 0; i < count; i++) await close(await openTls(true));
    mark("end");
  },
  async idle() {
    const held = [await open()];
    mark("begin");
    while (held.length < count) held.push(await open());
    mark("end");
  },
  async crowd() {
    const held = [];
    for (let i = 0; i < 1000; i++) held.push(await open());
    mark("begin");
    await Promise.all(held.map((ws) => exchange(ws, short, count / 1000, 1)));
    mark("end");
  },
  async many() {
    const held = [];
    for (let i = 0; i < 1000; i++) held.push(await open());
    mark("begin");
    for (let round = 0; round < count / 1000; round++) {
      for (const ws of held) await exchange(ws, short, 1, 1);
    }
    mark("end");
  },
};

workloads[workload]().then(() => process.exit(0));
