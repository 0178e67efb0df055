--- `audiocore`: sounds that nobody hears, and silence that can be played.
require "luatos"
local sys = require "sys"
local audiocore = require "audiocore"
local peer = require "peer"
local runner = require "runner"

--- PCM has 16 bytes in a millisecond.
local function pcm(milliseconds)
    return ("\0"):rep(16 * milliseconds)
end

--- Frames of 20 ms: AMR of 12.2 kbit/s, and MP3 of 128 kbit/s at 48 kHz (24 ms).
local AMR = "#!AMR\n" .. ("\x3c" .. ("\0"):rep(31)):rep(2)
local MP3 = ("\xff\xfb\x94\xc4" .. ("\0"):rep(380)):rep(2)
local SPEEX = ("\x14\0\0\0" .. ("\0"):rep(20)):rep(2)

local messages = {}

local function collect(id)
    rtos.on(id, function(message)
        messages[#messages + 1] = message
    end)
end

local function wait_for_message()
    peer.eventually(function() return #messages > 0 end, "a message")
    return table.remove(messages, 1)
end

before_each(function()
    messages = {}
    for _, id in ipairs { rtos.MSG_AUDIO, rtos.MSG_RECORD, rtos.MSG_STREAM_RECORD } do
        collect(id)
    end
end)

after_each(function()
    audiocore.stop()
    audiocore.deleterecord()
    -- The message about the sound that was stopped.
    sys.wait(1)
    for _, id in ipairs { rtos.MSG_AUDIO, rtos.MSG_RECORD, rtos.MSG_STREAM_RECORD } do
        rtos.on(id, function() end)
    end
end)

local function with_file(name, content, body)
    local path = os.tmpname()
    os.remove(path)
    path = path .. name
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    local ok, problem = pcall(body, path)
    os.remove(path)
    assert(ok, problem)
end

describe("a file", function()
    it("of each format is played to its end", function()
        local files = { [".pcm"] = pcm(5), [".PCM"] = pcm(5), [".amr"] = AMR, [".mp3"] = MP3 }
        for name, content in pairs(files) do
            with_file(name, content, function(path)
                assert.is_true(audiocore.play(path), name)
                assert.same({ id = rtos.MSG_AUDIO, play_end_ind = true }, wait_for_message(), name)
            end)
        end
    end)

    it("that does not exist is refused, as is another while it plays", function()
        assert.is_false(audiocore.play("/missing.mp3"))
        with_file(".pcm", pcm(10000), function(path)
            assert.is_true(audiocore.play(path))
            assert.is_false(audiocore.play(path))
            assert.is_false(audiocore.playdata(pcm(1), audiocore.PCM))
            assert.equal(0, audiocore.streamplay(audiocore.PCM, pcm(1)))
        end)
    end)

    it("whose name tells no format gives nothing", function()
        assert.equal(0, select("#", audiocore.play("/record.spx")) - 1)
        assert.is_nil(audiocore.play("/record.spx"))
    end)

    it("that is not what its name says fails afterwards", function()
        with_file(".mp3", "no sound", function(path)
            assert.is_true(audiocore.play(path))
            assert.same({ id = rtos.MSG_AUDIO, play_error_ind = true }, wait_for_message())
        end)
    end)
end)

describe("data", function()
    it("of each format are played to their end", function()
        local formats = { PCM = pcm(5), AMR = AMR, MP3 = MP3, SPX = SPEEX }
        for name, data in pairs(formats) do
            assert.is_true(audiocore.playdata(data, audiocore[name]), name)
            assert.is_true(wait_for_message().play_end_ind, name)
        end
    end)

    it("of an unknown format are refused", function()
        assert.is_false(audiocore.playdata("data", 99))
        assert.equal(0, audiocore.streamplay(99, "data"))
    end)

    it("that are repeated sound until they are stopped", function()
        assert.is_true(audiocore.playdata(pcm(1), audiocore.PCM, 1))
        assert.is_false(audiocore.playdata(pcm(1), audiocore.PCM))
        audiocore.stop()
        assert.same({ id = rtos.MSG_AUDIO, play_end_ind = false }, wait_for_message())
        assert.is_true(audiocore.playdata(pcm(1), audiocore.PCM))
        assert.is_true(wait_for_message().play_end_ind)
    end)
end)

describe("stop", function()
    it("of a sound is told, of silence not", function()
        audiocore.playdata(pcm(10000), audiocore.PCM)
        audiocore.stop()
        audiocore.stop()
        assert.is_false(wait_for_message().play_end_ind)
        sys.wait(1)
        assert.same({}, messages)
    end)

    it("is not told where the next sound begins at once", function()
        audiocore.playdata(pcm(10000), audiocore.PCM)
        audiocore.stop()
        audiocore.playdata(pcm(1), audiocore.PCM)
        assert.is_true(wait_for_message().play_end_ind)
        assert.same({}, messages)
    end)
end)

describe("a stream", function()
    it("is taken up to 4 KiB and sounds in its time", function()
        assert.equal(0, audiocore.streamremain())
        local start = rtos.tick()
        assert.equal(3200, audiocore.streamplay(audiocore.PCM, pcm(200)))
        assert.is_true(audiocore.streamremain() > 0)
        -- A loop that never waits ends too: 200 ms are 40 ticks.
        while audiocore.streamremain() ~= 0 do end
        assert.is_true(rtos.tick() - start >= 39)
        local taken = audiocore.streamplay(audiocore.PCM, pcm(1000), audiocore.PLAY_VOLTE)
        assert.equal(4096, taken)
        assert.is_true(audiocore.streamplay(audiocore.PCM, pcm(1000)) < 4096)
    end)

    it("of another format waits until the first has sounded", function()
        audiocore.streamplay(audiocore.PCM, pcm(100))
        assert.equal(0, audiocore.streamplay(audiocore.AMR, AMR))
        peer.eventually(function() return audiocore.streamremain() == 0 end, "the end of the stream")
        assert.equal(#AMR, audiocore.streamplay(audiocore.AMR, AMR))
    end)
end)

describe("a recording", function()
    local path

    before_each(function()
        path = os.tmpname()
    end)

    after_each(function()
        os.remove(path)
    end)

    local function recorded()
        local file = assert(io.open(path, "rb"))
        local content = file:read "a"
        file:close()
        return content
    end

    for _, case in ipairs {
        { 1, "PCM", 16000 }, { 2, "WAV", 44 + 16000 }, { 3, "AMR", 6 + 50 * 18 }, { 4, "SPX", 50 * 24 },
    } do
        local format, name, size = table.unpack(case)
        it("of format " .. name .. " takes its time and can be played", function()
            assert.equal(format, audiocore[name])
            assert.equal(1, audiocore.record(path, 1, 1, audiocore.RECORE_MIC, format))
            assert.equal(0, audiocore.record(path, 1, 1, audiocore.RECORE_MIC, format))
            local start = rtos.tick()
            assert.same({ id = rtos.MSG_RECORD, record_end_ind = true }, wait_for_message())
            assert.is_true(rtos.tick() - start >= 199)
            assert.equal(size, #recorded())
            assert.equal(0, audiocore.record(path, 1))
            assert.equal(1, audiocore.deleterecord())
            assert.is_true(audiocore.playdata(recorded(), format))
        end)
    end

    it("in WAV is read by Python as silence", function()
        audiocore.record(path, 1, 0, 1, audiocore.WAV)
        wait_for_message()
        local program = "import wave; w = wave.open('%s'); f = w.readframes(w.getnframes());"
            .. "print(w.getnchannels(), w.getsampwidth(), w.getframerate(), w.getnframes(), any(f), end='')"
        local pipe = io.popen(("python3 -c \"%s\""):format(program:format(path)))
        assert.equal("1 2 8000 8000 False", pipe:read "a")
        pipe:close()
    end)

    it("that is stopped is as long as it was", function()
        assert.equal(0, audiocore.stoprecord())
        assert.equal(1, audiocore.record(path, 50, 3, 1, audiocore.AMR))
        assert.equal(1, audiocore.stoprecord())
        assert.is_true(wait_for_message().record_end_ind)
        assert.equal("#!AMR\n", recorded():sub(1, 6))
        assert.is_true(#recorded() < 50 * 32)
    end)

    it("that cannot be written is an error, and one that is deleted is not told", function()
        audiocore.record("/missing/folder/record.amr", 1, 0, 1, audiocore.AMR)
        audiocore.stoprecord()
        local message = #messages > 0 and messages[1] or wait_for_message()
        assert.is_true(message.record_error_ind)
        audiocore.deleterecord()
        messages = {}
        audiocore.record(path, 1, 0, 1, audiocore.AMR)
        audiocore.stoprecord()
        audiocore.deleterecord()
        sys.wait(1)
        assert.same({}, messages)
    end)

    it("for which the flash has no room is an error", function()
        local pipe = io.popen("mktemp -d")
        local folder = pipe:read "l"
        pipe:close()
        local output = runner.run([[
            require "sys"
            rtos.on(rtos.MSG_RECORD, function(message) print(message.record_end_ind, message.record_error_ind) end)
            audiocore.record("/record.wav", 1, 0, 1, audiocore.WAV)
            sys.run()
        ]], "--modem flash=8 --data " .. folder)
        os.execute("rm -r " .. folder)
        assert.truthy(output:find "^nil%s+true\n", output)
    end)

    it("that makes no sense is refused", function()
        assert.equal(0, audiocore.record(path, 0))
        assert.equal(0, audiocore.record(path, 1, 9))
        assert.equal(0, audiocore.record(path, 1, 0, 1, 99))
        assert.equal(0, audiocore.streamrecord(1, 0, 1, 99))
    end)

    it("as a stream comes in pieces of the length that was asked for", function()
        assert.equal(1, audiocore.streamrecord(1, 1, 1, audiocore.AMR, 360))
        local data, pieces = "", 0
        while true do
            local message = wait_for_message()
            if message.id == rtos.MSG_RECORD then
                assert.is_true(message.record_end_ind)
                break
            end
            assert.equal(rtos.MSG_STREAM_RECORD, message.id)
            local piece = audiocore.streamrecordread(message.wait_read_len)
            assert.equal(message.wait_read_len, #piece)
            data, pieces = data .. piece, pieces + 1
        end
        assert.equal(6 + 50 * 18, #data)
        assert.is_true(pieces >= 1 and pieces <= 3)
        assert.equal("", audiocore.streamrecordread(100))
    end)
end)

describe("settings", function()
    it("are accepted within their bounds", function()
        for name, most in pairs { setvol = 7, setsphvol = 7, setspeakervol = 7, setmicvol = 15, setchannel = 2 } do
            assert.equal(1, audiocore[name](0), name)
            assert.equal(1, audiocore[name](most), name)
            assert.equal(0, audiocore[name](most + 1), name)
            assert.equal(0, audiocore[name](-1), name)
        end
        assert.equal(1, audiocore.setchannel(audiocore.LOUDSPEAKER, 3))
        assert.equal(0, audiocore.setchannel(audiocore.LOUDSPEAKER, 9))
        assert.equal(1, audiocore.setpa(audiocore.CLASS_D))
        assert.equal(audiocore.CLASS_D, audiocore.getpa())
        assert.equal(0, audiocore.setpa(7))
        assert.equal(audiocore.CLASS_D, audiocore.getpa())
        assert.equal(1, audiocore.pa(13, 2))
        assert.equal(7, audiocore.VOL7)
        assert.equal(15, audiocore.MIC_VOL15)
    end)

    it("of wrong types are errors that name them", function()
        local cases = {
            ["audiocore.setvol: volume: number expected, got nil"] = { "setvol" },
            ["audiocore.play: path: string expected, got table"] = { "play", {} },
            ["audiocore.streamplay: data: string expected, got nil"] = { "streamplay", 1 },
            ["audiocore.record: seconds: number expected, got nil"] = { "record", "/a.amr" },
        }
        for expected, call in pairs(cases) do
            local ok, problem = pcall(audiocore[call[1]], table.unpack(call, 2))
            assert.is_false(ok)
            assert.equal(expected, (problem:gsub("^[^:]*:%d+: ", "")))
        end
        assert.equal(1, audiocore.setvol "4")
    end)
end)

it("sounds are shown by --trace, and a sound is waited for", function()
    local output = runner.run([[
        require "sys"
        audiocore.setvol(3)
        audiocore.playdata(("\0"):rep(1600), audiocore.PCM)
        rtos.on(rtos.MSG_AUDIO, function(message) print("told", message.play_end_ind) end)
        sys.run()
    ]], "--trace")
    assert.truthy(output:find("audio: volume 3\n", 1, true), output)
    assert.truthy(output:find("audio: play 1600 bytes of PCM, 0.10 s\n", 1, true), output)
    assert.truthy(output:find("audio: ended\n", 1, true), output)
    assert.truthy(output:find("told\ttrue\n", 1, true) or output:find("told true\n", 1, true), output)
end)
