// A runner with --board and a browser that shows its page, for checks that print their results as TAP.
"use strict";

const { spawn } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");

const ROOT = path.join(__dirname, "../../..");
const { chromium } = require(path.join(ROOT, "target/npm/node_modules/playwright-core"));

/** The browser talks to nobody but the page. */
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Milliseconds that anything on the page may take. */
const PATIENCE = 10000;

/** Seconds after which a runner ends that nobody has stopped, because its checks were killed. */
const LIFE = "180";

/**
 * Starts `luatos --board` with further arguments.
 * @returns {Promise<{url: string, output: function(): string, exit: Promise<number>, stop: function()}>} once it has
 * printed its address
 */
function startRunner(folder, ...options) {
    const luatos = path.join(ROOT, "target/release/luatos");
    const data = fs.mkdtempSync(path.join(os.tmpdir(), "board-data-"));
    const runner = spawn(luatos, ["--board", "--timeout", LIFE, "--data", data, ...options, folder], {
        env: { ...process.env, LUATOS_MODEM: "register_after=0" },
    });
    let output = "";
    const exit = new Promise((resolve) => runner.on("exit", (status) => {
        fs.rmSync(data, { recursive: true, force: true });
        resolve(status);
    }));
    return new Promise((resolve, reject) => {
        const take = (bytes) => {
            output += bytes;
            const [, url] = /^board: (http:\S+)$/m.exec(output) ?? [];
            if (url) {
                resolve({ url, output: () => output, exit, stop: () => runner.kill() });
            }
        };
        runner.stdout.on("data", take);
        runner.stderr.on("data", take);
        exit.then((status) => reject(new Error(`luatos has ended with ${status}:\n${output}`)));
    });
}

/** A browser without a profile of its own. */
function openBrowser() {
    return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/**
 * Opens a page; `page.faults` lists what no page may do: errors in its console, scripts that fail, violations of its
 * Content-Security-Policy, requests to elsewhere.
 * @param {object} [options] of a context: `colorScheme`, `locale`, `viewport`
 */
async function openPage(browser, url, options = {}) {
    const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const { origin } = new URL(url);
    page.faults = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
            page.faults.push(`console: ${message.text()}`);
        }
    });
    page.on("pageerror", (error) => page.faults.push(`error: ${error.stack}`));
    page.on("request", (request) => {
        if (new URL(request.url()).origin !== origin && !/^(blob|data):/.test(request.url())) {
            page.faults.push(`request to ${request.url()}`);
        }
    });
    await page.goto(url);
    return page;
}

/** Waits until `condition()` holds, for what is not on a page. */
async function eventually(condition, what) {
    const end = Date.now() + PATIENCE;
    while (!(await condition())) {
        if (Date.now() > end) {
            throw new Error(`did not come: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

/** A panel of the page. */
function panel(page, id) {
    return page.locator(`#panel-${id}`);
}

/**
 * Runs checks, one after the other, and prints for each a line of TAP, with what is wrong in lines after it.
 * @param {Array<[string, function(): Promise]>} checks
 */
async function run(checks) {
    for (const [name, check] of checks) {
        try {
            await check();
            console.log(`ok - ${name}`);
        } catch (error) {
            console.log(`not ok - ${name}\n${String(error.stack).replace(/^/gm, "# ")}`);
        }
    }
    console.log("done");
}

module.exports = { eventually, openBrowser, openPage, panel, run, startRunner, ROOT };
