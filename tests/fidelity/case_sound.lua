--- Sounds by their priorities, recordings, and the power key.
local harness = require "harness"
local section, show = harness.section, harness.show
require "audio"
require "record"
require "powerKey"
local device = require("luatos").device

local LONG_TEXT = "一二三四五六七八九十"

--- A callback that shows what it gets, after what the call itself returns.
local function later(label)
    return function(...)
        sys.timerStart(show, 10, label, ...)
    end
end

section("sounds", function()
    io.writeFile("/short.pcm", ("\0"):rep(3200))
    sys.wait(100)
    show("file", audio.play(1, "FILE", "/short.pcm", 4, later "file"))
    sys.wait(1000)
    show("no file", audio.play(1, "FILE", "/none.mp3", 4, later "no file"))
    sys.wait(500)
    show("speech", audio.play(1, "TTS", "你好", 4, later "speech"))
    sys.wait(5000)
    show("number", audio.play(1, "TTS", 12, "7", later "number"))
    sys.wait(5000)
end)

section("priorities", function()
    audio.play(1, "TTS", LONG_TEXT, 4, later "low")
    sys.wait(100)
    audio.play(1, "TTS", "你好", 4, later "equal")
    sys.wait(100)
    audio.play(2, "FILE", "/short.pcm", 4, later "high")
    sys.wait(9000)
    audio.setStrategy(1)
    audio.play(1, "TTS", LONG_TEXT, 4, later "displaced")
    sys.wait(100)
    audio.play(1, "FILE", "/short.pcm", 4, later "of the same")
    sys.wait(9000)
    audio.setStrategy(0)
end)

section("stops", function()
    audio.play(1, "TTS", LONG_TEXT, 4, later "stopped")
    sys.wait(100)
    audio.stop(later "stop")
    sys.wait(9000)
    audio.stop(later "stop of nothing")
    audio.play(1, "FILE", "/short.pcm", 4, later "repeated", true, 50)
    sys.wait(2000)
    audio.stop(later "stop of a repetition")
    sys.wait(1000)
end)

section("recordings", function()
    show("none", record.exists(), record.getFilePath(), record.getData(0, 10), record.getSize())
    show("start", record.start(1, later "recorded"), record.isBusy())
    sys.wait(3000)
    show("there", record.exists(), record.isBusy(), (record.getData(0, 6)), record.getSize())
    show("start", record.start(5, later "recorded"))
    sys.wait(500)
    record.stop(later "stop")
    record.stop(later "stop again")
    sys.wait(1000)
    record.stop(later "stop of nothing")
    show("deleted", record.delete(), record.exists())
    show("stream", record.start(1, later "stream", "STREAM", 1, 1, 3, 400))
    sys.wait(3000)
    show("over", record.isBusy())
end)

section("power key", function()
    powerKey.setup(500, later "long", later "short")
    device.press("POWERKEY", 100)
    sys.wait(1000)
    device.press("POWERKEY", 800)
    sys.wait(1000)
end)

harness.run()
