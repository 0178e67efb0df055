--- What the device plays in a file, what its microphone hears from one, and its headset.
local test = require "luatos.test"
local fails = require "fails"
local project = require "project"
local text_file = require "text_file"
local wav = require "wav"

--- A script that runs a task.
local function script(body)
    return 'require "sys"\nsys.taskInit(function()\n' .. body .. "\nend)\nsys.run()\n"
end

--- PCM of 8 kHz: so many milliseconds of a sample.
local function pcm(sample, milliseconds)
    return ("<i2"):pack(sample):rep(8 * milliseconds)
end

--- In scripts.
local PCM = 'local function pcm(sample, ms) return string.pack("<h", sample):rep(8 * ms) end\n'

--- What is in the file, as runs of equal samples: `sample x milliseconds`.
local function heard(path)
    local rate, samples = wav.read(text_file.read(path))
    assert.equal(48000, rate)
    local runs = {}
    for place = 1, #samples, 48 do
        local last = runs[#runs]
        if last and last[1] == samples[place] then
            last[2] = last[2] + 1
        else
            runs[#runs + 1] = { samples[place], 1 }
        end
    end
    local texts = {}
    for index, run in ipairs(runs) do
        texts[index] = ("%d x %d"):format(run[1], run[2])
    end
    return table.concat(texts, ", ")
end

--- Runs a script in simulated time with a file for what it plays.
-- @return what was printed, and what is in the file
local function speak(body, options, files)
    local output, content
    files = files or {}
    files["main.lua"] = script(PCM .. body)
    project.with(files, function(this)
        output = this.luatos("--instant --speaker @/out.wav " .. (options or "") .. " @/main.lua")
        content = heard(this.path "out.wav")
    end)
    return output, content
end

describe("--speaker", function()
    it("has sounds at their times, with silence between", function()
        local output, content = speak [[
            audiocore.setvol(7)
            sys.wait(100)
            audiocore.playdata(pcm(700, 20), audiocore.PCM)
            sys.wait(3000)
            audiocore.playdata(pcm(-700, 500), audiocore.PCM)
            sys.wait(10)
            audiocore.setvol(1)
            sys.wait(10)
            audiocore.setvol(0)
            sys.wait(10)
            audiocore.setvol(7)
            sys.wait(10)
            audiocore.stop()
            sys.wait(100)
        ]]
        assert.equal("", output)
        assert.equal("0 x 100, 700 x 20, 0 x 2980, -700 x 10, -100 x 10, 0 x 10, -700 x 10", content)
    end)

    it("has files of WAV, whatever their rate, and MP3", function()
        -- A frame of MPEG 2.5 at 8 kHz, 8 kbit/s: 72 ms.
        local mp3 = ("\xff\xe3\x18\xc4" .. ("\0"):rep(68)):rep(2)
        local samples = {}
        for index = 1, 320 do
            samples[index] = 900
        end
        local output, content = speak([[
            audiocore.setvol(7)
            audiocore.play("/lua/silent.mp3")
            sys.wait(150)
            audiocore.play("/lua/tone.wav")
            sys.wait(150)
        ]], "", { ["silent.mp3"] = mp3, ["tone.wav"] = wav.file(16000, samples) })
        assert.equal("", output)
        assert.equal("0 x 150, 900 x 20", content)
    end)

    it("has streams and what is repeated", function()
        local _, content = speak [[
            audiocore.setvol(7)
            local data = pcm(5, 300) .. pcm(6, 300)
            while data ~= "" do
                data = data:sub(audiocore.streamplay(audiocore.PCM, data) + 1)
                sys.wait(20)
            end
            sys.wait(1000 - rtos.tick() * 5)
            audiocore.stop()
            audiocore.playdata(pcm(7, 10) .. pcm(8, 10), audiocore.PCM, 1)
            sys.wait(30)
            audiocore.stop()
        ]]
        assert.equal("5 x 300, 6 x 300, 0 x 400, 7 x 10, 8 x 10, 7 x 10", content)
    end)

    it("has silence for what cannot be decoded, which is said once", function()
        local output, content = speak [[
            audiocore.setvol(7)
            for _ = 1, 2 do
                audiocore.playdata("#!AMR\n" .. ("\x3c" .. ("\0"):rep(31)):rep(5), audiocore.AMR)
                sys.wait(100)
                ttsply.play("12")
                sys.wait(440)
                audiocore.playdata(pcm(1, 20), audiocore.PCM)
                sys.wait(60)
            end
        ]]
        assert.equal("0 x 540, 1 x 20, 0 x 580, 1 x 20", content)
        local _, warnings = output:gsub("%[W%]%-%[speaker%] %S+/out%.wav: %S+ cannot be sounded", "")
        assert.equal(2, warnings, output)
        assert.truthy(output:find("AMR cannot", 1, true) and output:find("speech cannot", 1, true), output)
    end)

    it("goes on after a restart of the device", function()
        local output, content = speak([[
            audiocore.setvol(7)
            audiocore.playdata(pcm(rtos.poweron_reason() + 1, 10), audiocore.PCM)
            sys.wait(50)
            if rtos.poweron_reason() == 0 then
                sys.restart "test"
            end
        ]])
        assert.truthy(output:find "restart", output)
        assert.equal("1 x 10, 0 x 40, 4 x 10", content)
    end)

    it("is a whole file at each moment of a run that is killed", function()
        project.with({ ["main.lua"] = script(PCM .. [[
            audiocore.setvol(7)
            audiocore.playdata(pcm(3, 50), audiocore.PCM, 1)
            sys.wait(1500)
            os.execute("kill -9 $PPID")
            sys.wait(60000)
        ]]) }, function(this)
            this.luatos "--speed 20 --speaker @/out.wav @/main.lua"
            local content = heard(this.path "out.wav")
            local length = tonumber(content:match "3 x (%d+)$")
            assert.is_true(length ~= nil and length >= 900, content)
        end)
    end)

    it("that cannot be written is an error, and in luatos.toml it is beside that", function()
        project.with({ ["main.lua"] = "print(1)", ["luatos.toml"] = 'speaker = "out.wav"\n' }, function(this)
            assert.equal("1\n", (this.luatos()))
            assert.equal(44, #text_file.read(this.path "out.wav"))
            local output, status = this.luatos "--speaker @/none/out.wav @/main.lua"
            assert.truthy(output:find("--speaker: " .. this.path "none/out.wav: No such file", 1, true), output)
            assert.is_true(status ~= 0)
            os.execute("mkfifo " .. this.path "pipe")
            output = this.luatos "--speaker @/pipe @/main.lua"
            assert.equal("luatos: --speaker: " .. this.path "pipe" .. ": a file expected\n", output)
        end)
    end)
end)

it("luatos.toml of a project under test makes no file", function()
    local files = { ["main.lua"] = "require 'sys'\nsys.run()\n", ["luatos.toml"] = 'speaker = "out.wav"\n' }
    project.with(files, function(this)
        test.project(this.folder)
        assert.is_nil(test.device.state().audio.speaker)
        assert.is_nil(io.open(this.path "out.wav"))
    end)
end)

local function with_file(content, body)
    project.with({ ["in.wav"] = content }, function(this)
        body(this.path "in.wav", this.path "out")
    end)
end

describe("a microphone that hears a file", function()
    --- Half a second, each sample another.
    local samples = {}
    for index = 1, 4000 do
        samples[index] = index - 2000
    end

    --- What is recorded of it in a second.
    local WHOLE = wav.pcm(samples) .. ("\0"):rep(8000)

    --- A second without a sound.
    local SILENCE = ("\0"):rep(16000)

    local function record(path, format, kind)
        local ended
        rtos.on(rtos.MSG_RECORD, function(message) ended = message.record_end_ind end)
        audiocore.deleterecord()
        assert.equal(1, audiocore.record(path, 1, 0, kind or audiocore.RECORE_MIC, format))
        test.clock.advance(1000)
        assert.is_true(ended)
        return text_file.read(path)
    end

    it("has it recorded from its beginning, and then silence", function()
        with_file(wav.file(8000, samples), function(path, out)
            test.device.microphone(path)
            assert.equal(path, test.device.state().audio.microphone)
            assert.equal(WHOLE, record(out, audiocore.PCM))
            local rate, recorded = wav.read(record(out, audiocore.WAV))
            assert.equal(8000, rate)
            assert.equal(WHOLE, wav.pcm(recorded))
            assert.equal(SILENCE, record(out, audiocore.PCM, audiocore.RECORE_VOICE))
            test.device.microphone(nil)
            assert.is_nil(test.device.state().audio.microphone)
            assert.equal(SILENCE, record(out, audiocore.PCM))
        end)
    end)

    it("of another rate has it recorded at that of the recording", function()
        local doubled = {}
        for index, sample in ipairs(samples) do
            doubled[2 * index - 1], doubled[2 * index] = sample - 1, sample + 1
        end
        with_file(wav.file(16000, doubled), function(path, out)
            test.device.microphone(path)
            assert.equal(WHOLE, record(out, audiocore.PCM))
        end)
    end)

    it("has it in a stream, too", function()
        with_file(wav.file(8000, samples), function(path)
            test.device.microphone(path)
            local data = ""
            rtos.on(rtos.MSG_STREAM_RECORD, function(message)
                data = data .. audiocore.streamrecordread(message.wait_read_len)
            end)
            assert.equal(1, audiocore.streamrecord(1, 0, audiocore.RECORE_MIC, audiocore.PCM, 4000))
            local state = test.device.state().audio
            assert.same({ true, "PCM", 1 }, { state.recording, state.record.format, state.record.seconds })
            test.clock.advance(1000)
            assert.equal(WHOLE, data)
            assert.is_nil(test.device.state().audio.record)
        end)
    end)

    it("that is no sound is an error", function()
        with_file("no sound at all", function(path)
            fails("device.microphone: " .. path .. ": WAV or MP3 expected", test.device.microphone, path)
            local none = path .. ".none"
            fails("device.microphone: " .. none .. ": No such file or directory", test.device.microphone, none)
            fails("device.microphone: path: string expected, got 5", test.device.microphone, 5)
        end)
    end)

    it("comes by an option, and says once what is silent all the same", function()
        local body = [[
            for _ = 1, 2 do
                for format, name in ipairs { "pcm", "wav", "amr" } do
                    audiocore.record("/record." .. name, 1, 0, 1, format)
                    sys.wait(1100)
                    audiocore.deleterecord()
                end
            end
            print(io.readFile("/record.pcm"):sub(1, 4) == "\1\0\2\0")
        ]]
        project.with({ ["main.lua"] = 'require "utils"\n' .. script(body), ["in.wav"] = wav.file(8000, { 1, 2 }) },
            function(this)
                local output = this.luatos "--instant --microphone @/in.wav @/main.lua"
                local _, count = output:gsub("a recording in AMR is silent", "")
                assert.equal(1, count, output)
                assert.truthy(output:find("\ntrue\n", 1, true), output)
            end)
    end)
end)

describe("a headset", function()
    local messages

    before_each(function()
        messages = {}
        rtos.on(rtos.MSG_HEADSET, function(message) messages[#messages + 1] = { message.type, message.param } end)
    end)

    local function reported(...)
        test.clock.advance(1000)
        assert.same({ ... }, messages)
        messages = {}
    end

    it("is told of as it is plugged in and out, and its button", function()
        audiocore.headsetinit(0)
        test.device.headset(true)
        reported { 1, 2 }
        assert.equal(4, test.device.state().audio.headset)
        test.device.press("HEADSET", 5)
        reported({ 3, 0 }, { 4, 0 })
        test.device.headset(false)
        reported { 2, 0 }
        assert.is_nil(test.device.state().audio.headset)
        test.device.headset(true, 3)
        reported { 1, 1 }
    end)

    it("that is there already is told of at the beginning, unless the firmware sees to it", function()
        test.device.headset(true)
        audiocore.headsetinit(1)
        reported()
        audiocore.headsetinit(0)
        reported { 1, 2 }
    end)

    it("has no button where it is not", function()
        local expected = "device.press: HEADSET: no headset with a button is plugged in"
        fails(expected, test.device.press, "HEADSET")
        test.device.headset(true, 3)
        fails(expected, test.device.press, "HEADSET")
        fails("device.headset: poles: 3 or 4 expected, got 5", test.device.headset, true, 5)
        fails("device.headset: plugged in: true or false expected, got 1", test.device.headset, 1)
    end)
end)

describe("an observer", function()
    local changes

    before_each(function()
        changes = {}
    end)

    it("sees what sounds, and gets it as a file", function()
        test.device.on("audio", function(...) changes[#changes + 1] = { ... } end)
        test.clock.advance(2000)
        audiocore.setvol(5)
        audiocore.playdata(pcm(9, 60000), audiocore.PCM, 1)
        local audio = test.device.state().audio
        assert.same({ "sound", "PCM", true, 60, 5 },
            { audio.playing, audio.format, audio.loop, audio.seconds, audio.volume })
        assert.is_true(audio.since >= 2 and audio.since < 3)
        test.clock.advance(1)
        assert.same({ "stream", nil, { kind = "sound", format = "PCM", seconds = 60, volume = 5, loop = true } },
            changes[#changes])
        local file, kind = test.device.sound()
        assert.equal("audio/wav", kind)
        assert.equal(44 + 60000 * 16, #file)
        audiocore.stop()
        assert.is_nil(test.device.state().audio.playing)
        assert.is_nil(test.device.state().audio.loop)
        assert.equal(file, (test.device.sound()))
    end)

    it("hears that a stream has run dry, once", function()
        test.device.on("audio", function(what) changes[#changes + 1] = what end)
        audiocore.streamplay(audiocore.PCM, pcm(1, 20))
        audiocore.streamplay(audiocore.PCM, pcm(1, 20))
        test.clock.advance(1000)
        audiocore.streamplay(audiocore.PCM, pcm(1, 100))
        audiocore.stop()
        test.clock.advance(1000)
        assert.same({ "stream", "end", "stream", "stop" }, changes)
    end)

    it("gets a stream as far as it has come, and nothing of speech", function()
        local frame = "\xff\xe3\x18\xc4" .. ("\0"):rep(68)
        audiocore.streamplay(audiocore.MP3, frame)
        audiocore.streamplay(audiocore.MP3, frame)
        assert.equal("stream", test.device.state().audio.playing)
        assert.same({ frame .. frame, "audio/mpeg" }, { test.device.sound() })
        audiocore.stop()
        ttsply.play("text")
        assert.equal("text", test.device.state().audio.text)
        assert.same({}, { test.device.sound() })
    end)
end)
