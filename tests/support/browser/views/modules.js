// Checks of modules of the page that need no browser.
"use strict";

const assert = require("assert");
const path = require("path");
const { pathToFileURL } = require("url");

const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The checks, of the modules in a folder. */
function checks(folder) {
    const load = (name) => import(pathToFileURL(path.join(folder, "views", `${name}.js`)));
    return [
        ["MQTT is read in whatever pieces it comes", async () => {
            const { Connections } = await load("mqtt");
            const mqtt = new Connections();
            const read = (way, text, size = text.length) => mqtt.read(1, way, bytes(text), size);
            assert.equal(read("sent", "GET / HTTP/1.1"), null);
            assert.equal(read("sent", "\x10\x12\x00\x04MQTT\x04\x02\x00\x3c\x00\x06client"), "CONNECT");
            assert.equal(read("received", "\x20\x02\x00\x00\x30\x09\x00\x05to"), "CONNACK, PUBLISH to");
            assert.equal(read("received", "picab\xd0\x00"), "PINGRESP");
            // Of a long message only the beginning is told; the next packet comes right after it.
            assert.equal(read("sent", "\x33\xe8\x07\x00\x01t\x00\x01", 1000), "PUBLISH t QoS 1 retained");
            assert.equal(read("sent", "\xc0\x00"), "");
            mqtt.forget(1);
            assert.equal(read("sent", "\xc0\x00"), null);
        }],
        ["a search marks what it finds, across colours", async () => {
            const [{ readSearch, marked }, { styled, plain, visible }] = await Promise.all([load("search"), load("visible")]);
            const text = "a \x1b[1;32mgreen\x1b[0m tree";
            assert.equal(plain(text), "a green tree");
            const pieces = marked(styled(text), readSearch("/en t/").places(plain(text)));
            assert.deepEqual(pieces.map((piece) => [piece.text, piece.className, piece.isFound]), [
                ["a ", "", false], ["gre", "ansi-bold ansi-colour-2", false], ["en", "ansi-bold ansi-colour-2", true],
                [" t", "", true], ["ree", "", false],
            ]);
            assert.throws(() => readSearch("/[/"), SyntaxError);
            assert.ok(readSearch("1.5").accepts("1.5") && !readSearch("1.5").accepts("115"));
            assert.equal(visible("\u2066\ud800 \u{e0041}\tA"), "‹U+2066›‹U+D800› ‹U+E0041›\tA");
        }],
        ["what is kept of a stream has a limit, by number and by weight", async () => {
            const { Kept } = await load("kept");
            const kept = new Kept({ most: 3, heaviest: 10, weigh: (text) => text.length });
            ["a", "b", "c", "d"].forEach((text) => kept.push(text));
            assert.deepEqual([...kept], ["b", "c", "d"]);
            kept.push("123456789");
            assert.deepEqual([...kept], ["d", "123456789"]);
            kept.push("far more than there is room for");
            assert.deepEqual([...kept], ["far more than there is room for"]);
            const many = new Kept({ most: 2 });
            for (let number = 0; number < 10_000; number += 1) {
                many.push(number);
            }
            assert.deepEqual([many.at(0), many.at(1), many.at(2), many.at(-1)], [9998, 9999, undefined, undefined]);
        }],
        ["hexadecimal digits are read, and anything else is refused", async () => {
            const { readHex, hexLine } = await load("hex");
            assert.deepEqual([...readHex("0x01 ff,0A:0b 0c0d")], [1, 255, 10, 11, 12, 13]);
            assert.deepEqual(["1", "zz", "0x1", "01 2"].map(readHex), [null, null, null, null]);
            assert.equal(hexLine(bytes("A\x00"), 256, 4), "000100  41 00        A.");
        }],
        ["a file is what it begins with", async () => {
            const { mediaType } = await load("content");
            const types = ["\x89PNG\r\n\x1a\n", "RIFF1234WAVE", "#!AMR\n", "\xff\xfb\x90", "text\n", "a\x00b", "\xc3"];
            assert.deepEqual(types.map((text) => mediaType(bytes(text))), [
                "image/png", "audio/wav", "audio/amr", "audio/mpeg", "text/plain", "application/octet-stream",
                "application/octet-stream"]);
        }],
    ];
}

module.exports = { checks };
