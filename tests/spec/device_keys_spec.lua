--- Keys that somebody presses: `device.press`.
local device = require("luatos").device
local sys = require "sys"
local eventually = require("peer").eventually
local fails = require "fails"
local runner = require "runner"

describe("device.press", function()
    local messages

    before_each(function()
        messages = {}
        rtos.init_module(rtos.MOD_KEYPAD, 0, 0x0f, 0x0f)
        rtos.on(rtos.MSG_KEYPAD, function(message)
            messages[#messages + 1] = { message.key_matrix_row, message.key_matrix_col, message.pressed }
        end)
    end)

    after_each(function() rtos.on(rtos.MSG_KEYPAD, nil) end)

    it("presses a key of the matrix and releases it, without waiting", function()
        device.press(1, 2, 5)
        assert.same({}, messages)
        eventually(function() return #messages == 2 end, "both messages")
        assert.same({ { 1, 2, true }, { 1, 2, false } }, messages)
    end)

    it("knows the power key, and a short press", function()
        device.press "POWERKEY"
        eventually(function() return #messages == 2 end, "both messages")
        assert.same({ { 255, 255, true }, { 255, 255, false } }, messages)
    end)

    it("presses several keys at once, and one that is pressed longer", function()
        device.press(1, 2, 60000)
        device.press(1, 3, 5)
        eventually(function() return #messages == 3 end, "the other key")
        device.press(1, 2, 5)
        eventually(function() return #messages == 4 end, "its release")
        assert.same({ { 1, 2, true }, { 1, 3, true }, { 1, 3, false }, { 1, 2, false } }, messages)
    end)

    it("works in a task", function()
        sys.taskInit(function() device.press("POWERKEY", 5) end)
        eventually(function() return #messages == 2 end, "both messages")
    end)

    it("names wrong values", function()
        fails('device.press: key: "POWERKEY", "HEADSET", or row and column of the matrix expected, got "POWER"',
            device.press, "POWER")
        fails("device.press: row: 0 to 255 expected, got nil", device.press)
        fails("device.press: column: 0 to 255 expected, got nil", device.press, 1)
        fails("device.press: time: nil or 1 to 2147483647 ms expected, got 0", device.press, 1, 2, 0)
        fails('device.press: time: nil or 1 to 2147483647 ms expected, got "x"', device.press, "POWERKEY", "x")
    end)
end)

it("the script hears of a key once it has initialised the module", function()
    -- In a process of its own: other specs initialise it too.
    local output = runner.run [[
        local device = require("luatos").device
        local sys = require "sys"
        rtos.on(rtos.MSG_KEYPAD, function(message) print(message.key_matrix_row, message.pressed) end)
        device.press(1, 2, 1)
        sys.timerStart(function()
            rtos.init_module(rtos.MOD_KEYPAD, 0, 0x0f, 0x0f)
            device.press(3, 4, 1)
        end, 50)
        sys.run()
    ]]
    assert.equal("3 true\n3 false\n", output)
end)

it("a run does not end while a key is pressed", function()
    local output = runner.run [[
        local device = require("luatos").device
        local sys = require "sys"
        rtos.init_module(rtos.MOD_KEYPAD, 0, 0, 0)
        rtos.on(rtos.MSG_KEYPAD, function(message) print(message.pressed) end)
        device.press("POWERKEY", 50)
        sys.run()
    ]]
    assert.equal("true\nfalse\n", output)
end)
