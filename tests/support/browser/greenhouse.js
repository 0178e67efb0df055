// Checks with examples/greenhouse, and the pictures of the documents, which show it.
"use strict";

const path = require("path");
const { eventually, openPage, panel } = require("./session");

/** What a picture shows of the page, in pixels. */
const VIEWPORT = { width: 1440, height: 1010 };

/** Warm enough for the fan. */
const WARM = "29.3";

/** The pictures: their names, and what the browser's user likes. That in Chinese needs a font that has it. */
const PICTURES = {
    "board-light": { colorScheme: "light" },
    "board-dark": { colorScheme: "dark" },
    "board-zh": { colorScheme: "light", locale: "zh-CN" },
};

/** Takes pictures of the page. */
async function takePictures(browser, url, folder) {
    for (const [name, options] of Object.entries(PICTURES)) {
        const page = await openPage(browser, url, { viewport: VIEWPORT, ...options });
        await page.locator(".message", { hasText: "fan on" }).waitFor();
        await page.locator("#panel-pins .led.lit").first().waitFor();
        await eventually(() => page.locator("#panel-display img").evaluate((image) => image.naturalWidth > 0), "the display");
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
        await page.context().close();
    }
}

/**
 * The checks.
 * @param {Browser} browser
 * @param {object} runner one that runs the example
 * @param {string} [pictures] folder for pictures; without it none are taken
 */
function checks(browser, runner, pictures) {
    const list = [
        ["a slider of the sensor makes the fan of examples/greenhouse run, and a message tells of it", async () => {
            const page = await openPage(browser, runner.url);
            const pin = (name) => panel(page, "pins").locator(".pin", { hasText: name }).locator(".led");
            await panel(page, "parts").getByLabel("temperature").fill(WARM);
            await pin("fan").and(page.locator(".lit")).waitFor();
            await pin("lamp").and(page.locator(".blinks")).waitFor();
            const text = panel(page, "messages").getByLabel("Text");
            await text.fill("how warm is it?");
            await text.press("Enter");
            await page.locator(".message", { hasText: `${WARM} degrees, 61 %, fan on` }).waitFor();
        }],
    ];
    if (pictures) {
        list.push(["pictures are taken", () => takePictures(browser, runner.url, pictures)]);
    }
    return list;
}

module.exports = { checks };
