--- `audio`: sounds by their priorities.
local outside = require "outside"

--- Makes sounds: `short` lasts a few ms, `long` longer than any test.
local SOUNDS = [[
require "audio"
local function sound(name, text)
    local file = io.open(name, "wb")
    file:write(text)
    file:close()
end
sound("/short.pcm", ("\0"):rep(800))
sound("/long.pcm", ("\0"):rep(800000))
sound("/broken.xyz", "")
local function told(name)
    return function(result) print(name, result) sys.publish(name, result) end
end
]]

--- Runs a script as a task.
local function run(script, options)
    local output = outside.run(SOUNDS .. "sys.taskInit(function() sys.waitUntil 'GO'\n" .. script
        .. "\nsys.publish 'OVER' end)", [[
            sys.wait(5)
            sys.publish "GO"
            sys.waitUntil("OVER", 20000)
        ]], options)
    return output
end

it("a sound comes to its end, and the next may follow from the callback", function()
    assert.equal("true\nfirst 0\nsecond 0\nspeech 0\n", run [[
        print(audio.play(1, "FILE", "/short.pcm", 7, function(result)
            told "first"(result)
            audio.play(1, "FILE", { "/short.pcm", "/short.pcm" }, 7, told "second")
        end))
        sys.waitUntil("second", 10000)
        audio.setTTSSpeed(100)
        audio.play(1, "TTS", "好", 7, told "speech")
        sys.waitUntil("speech", 10000)
    ]])
end)

it("what cannot be played says so", function()
    assert.equal("true\na 1\nb 1\nc 1\nd 1\ne 1\n", run [[
        print(audio.play(1, "FILE", "/none.mp3", "7", told "a"))
        sys.waitUntil("a", 10000)
        audio.play(1, "FILE", { "/short.pcm", "/none.pcm" }, 7, told "b")
        sys.waitUntil("b", 10000)
        audio.play(1, "FILE", { "/broken.xyz" }, 7, told "c")
        sys.waitUntil("c", 10000)
        audio.play(1, "TTS", "", 7, told "d")
        sys.waitUntil("d", 10000)
        audio.play(1, "FILE", { "/no_ending" }, 7, told "e")
        sys.waitUntil("e", 10000)
    ]])
end)

it("a higher priority displaces, a lower one does not, an equal one if that is set", function()
    assert.equal("low 4\nlower 2\nequal 2\nhigh 4\nnew 0\n", run [[
        audio.play(1, "FILE", "/long.pcm", 7, told "low")
        audio.play(3, "FILE", "/long.pcm", 7, told "high")
        sys.waitUntil("low", 10000)
        audio.play(2, "FILE", "/short.pcm", 7, told "lower")
        audio.play(3, "FILE", "/short.pcm", 7, told "equal")
        audio.setStrategy(1)
        audio.play(3, "FILE", "/short.pcm", 7, told "new")
        sys.waitUntil("new", 10000)
    ]])
end)

it("stop ends what sounds and what waits, and says when it is silent", function()
    assert.equal("none 0\nsound 5\nstop 0\nspeech 5\nstop 0\nafter 0\n", run [[
        audio.stop(told "none")
        audio.play(1, "FILE", "/long.pcm", 7, told "sound")
        audio.stop(told "stop")
        sys.waitUntil("stop", 10000)
        audio.play(1, "TTS", ("一二三四五"):rep(20), 7, told "speech")
        sys.wait(5)
        audio.stop(told "stop")
        audio.play(1, "FILE", "/short.pcm", 7, told "after")
        sys.waitUntil("after", 10000)
    ]])
end)

it("a callback may play and stop while another sound waits", function()
    assert.equal("low 4\nnext 4\nhighest 0\n", run [[
        audio.play(1, "FILE", "/long.pcm", 7, function(result)
            print("low", result)
            audio.play(3, "FILE", "/short.pcm", 7, told "highest")
        end)
        audio.play(2, "FILE", "/long.pcm", 7, told "next")
        sys.waitUntil("highest", 10000)
    ]])
    assert.equal("low 4\nnext 5\nstop 0\n", run [[
        audio.play(1, "FILE", "/long.pcm", 7, function(result)
            print("low", result)
            audio.stop(told "stop")
        end)
        audio.play(2, "FILE", "/long.pcm", 7, told "next")
        sys.waitUntil("stop", 10000)
        sys.wait(5)
    ]])
end)

it("what is overtaken before it begins is not played", function()
    assert.equal("first 4\nsecond 4\nthird 0\n", run [[
        audio.play(1, "FILE", "/long.pcm", 7, told "first")
        audio.play(2, "FILE", "/long.pcm", 7, told "second")
        audio.play(3, "FILE", "/short.pcm", 7, told "third")
        sys.waitUntil("third", 10000)
    ]])
end)

it("a sound repeats until something ends it", function()
    local output = run([[
        audio.play(1, "FILE", "/short.pcm", 7, told "repeated", true, 20)
        sys.wait(500)
        audio.stop(told "stop")
        sys.waitUntil("stop", 10000)
    ]])
    assert.equal("repeated 5\nstop 0\n", output)
    output = outside.run(SOUNDS .. [[
        sys.subscribe("GO", function() audio.play(1, "FILE", "/short.pcm", 7, nil, true) end)
    ]], [[
        local count = 0
        device.on("audio", function(what) if what == "play" then count = count + 1 sys.publish "PLAYED" end end)
        sys.publish "GO"
        repeat sys.waitUntil("PLAYED", 5000) until count >= 3
        print(count)
    ]])
    assert.equal("3\n", output)
end)

it("volumes, gains and channels are set", function()
    assert.equal("4 4 1\ntrue true true\n6 5 9\nfalse 6\ntrue true false false false\ntrue nil nil\n", run [[
        print(audio.getVolume(), audio.getCallVolume(), audio.getMicVolume())
        print(audio.setVolume(6), audio.setCallVolume(5), audio.setMicVolume(9))
        sys.wait(100)
        print(audio.getVolume(), audio.getCallVolume(), audio.getMicVolume())
        print(audio.setVolume(8), audio.getVolume())
        print(audio.setMicGain("call", 7), audio.setMicGain("record", 0), audio.setMicGain("call", 8),
            audio.setMicGain("call", -1), audio.setMicGain("other", 1))
        print(audio.setTTSSpeed(0), audio.setTTSSpeed(101), (audio.setTTSSpeed "x"))
        audio.setChannel(1, 0)
        audio.setChannel()
    ]])
end)

it("errors name function, argument and value", function()
    assert.equal([[
audio.play: priority: number expected, got nil
audio.play: type: FILE, TTS, TTSCC or RECORD expected, got "MP3"
audio.play: path: path of a file, or list of paths, expected, got 5
audio.play: path: text in UTF-8 expected, got nil
audio.play: vol: nil or 0 to 7 expected, got 8
audio.play: cbFnc: function or nil expected, got 5
audio.stop: cbFnc: function or nil expected, got 1
audio.setMicVolume: vol: 0 to 15 expected, got 16
]], run [[
        local function fails(...) print((select(2, pcall(...)):gsub("^[^ ]-:%d+: ", ""))) end
        fails(audio.play)
        fails(audio.play, 1, "MP3", "x")
        fails(audio.play, 1, "FILE", 5)
        fails(audio.play, 1, "TTS")
        fails(audio.play, 1, "FILE", "x", 8)
        fails(audio.play, 1, "FILE", "x", 7, 5)
        fails(audio.stop, 1)
        fails(audio.setMicVolume, 16)
    ]])
end)
