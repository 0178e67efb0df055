--- `ttsply`: a voice whose words `--trace` shows.
require "luatos"
local sys = require "sys"
local ttsply = require "ttsply"
local audiocore = require "audiocore"
local peer = require "peer"
local runner = require "runner"

--- 你好 in GB2312.
local HELLO = "\xc4\xe3\xba\xc3"

local messages = {}

local function wait_for_message()
    peer.eventually(function() return #messages > 0 end, "a message")
    return table.remove(messages, 1)
end

before_each(function()
    messages = {}
    for _, id in ipairs { rtos.MSG_TTSPLY_STATUS, rtos.MSG_TTSPLY_ERROR, rtos.MSG_AUDIO } do
        rtos.on(id, function(message) messages[#messages + 1] = message end)
    end
    assert.is_true(ttsply.setParm(0, 100))
end)

after_each(function()
    ttsply.stop()
    audiocore.stop()
    sys.wait(1)
    for _, id in ipairs { rtos.MSG_TTSPLY_STATUS, rtos.MSG_TTSPLY_ERROR, rtos.MSG_AUDIO } do
        rtos.on(id, function() end)
    end
end)

it("speaks a text and says when it is done", function()
    assert.is_true(ttsply.initEngine())
    assert.is_true(ttsply.play(HELLO))
    local message = wait_for_message()
    assert.equal(rtos.MSG_TTSPLY_STATUS, message.id)
    assert.equal("integer", math.type(message.ttsply_status_ind))
    assert.is_false(ttsply.stop())
end)

it("is stopped, and says so", function()
    assert.is_true(ttsply.play(HELLO:rep(100)))
    assert.is_true(ttsply.stop())
    assert.is_false(ttsply.stop())
    assert.equal(rtos.MSG_TTSPLY_STATUS, wait_for_message().id)
end)

it("does not speak while something sounds, nor is it stopped as a sound", function()
    assert.is_true(ttsply.play(HELLO:rep(100)))
    assert.is_false(ttsply.play(HELLO))
    assert.is_false(audiocore.playdata(("\0"):rep(16), audiocore.PCM))
    audiocore.stop()
    assert.is_true(ttsply.stop())
    wait_for_message()
    assert.is_true(audiocore.playdata(("\0"):rep(16000), audiocore.PCM))
    assert.is_false(ttsply.play(HELLO))
    assert.is_false(ttsply.stop())
end)

it("a sound that begins at once after it is not taken for ended", function()
    ttsply.play(HELLO:rep(100))
    ttsply.stop()
    audiocore.playdata(("\0"):rep(16), audiocore.PCM)
    assert.equal(rtos.MSG_AUDIO, wait_for_message().id)
    assert.same({}, messages)
end)

it("has parameters with bounds", function()
    assert.is_true(ttsply.setParm(1, 0))
    assert.is_true(ttsply.setParm("2", 50))
    assert.is_true(ttsply.setParm(3, 65001))
    assert.is_false(ttsply.setParm(0, 101))
    assert.is_false(ttsply.setParm(4, 1))
    assert.is_false(ttsply.play "")
    assert.error_matches(function() ttsply.setParm(0) end, "ttsply.setParm: value: number expected, got nil")
    assert.error_matches(function() ttsply.play() end, "ttsply.play: text: string expected, got nil")
end)

it("is shown by --trace in readable characters", function()
    local output = runner.run([[
        ttsply.setParm(0, 100)
        ttsply.play "\xc4\xe3\xba\xc3"
    ]], "--trace")
    assert.truthy(output:find('audio: say "你好", ', 1, true), output)
end)
