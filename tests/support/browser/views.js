// Checks of the page's panels that show streams: log, traffic, serial ports, plots, files, displays, sounds.
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { eventually, openBrowser, openPage, panel, run, startRunner, ROOT } = require("./session");
const modules = require("./views/modules");
const { drawn, inSight, line, silence, standstill, startServer, type } = require("./views/steps");

/** Lines that the script prints at once for the check of speed, and how long that takes it. */
const FLOOD = 1000;

/** Milliseconds in which the page may show nothing new while lines race, on a machine that does much else. */
const STANDSTILL = 1000;

async function main() {
    const [browser, runner, server] = await Promise.all([
        openBrowser(),
        startRunner(path.join(__dirname, "views")),
        startServer(),
    ]);
    try {
        const page = await openPage(browser, runner.url);
        await page.locator("#connection.is-on").waitFor();
        await run([...modules.checks(path.join(ROOT, "src/bin/luatos/board/page")), ...checks(page, runner, server.address().port)]);
    } finally {
        server.close();
        await browser.close();
        runner.stop();
        await runner.exit;
    }
}

function logChecks(page) {
    const log = panel(page, "log");
    return [
        ["a restart is told of once, also where lines come before the state", async () => {
            assert.equal(await page.evaluate(async () => {
                const { default: panelOfLog } = await import("/panels/log.js");
                const hear = {};
                // In sight: elsewhere nothing is drawn.
                const place = document.body.appendChild(document.createElement("div"));
                Object.assign(place.style, { position: "fixed", inset: 0 });
                panelOfLog.mount(place, { t: (key) => key, on: (name, callback) => { hear[name] = callback; } });
                const hearLine = (time) => hear.log(["a line", "stdout"], { number: 1, time });
                hear.state({ restarts: 0 });
                hearLine(5);
                hearLine(1);
                hear.state({ restarts: 1 });
                const text = () => place.querySelector(".stream-count").textContent;
                for (let frame = 0; frame < 600 && !text(); frame += 1) {
                    await new Promise(requestAnimationFrame);
                }
                const count = text();
                place.remove();
                return count;
            }), "Lines: 3");
        }],
        ["what the script prints is in the log, with its level", async () => {
            await type(page, "levels");
            await line(page, "log", "[E]-[level] an error").waitFor();
            assert.match(await line(page, "log", "an error").getAttribute("class"), /log-error/);
            await log.getByLabel("Errors").uncheck();
            await line(page, "log", "an error").waitFor({ state: "detached" });
            await line(page, "log", "a warning").waitFor();
            await log.getByLabel("Errors").check();
            await line(page, "log", "an error").waitFor();
        }],
        ["a search finds words and expressions, and says what is wrong with one", async () => {
            await log.getByLabel("Search").fill("A WARN");
            await drawn(page);
            assert.deepEqual((await inSight(page, "log")).map((text) => text.replace(/^\S+ /, "")), ["[W]-[level] a warning"]);
            assert.equal(await log.locator("mark").textContent(), "a warn");
            await log.getByLabel("Search").fill("/an? (error|inf)/");
            await drawn(page);
            assert.equal((await inSight(page, "log")).length, 2);
            await log.getByLabel("Search").fill("/(/");
            await log.locator(".problem", { hasText: "expression" }).waitFor();
            await log.getByLabel("Search").fill("");
        }],
        ["hostile lines do no harm, and all of a line can be read", async () => {
            await type(page, "hostile");
            await line(page, "log", "<script>document.title='hurt'</script>").waitFor();
            await line(page, "log", "left ‹U+202E› thgir \\x07 \\x1b[2J red").waitFor();
            assert.equal(await line(page, "log", "thgir").locator(".ansi-colour-1").textContent(), "red");
            await line(page, "log", "no text \ufffd\ufffd").waitFor();
            await line(page, "log", "long xxx").click();
            const whole = await log.locator(".details-content").textContent();
            assert.ok(whole.length > 99000, `${whole.length} characters`);
            assert.ok((await line(page, "log", "long xxx").textContent()).length < 2000);
            await log.getByRole("listbox").press("Escape");
            assert.equal(await log.locator("img, script").count(), 0);
            assert.equal(await page.title(), "VIEWS · LuatOS board");
        }],
        [`${FLOOD} lines, a thousand a second, come in their order, and the page goes on`, async () => {
            const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
            const before = await nodes();
            const longest = await standstill(page, async () => {
                await type(page, `flood ${FLOOD}`);
                await line(page, "log", "flood has ended").waitFor();
            });
            await drawn(page);
            const shown = await inSight(page, "log");
            assert.ok(shown.at(-1).endsWith("flood has ended"), shown.at(-1));
            const numbers = shown.slice(0, -1).map((text) => Number(/flood (\d+)$/.exec(text)[1]));
            assert.deepEqual(numbers, numbers.map((_, index) => FLOOD - numbers.length + 1 + index));
            assert.ok(longest < STANDSTILL, `${longest} ms without a picture`);
            assert.ok(await nodes() < before + 500, `${before} elements became ${await nodes()}`);
        }],
        ["who reads further up is left there, and gets back to the end", async () => {
            const list = log.getByRole("listbox");
            await list.hover();
            await page.mouse.wheel(0, -2000);
            await log.getByRole("button", { name: "To the end" }).waitFor();
            await drawn(page);
            const [first] = await inSight(page, "log");
            await type(page, "flood 50");
            await line(page, "serial", "doing flood 50").waitFor();
            await drawn(page);
            assert.equal((await inSight(page, "log"))[0], first);
            await log.getByRole("button", { name: "To the end" }).click();
            await line(page, "log", "flood has ended").last().waitFor();
        }],
        ["what is in sight stays so when lines above it go, and a line that is chosen stays chosen", async () => {
            const texts = await page.evaluate(async () => {
                const { List } = await import("/views/list.js");
                const draw = (row, text) => { row.textContent = text; };
                const list = new List({ label: "log.lines", draw, limits: { most: 200 } });
                document.body.append(list.element);
                const picture = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
                const fill = (from, to) => {
                    for (let number = from; number < to; number += 1) {
                        list.push(`number ${number}`);
                    }
                };
                const top = () => [...list.element.querySelectorAll(".list-row")].find((row) =>
                    row.getBoundingClientRect().top >= list.element.getBoundingClientRect().top - 1).textContent;
                await picture();
                fill(0, 200);
                await picture();
                list.element.scrollTop = 2000;
                list.element.dispatchEvent(new Event("scroll"));
                await picture();
                const before = top();
                list.element.querySelectorAll(".list-row")[10].click();
                const { chosen } = list;
                fill(200, 230);
                await picture();
                const after = top();
                const result = { before, after, chosen, still: list.chosen, length: list.length };
                fill(230, 1000);
                await picture();
                list.element.remove();
                return { ...result, last: list.chosen };
            });
            assert.match(texts.before, /^number \d+$/);
            assert.equal(texts.after, texts.before);
            assert.ok(texts.chosen);
            assert.equal(texts.still, texts.chosen);
            assert.equal(texts.length, 200);
            assert.ok(!texts.last);
        }],
        ["what is held is counted, and comes when it is let go", async () => {
            await log.getByRole("button", { name: "Hold" }).click();
            await type(page, "levels");
            await log.getByText("Held; since then: 3").waitFor();
            await log.getByRole("button", { name: "Hold" }).click();
            await drawn(page);
            assert.ok((await inSight(page, "log")).at(-1).endsWith("an information"));
        }],
        ["the keyboard goes through the lines, and opens them", async () => {
            const list = log.getByRole("listbox");
            await list.press("End");
            await list.press("ArrowUp");
            await log.locator(".details-content", { hasText: "[W]-[level] a warning" }).waitFor();
            await drawn(page);
            const active = await list.getAttribute("aria-activedescendant");
            assert.match(await page.locator(`#${active}`).textContent(), /a warning$/);
            assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
            await list.press("Escape");
        }],
        ["the log can be taken along", async () => {
            const [taken] = await Promise.all([
                page.waitForEvent("download"), log.getByRole("button", { name: "Download" }).click()]);
            assert.equal(taken.suggestedFilename(), "luatos.log");
            const content = fs.readFileSync(await taken.path(), "utf8");
            assert.match(content, /^\d+\.\d{3} \[W\]-\[level\] a warning$/m);
            assert.match(content, new RegExp(`flood ${FLOOD}\\n`));
        }],
    ];
}

function streamChecks(page, runner, port) {
    const serial = panel(page, "serial").getByRole("tabpanel", { name: "UART 1" });
    return [
        ["a serial port shows both ways, as text and as bytes", async () => {
            await type(page, "bytes");
            await serial.locator(".serial-received", { hasText: "bytes" }).waitFor();
            await serial.locator(".serial-sent", { hasText: "\\x01\\x02\ufffd <i>raw</i>" }).waitFor();
            await serial.getByRole("button", { name: "Show hex" }).click();
            await serial.locator(".list-row", { hasText: /\b02 ff\b|\bff 20\b/ }).first().waitFor();
            await serial.getByRole("button", { name: "Show hex" }).click();
            assert.doesNotMatch(runner.output(), /nothing is attached to uart/);
        }],
        ["a serial port takes bytes in hexadecimal, and inputs from before", async () => {
            const input = serial.getByLabel("Text to send");
            await serial.getByRole("button", { name: "Type hex" }).click();
            await input.fill("6e 6f zz");
            await input.press("Enter");
            await serial.getByText("Pairs of hexadecimal digits expected").waitFor();
            await input.fill("6e 6f 0d0a");
            await input.press("Enter");
            await serial.locator(".serial-sent", { hasText: "doing no" }).waitFor();
            const rows = await serial.locator(".list-row").allTextContents();
            assert.deepEqual(rows.slice(-2), ["To the script: no", "From the script: doing no"]);
            await serial.getByRole("button", { name: "Type hex" }).click();
            await input.press("ArrowUp");
            assert.equal(await input.inputValue(), "6e 6f 0d0a");
            await input.press("ArrowUp");
            assert.equal(await input.inputValue(), "bytes");
        }],
        ["traffic shows sockets, the MQTT in them, and WebSocket frames, whole and by kind", async () => {
            const traffic = panel(page, "traffic");
            await type(page, `connect ${port}`);
            await line(page, "traffic", "from beyond").waitFor();
            await line(page, "traffic", "20 B: CONNECT").waitFor();
            await line(page, "traffic", "CONNACK").waitFor();
            await line(page, "traffic", "through a WebSocket").waitFor();
            await line(page, "traffic", "PUBLISH topic, PINGREQ").click();
            await traffic.locator(".details-content", { hasText: "topic<b>bold</b>" }).waitFor();
            await traffic.getByRole("button", { name: "Hex" }).click();
            await traffic.locator(".details-content", { hasText: "000000  30 12 00 05 74 6f" }).waitFor();
            await traffic.getByLabel("MQTT").uncheck();
            await line(page, "traffic", "CONNACK").waitFor({ state: "detached" });
            await line(page, "traffic", "from beyond").waitFor();
            await traffic.getByLabel("MQTT").check();
        }],
        ["plots show the run, and a table tells the same", async () => {
            const plots = panel(page, "plots");
            await plots.getByRole("img", { name: /Lua memory over time, now \d+ KiB/ }).waitFor();
            const isDrawn = () => plots.locator("canvas").first().evaluate((canvas) =>
                canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0));
            await eventually(isDrawn, "a curve");
            await plots.getByText("As a table").click();
            await plots.getByRole("row", { name: /^\d+\.\d s \d+ KiB \d+ \d+$/ }).first().waitFor();
        }],
    ];
}

function partChecks(page) {
    const files = panel(page, "files");
    const row = (name) => files.getByRole("row", { name });
    return [
        ["files are listed, opened, replaced and removed", async () => {
            await type(page, "write /views.txt");
            await row("/views.txt").getByRole("button", { name: "Open" }).click();
            await files.locator(".details-content", { hasText: "line <b>one</b>" }).waitFor();
            await files.getByRole("button", { name: "Hex" }).click();
            await files.locator(".details-content", { hasText: "000000  6c 69 6e 65" }).waitFor();
            await row("/views.txt").locator("input[type=file]").setInputFiles({ name: "x", mimeType: "", buffer: Buffer.from("other") });
            await row("/views.txt").getByText("5 B").waitFor();
            let removals = 0;
            page.on("request", (request) => { removals += request.method() === "DELETE" ? 1 : 0; });
            await row("/views.txt").getByRole("button", { name: "Remove" }).click();
            await page.getByRole("dialog").press("Escape");
            await row("/views.txt").getByRole("button", { name: "Remove" }).click();
            assert.equal(removals, 0);
            await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
            await row("/views.txt").waitFor({ state: "detached" });
        }],
        ["a file is uploaded, and a source can be read", async () => {
            await files.getByLabel("Folder").fill("/");
            await files.locator("input[type=file]").last().setInputFiles({ name: "new.txt", mimeType: "", buffer: Buffer.from("new") });
            await row("/new.txt").waitFor();
            await type(page, "write /a\u202egnp.exe");
            await row("/a‹U+202E›gnp.exe").waitFor();
            await files.getByLabel("Path").fill("/lua/main.lua");
            await files.getByLabel("Path").press("Enter");
            await files.locator(".details-content", { hasText: "A device whose streams the page shows" }).waitFor();
        }],
        ["a display is shown pixel by pixel, with one request at a time", async () => {
            let open = 0;
            let most = 0;
            // The answer takes long enough for further pictures to come meanwhile.
            await page.route("**/api/picture*", async (route) => {
                open += 1;
                most = Math.max(most, open);
                await new Promise((resolve) => setTimeout(resolve, 50));
                open -= 1;
                await route.continue();
            });
            await type(page, "draw 20");
            const image = panel(page, "display").getByRole("img", { name: "What lcd shows, 64 by 32 pixels" });
            await image.waitFor();
            const pixel = () => image.evaluate((picture) => {
                const canvas = document.createElement("canvas");
                [canvas.width, canvas.height] = [64, 32];
                canvas.getContext("2d").drawImage(picture, 0, 0);
                return [...canvas.getContext("2d").getImageData(21, 10, 1, 1).data.slice(0, 3)].join();
            });
            await eventually(async () => (await pixel()) === "255,0,0", "the last rectangle");
            assert.equal(most, 1);
            await page.unrouteAll({ behavior: "wait" });
            const { width, rendering } = await image.evaluate((picture) =>
                ({ width: picture.clientWidth, rendering: getComputedStyle(picture).imageRendering }));
            assert.equal(rendering, "pixelated");
            assert.equal(width % 64, 0);
        }],
        ["a finger is on a display for as long as the pointer is, and follows it", async () => {
            const call = (name, ...values) => page.evaluate(async ([asked, given]) => {
                const { call: ask } = await import("/connection.js");
                await ask(asked, ...given);
            }, [name, values]);
            const touches = [];
            page.on("request", (request) => {
                if (request.url().endsWith("/api/touch")) {
                    touches.push(request.postDataJSON());
                }
            });
            await call("part", "ft6336");
            const glass = panel(page, "display").locator(".glass[data-touch] img");
            await glass.waitFor();
            await glass.scrollIntoViewIfNeeded();
            const box = await glass.boundingBox();
            const to = (x, y) => page.mouse.move(box.x + (x + 0.5) * box.width / 64, box.y + (y + 0.5) * box.height / 32);
            await to(10, 20);
            await page.mouse.down();
            await eventually(() => touches.length === 1, "the finger");
            await to(30, 5);
            await eventually(() => touches.length === 2, "its way");
            await page.mouse.up();
            await eventually(() => touches.length === 3, "its end");
            assert.deepEqual(touches.map(([name, x, y]) => [name, x, y]), [["lcd", 10, 20], ["lcd", 30, 5], ["lcd", 30, 5]]);
            assert.ok(touches[1][3] > 1000 && touches[2][3] <= 100);
            await call("remove", "ft6336");
        }],
        ["a display that is wider than its panel is shrunk to fit", async () => {
            await page.evaluate(async () => {
                const { call } = await import("/connection.js");
                await call("part", "ili9341", { name: "wide", dc: 4, width: 480, height: 320 });
            });
            const frame = panel(page, "display").locator(".screen", { hasText: "wide" }).locator(".glass-frame");
            await frame.waitFor();
            await drawn(page);
            assert.ok(await frame.evaluate((node) => node.scrollWidth <= node.clientWidth));
            await page.evaluate(async () => {
                const { call } = await import("/connection.js");
                await call("remove", "wide");
            });
        }],
        ["what sounds is listed, and what no browser plays says so", async () => {
            const sound = panel(page, "sound");
            await type(page, "speak 你好");
            await sound.getByRole("listitem").filter({ hasText: "speaks 你好" }).waitFor();
            await sound.getByRole("listitem").filter({ hasText: "ended" }).waitFor();
            await files.locator("input[type=file]").last().setInputFiles({
                name: "a.amr", mimeType: "", buffer: Buffer.concat([Buffer.from("#!AMR\n"), Buffer.alloc(32 * 10, "\x3c")]) });
            await row("/a.amr").waitFor();
            await type(page, "play /a.amr");
            const entry = sound.getByRole("listitem").filter({ hasText: "plays /a.amr" });
            await entry.getByRole("button", { name: "Hear" }).click();
            await sound.getByText("Browsers do not play this format").waitFor();
            // The next sound is not begun while this one lasts.
            await sound.getByRole("listitem").filter({ hasText: "ended" }).nth(1).waitFor();
        }],
        ["what sounds does so in the browser, too, once that is switched on", async () => {
            const sound = panel(page, "sound");
            await page.evaluate(() => {
                globalThis.heard = [];
                const { play } = HTMLMediaElement.prototype;
                HTMLMediaElement.prototype.play = async function played() {
                    await play.call(this);
                    globalThis.heard.push(this.duration);
                };
                SpeechSynthesis.prototype.speak = ({ text, lang }) => { globalThis.heard.push(`${lang}: ${text}`); };
            });
            const heard = (count) => eventually(() => page.evaluate((wanted) => globalThis.heard.length >= wanted, count), `sound ${count}`);
            await files.locator("input[type=file]").last().setInputFiles({ name: "a.wav", mimeType: "", buffer: silence(0.3) });
            await row("/a.wav").waitFor();
            await sound.getByRole("button", { name: "Clear" }).click();
            await sound.getByRole("button", { name: "Sound in this browser" }).click();
            await type(page, "play /a.wav");
            await heard(1);
            await sound.getByRole("listitem").filter({ hasText: "ended" }).waitFor();
            await type(page, "speak 你好");
            await heard(2);
            await sound.getByRole("button", { name: "Sound in this browser" }).click();
            const [length, speech] = await page.evaluate(() => globalThis.heard);
            assert.ok(Math.abs(length - 0.3) < 0.05, `${length} s`);
            assert.equal(speech, "zh-CN: 你好");
        }],
        ["in Chinese and in the dark everything is still there", async () => {
            await page.getByLabel("Language").selectOption("zh");
            await page.getByLabel("主题").selectOption("dark");
            await panel(page, "log").getByRole("button", { name: "暂停" }).waitFor();
            await panel(page, "files").getByText(/个文件/).waitFor();
            await panel(page, "display").getByText(/lcd：64 × 32/).waitFor();
            await page.getByLabel("语言").selectOption("en");
        }],
    ];
}

function checks(page, runner, port) {
    return [
        ...logChecks(page),
        ...streamChecks(page, runner, port),
        ...partChecks(page),
        ["nothing of that has done what a page may not", async () => {
            assert.deepEqual(page.faults, []);
        }],
        // A browser reports every attempt to connect that fails.
        ["after a restart the log goes on, with a line between", async () => {
            await type(page, "restart");
            await line(page, "log", "The device has restarted").waitFor();
            await page.locator("#connection.is-on").waitFor();
            await panel(page, "log").getByLabel("Without level").uncheck();
            const lines = async () => (await inSight(page, "log")).flatMap((text) => text.match(/restarted|poweron|core/) ?? []);
            await eventually(async () => (await lines()).at(-1) === "core", "the log of the second run");
            assert.deepEqual((await lines()).slice(-5), ["poweron", "core", "restarted", "poweron", "core"]);
        }],
    ];
}

main();
