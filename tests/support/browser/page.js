// Checks of the page of --board: node page.js [PICTURES], a folder where pictures for the documents are put.
"use strict";

const assert = require("assert");
const path = require("path");
const greenhouse = require("./greenhouse");
const { eventually, openBrowser, openPage, panel, run, startRunner, ROOT } = require("./session");

/** Opens the page in this browser and waits until it shows the device. */
async function connected(browser, url, options) {
    const page = await openPage(browser, url, options);
    await page.locator("#connection.is-on").waitFor();
    await page.locator("#panel-pins .pin").first().waitFor();
    return page;
}

/** The item of a pin in the panel. */
function pin(page, name) {
    return panel(page, "pins").locator(".pin", { hasText: name });
}

/** Waits for a message in the panel. */
function message(page, text) {
    return panel(page, "messages").locator(".message", { hasText: text }).waitFor();
}

async function send(page, text) {
    const messages = panel(page, "messages");
    await messages.getByLabel("Text").fill(text);
    await messages.getByRole("button", { name: "Send to the device" }).click();
}

/** Moves a slider as a hand does. */
async function slide(slider, value) {
    await slider.fill(String(value));
    await slider.dispatchEvent("change");
}

async function main([pictures]) {
    const [browser, ...runners] = await Promise.all([
        openBrowser(),
        startRunner(path.join(__dirname, "board"), "--echo"),
        startRunner(path.join(ROOT, "examples/greenhouse")),
        startRunner(path.join(__dirname, "busy")),
    ]);
    try {
        const [page, other] = await Promise.all([1, 2].map(() => connected(browser, runners[0].url)));
        await run([
            ...checks({ runner: runners[0], browser, page, other }),
            ...greenhouse.checks(browser, runners[1], pictures),
            ...busyChecks(browser, runners[2].url),
        ]);
    } finally {
        await browser.close();
        runners.forEach((runner) => runner.stop());
        await Promise.all(runners.map((runner) => runner.exit));
    }
}

/** Checks with a script that never waits, so that the device has no state. */
function busyChecks(browser, url) {
    return [
        ["of a script that never waits the page shows the log, and says so", async () => {
            const page = await openPage(browser, url);
            await page.clock.install();
            await page.reload();
            await panel(page, "log").getByText("from now on").waitFor();
            assert.ok(!(await panel(page, "network").locator(".panel-body").isVisible()));
            await page.clock.fastForward(10000);
            await page.locator("#connection:not(.is-on)", { hasText: "does not wait" }).waitFor();
            assert.deepEqual(page.faults, []);
        }],
    ];
}

/** The checks, in their order: the later ones find the device as the earlier ones leave it. */
function checks({ runner, browser, page, other }) {
    const { origin, searchParams } = new URL(runner.url);
    const headers = { Authorization: `Bearer ${searchParams.get("token")}`, "Content-Type": "application/json" };
    const state = async () => (await fetch(`${origin}/api/state`, { headers })).json();
    const call = (name, ...values) => fetch(`${origin}/api/${name}`, { method: "POST", headers, body: JSON.stringify(values) });
    return [
        ["a message goes to the script, and its answer comes back, on every page", async () => {
            await send(page, "你好 <b>");
            await message(page, "heard: 你好 <b>");
            await message(other, "heard: 你好 <b>");
            assert.equal(await panel(page, "messages").getByLabel("Text").inputValue(), "");
        }],
        ["what a call refuses stands beside its form", async () => {
            const messages = panel(page, "messages");
            await messages.getByRole("textbox", { name: "From" }).fill("not a number, and too long");
            await send(page, "x");
            await messages.locator("form .problem", { hasText: "device.sms" }).waitFor();
            await messages.getByRole("textbox", { name: "From" }).fill("+8613800000000");
            assert.equal(await messages.getByLabel("Text").inputValue(), "x");
            await messages.getByLabel("Text").fill("");
            // The browser reports such an answer by itself.
            assert.equal(page.faults.length, 1);
            assert.match(page.faults.pop(), /400/);
        }],
        ["an input is switched, and the LED that mirrors it is lit, on every page", async () => {
            await panel(page, "pins").getByRole("switch", { name: "door" }).check();
            await pin(page, "lamp").locator(".led.lit").waitFor();
            await pin(other, "lamp").locator(".led.lit").waitFor();
            assert.ok(await panel(other, "pins").getByRole("switch", { name: "door" }).isChecked());
            await panel(other, "pins").getByRole("switch", { name: "door" }).uncheck();
            await pin(page, "lamp").locator(".led:not(.lit)").waitFor();
        }],
        ["an input is pushed for as long as its button is held", async () => {
            const push = panel(page, "pins").locator(".pin", { hasText: "door" }).getByRole("button", { name: "Push" });
            await push.hover();
            await page.mouse.down();
            await pin(other, "lamp").locator(".led.lit").waitFor();
            await page.mouse.up();
            await pin(other, "lamp").locator(".led:not(.lit)").waitFor();
        }],
        ["an LED blinks as the device lets it blink", async () => {
            await pin(page, "P0_13").locator(".led.blinks").waitFor();
            const [animation] = await pin(page, "P0_13").locator(".light").evaluate((light) =>
                light.getAnimations().map((each) => each.effect.getComputedTiming().duration));
            assert.ok(animation >= 300 && animation <= 500, `${animation} ms`);
        }],
        ["an LED that blinks is still where nothing is to move", async () => {
            const still = await connected(browser, runner.url, { reducedMotion: "reduce" });
            const light = pin(still, "P0_13").locator(".led.blinks .light");
            await light.waitFor({ state: "attached" });
            assert.equal(await light.evaluate((node) => node.getAnimations().length), 0);
            assert.equal(await light.evaluate((node) => getComputedStyle(node).opacity), "0.6");
            await still.context().close();
        }],
        ["a key stays pressed for as long as the pointer holds it", async () => {
            const key = panel(page, "keys").getByRole("button", { name: "OK" });
            await key.hover();
            await page.mouse.down();
            await pin(page, "P0_11").locator(".led.lit").waitFor();
            await panel(other, "keys").locator("[aria-pressed=true]", { hasText: "OK" }).waitFor();
            // Longer than a press lasts that is not held.
            await page.waitForTimeout(300);
            assert.deepEqual((await state()).pressed, [{ row: 1, column: 1 }]);
            await page.mouse.up();
            await pin(page, "P0_11").locator(".led:not(.lit)").waitFor();
        }],
        ["the keyboard alone reaches a key, holds it, and sends a message", async () => {
            const key = panel(page, "keys").getByRole("button", { name: "POWERKEY" });
            await page.locator("#title-keys").focus();
            await page.keyboard.press("Tab");
            assert.ok(await key.evaluate((node) => node === document.activeElement));
            await page.keyboard.down("Enter");
            await pin(page, "P0_11").locator(".led.lit").waitFor();
            await page.keyboard.up("Enter");
            await pin(page, "P0_11").locator(".led:not(.lit)").waitFor();
            await panel(page, "messages").getByLabel("Text").focus();
            await page.keyboard.type("typed");
            await page.keyboard.press("Enter");
            await message(page, "heard: typed");
        }],
        ["a panel folds by keyboard, and stays so", async () => {
            const heading = page.locator("#title-power");
            await heading.focus();
            await page.keyboard.press("Enter");
            assert.equal(await heading.getAttribute("aria-expanded"), "false");
            await page.reload();
            await page.locator("#connection.is-on").waitFor();
            assert.equal(await heading.getAttribute("aria-expanded"), "false");
            await page.getByRole("navigation").getByRole("link", { name: "Power" }).click();
            assert.equal(await heading.getAttribute("aria-expanded"), "true");
        }],
        ["a call comes, is answered, and hangs up", async () => {
            const calls = panel(page, "calls");
            await calls.getByRole("button", { name: "Call the device" }).click();
            await panel(other, "calls").locator(".call", { hasText: "active" }).waitFor();
            await calls.getByRole("button", { name: "5", exact: true }).click();
            await calls.getByRole("button", { name: "Hang up" }).click();
            await calls.getByText("No call.").waitFor();
        }],
        ["a slider shows what the device says, and is not moved from under a hand", async () => {
            const [mine, theirs] = [page, other].map((each) => panel(each, "network").getByLabel("Signal"));
            await slide(mine, 9);
            await eventually(async () => (await state()).network.signal === 9, "the signal");
            await eventually(async () => (await theirs.inputValue()) === "9", "the other slider");
            const box = await mine.boundingBox();
            const y = box.y + box.height / 2;
            await page.mouse.move(box.x + box.width / 4, y);
            await page.mouse.down();
            await page.mouse.move(box.x + box.width / 2, y);
            const held = await mine.inputValue();
            await slide(theirs, 30);
            await eventually(async () => (await state()).network.signal === 30, "the other signal");
            await page.waitForTimeout(250);
            assert.equal(await mine.inputValue(), held);
            await page.mouse.up();
            await eventually(async () => (await theirs.inputValue()) === (await mine.inputValue()), "one value");
        }],
        ["conditions of the network are set, all at once by a name", async () => {
            const network = panel(page, "network");
            await network.getByLabel("Kind").selectOption("edge");
            await eventually(async () => (await state()).network.latency === 200, "the latency");
            await eventually(async () => (await panel(other, "network").getByLabel("Latency").inputValue()) === "200", "the slider");
            await slide(network.getByLabel("Loss"), 0);
            await eventually(async () => (await network.getByLabel("Kind").inputValue()) === "own", "own conditions");
            await network.getByLabel("Kind").selectOption("good");
            await eventually(async () => (await state()).network.latency === 0, "no latency");
        }],
        ["a slider tells the device's value, also one that it cannot reach", async () => {
            const network = panel(page, "network");
            await call("network", { latency: 3000, rate: 3000 });
            await network.locator(".slider", { hasText: "Latency" }).getByText("3000 ms").waitFor();
            await network.locator(".slider", { hasText: "Rate" }).getByText("3 kB/s").waitFor();
            await call("network", {});
            await network.locator(".slider", { hasText: "Latency" }).getByText("0 ms", { exact: true }).waitFor();
        }],
        ["the script's WebSocket connects again when coverage comes back, and when its connection is cut", async () => {
            const network = panel(page, "network");
            await message(page, "connection 1");
            await network.getByRole("switch", { name: "Coverage" }).uncheck();
            await network.getByText("no coverage").waitFor();
            await network.getByRole("switch", { name: "Coverage" }).check();
            await message(page, "connection 2");
            await network.getByRole("button", { name: "Cut all connections" }).click();
            await message(page, "connection 3");
        }],
        ["battery, charger and voltages are set", async () => {
            const power = panel(page, "power");
            await slide(power.getByLabel("Battery"), 3500);
            await power.getByRole("switch", { name: "Charger" }).check();
            await slide(power.getByLabel("ADC 2"), 1230);
            await eventually(async () => {
                const now = await state();
                return now.power.battery === 3500 && now.power.charger && now.adc["2"] === 1230;
            }, "the values");
        }],
        ["a part is attached, its value moved, and taken away", async () => {
            const parts = panel(page, "parts");
            await parts.getByText("Attach a part").click();
            await parts.getByLabel("Model").fill("am2320");
            await parts.getByRole("button", { name: "Attach" }).click();
            await slide(panel(other, "parts").getByLabel("temperature"), 31.5);
            await eventually(async () => {
                const [part] = (await state()).parts;
                return part?.values.find((value) => value.name === "temperature").value === 31.5;
            }, "the temperature");
            await parts.getByRole("button", { name: "Remove" }).click();
            await parts.getByText("Nothing is attached").waitFor();
        }],
        ["a setting of a part may be true or false, and another part of the same name has its own sliders", async () => {
            const parts = panel(page, "parts");
            const attach = async (model, settings) => {
                await parts.getByLabel("Model").fill(model);
                await parts.getByLabel("Settings").fill(settings);
                await parts.getByRole("button", { name: "Attach" }).click();
            };
            await attach("w25q", "keep=false, name=one");
            await parts.getByRole("heading", { name: "one w25q" }).waitFor();
            await call("remove", "one");
            await attach("am2320", "name=one");
            await parts.getByText("am2320 · i2c").waitFor();
            const most = () => parts.getByLabel("temperature").getAttribute("max");
            const before = await most();
            await page.evaluate(async () => {
                const { call: ask } = await import("/connection.js");
                await Promise.all([ask("remove", "one"), ask("part", "lm75b", { name: "one" })]);
            });
            await parts.getByText("lm75b · i2c").waitFor();
            assert.notEqual(await most(), before);
            await call("remove", "one");
            await parts.getByText("Nothing is attached").waitFor();
        }],
        ["a pin that no port has is none", async () => {
            const pins = panel(page, "pins");
            await pins.getByText("Drive another pin").click();
            await pins.getByLabel("Pin", { exact: true }).fill("P0_44");
            await pins.getByRole("button", { name: "Drive" }).click();
            await pins.locator("form .problem", { hasText: 'got "P0_44"' }).waitFor();
            assert.match(page.faults.pop(), /400/);
        }],
        ["long names stay within their panels on a telephone", async () => {
            await page.setViewportSize({ width: 390, height: 800 });
            assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".name, .key span, h3")].filter((node) =>
                node.checkVisibility() && node.getBoundingClientRect().right > node.closest(".panel").getBoundingClientRect().right)
                .map((node) => node.textContent)), []);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
            await page.setViewportSize({ width: 1280, height: 900 });
        }],
        ["both languages have the same texts, with the same places for values", async () => {
            const [english, chinese] = await page.evaluate(() =>
                Promise.all(["en", "zh"].map(async (name) => (await import(`/texts/${name}.js`)).default)));
            assert.deepEqual(Object.keys(chinese), Object.keys(english));
            const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
            for (const name of ["en", "zh"]) {
                const source = await (await fetch(`${origin}/texts/${name}.js`)).text();
                assert.equal(source.match(/^    ".*?": /gm).length, Object.keys(english).length, `${name}: one line a text`);
            }
            for (const key of Object.keys(english)) {
                assert.ok(chinese[key] && english[key], key);
                assert.deepEqual(places(chinese[key]), places(english[key]), key);
            }
        }],
        ["every text that the page shows is there", async () => {
            const keys = await page.evaluate(async () => {
                const { default: english } = await import("/texts/en.js");
                const kinds = ["text", "label", "hint", "tip"];
                return kinds.flatMap((kind) => Array.from(document.querySelectorAll(`[data-${kind}]`), (node) => node.dataset[kind]))
                    .filter((key) => !(key in english));
            });
            assert.deepEqual(keys, []);
        }],
        ["the page speaks Chinese as well as English, all of it", async () => {
            await page.getByLabel("Language").selectOption("zh");
            assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
            await panel(page, "messages").getByRole("heading", { name: "短信" }).waitFor();
            const left = await page.evaluate(async () => {
                const { default: english } = await import("/texts/en.js");
                const { default: chinese } = await import("/texts/zh.js");
                const texts = new Set(Object.entries(english).filter(([key, text]) => text !== chinese[key]).map(([, text]) => text));
                const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                const found = [];
                while (walker.nextNode()) {
                    if (texts.has(walker.currentNode.data.trim())) {
                        found.push(walker.currentNode.data);
                    }
                }
                return found;
            });
            assert.deepEqual(left, []);
            await page.getByLabel("语言").selectOption("en");
        }],
        ["the theme follows the system or what is chosen", async () => {
            const dark = () => page.locator(".panel").first().evaluate((node) => getComputedStyle(node).backgroundColor);
            const before = await dark();
            await page.emulateMedia({ colorScheme: "dark" });
            assert.notEqual(await dark(), before);
            await page.getByLabel("Theme").selectOption("light");
            assert.equal(await dark(), before);
            await page.getByLabel("Theme").selectOption("system");
        }],
        ["every control has a name, and every text its contrast", async () => {
            assert.deepEqual(await page.evaluate(nameless), []);
            for (const colorScheme of ["dark", "light"]) {
                await page.emulateMedia({ colorScheme });
                assert.deepEqual(await page.evaluate(faint), [], colorScheme);
            }
        }],
        ["nothing of that is an error in the console, against the policy, or a request to elsewhere", async () => {
            assert.deepEqual([...page.faults, ...other.faults], []);
        }],
        ["the device restarts, and the page is there again with what is true then", async () => {
            await panel(other, "keys").getByRole("button", { name: "RESTART" }).click();
            await eventually(async () => (await page.locator(".fact", { hasText: "Restarts" }).innerText()).includes("1"), "the restart");
            await page.locator("#connection.is-on").waitFor();
            await message(page, "heard: typed");
            await send(page, "again");
            await message(page, "heard: again");
        }],
        ["a wrong token, and none, say so", async () => {
            for (const [search, text] of [["?token=wrong", "token in the address is wrong"], ["", "token"]]) {
                const refused = await openPage(browser, `${origin}/${search}`);
                await refused.getByText(text).first().waitFor();
            }
        }],
        ["the page says that the run has ended", async () => {
            runner.stop();
            await runner.exit;
            await page.locator("#connection", { hasText: "the run has ended" }).waitFor();
            await send(page, "too late");
            await panel(page, "messages").locator("form .problem", { hasText: "The runner does not answer" }).waitFor();
        }],
    ];
}

/** In the page: controls that have no name for who does not see them. */
function nameless() {
    const hasName = (node) => node.ariaLabel || node.textContent.trim() || node.labels?.length > 0 || node.title;
    return Array.from(document.querySelectorAll("button, input, select, textarea, a[href]"))
        .filter((node) => node.checkVisibility() && !hasName(node)).map((node) => node.outerHTML);
}

/** In the page: texts whose contrast is below that of WCAG 2.2, level AA, for texts of normal size. */
function faint() {
    const LEAST = 4.5;
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (color) => {
        const [red, green, blue] = Array.from(rgba(color)).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = (node) => {
        const color = getComputedStyle(node).backgroundColor;
        return rgba(color)[3] === 255 ? color : ground(node.parentElement);
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() && node.checkVisibility() && !node.closest("[aria-hidden], svg, option, noscript, :disabled")) {
            const [one, two] = [getComputedStyle(node).color, ground(node)].map(luminance);
            const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
            if (contrast < LEAST) {
                found.add(`${node.tagName}.${node.className} ${walker.currentNode.data}: ${contrast.toFixed(2)}`);
            }
        }
    }
    return [...found];
}

main(process.argv.slice(2)).catch((error) => {
    console.log(`not ok - the checks run\n${String(error.stack).replace(/^/gm, "# ")}`);
    process.exitCode = 1;
});
