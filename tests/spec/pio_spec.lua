--- `pio` and `cpu`: numbers, wrong values, and what the outside does to pins.
require "luatos"
local sys = require "sys"
local pins = require "pins"
local board = require "board"
local eventually = require("peer").eventually
local fails = require "fails"
local runner = require "runner"

local PIN = pio.P1_9

after_each(function()
    pins.close(PIN)
    board.input(PIN, false)
end)

--- The messages of interrupts that `body` leads to, as { pin, edge }.
local function interrupts(body, count)
    local seen = {}
    rtos.on(rtos.MSG_INT, function(message) seen[#seen + 1] = { message.int_resnum, message.int_id } end)
    body()
    eventually(function() return #seen >= count end, count .. " interrupts")
    return seen
end

it("the numbers are those of the device", function()
    for name, number in pairs {
        OUTPUT = 0, INPUT = 1, OUTPUT1 = 2, INT = 6, PULLUP = 7, PULLDOWN = 8, NOPULL = 9, P0_0 = 0, P0_31 = 31,
        P1_0 = 32, P2_31 = 95,
    } do
        assert.equal(number, pio[name], name)
    end
    assert.same({ 1, 2 }, { cpu.INT_GPIO_POSEDGE, cpu.INT_GPIO_NEGEDGE })
    for _, name in ipairs { "P0_32", "P3_0", "PULLDOWM", "P0_x" } do
        assert.is_nil(pio[name], name)
    end
    assert.is_nil(pio[5])
end)

describe("an input", function()
    it("reads what the outside drives, else its pull", function()
        pio.pin.setdir(pio.INPUT, PIN)
        assert.equal(0, pio.pin.getval(PIN))
        board.input(PIN, true)
        assert.equal(1, pio.pin.getval(PIN))
        pio.pin.setpull(pio.PULLDOWN, PIN)
        assert.equal(1, pio.pin.getval(PIN))
    end)
end)

describe("an interrupt", function()
    it("sends a message at each edge, and none without one", function()
        pio.pin.setdir(pio.INT, PIN)
        assert.same({ { PIN, 1 }, { PIN, 2 } }, interrupts(function()
            board.input(PIN, true)
            board.input(PIN, true)
            board.input(PIN, false)
        end, 2))
    end)

    it("reaches the callback of pins.setup", function()
        -- `interrupts` has taken the messages away from pins.
        local output = runner.run [[
            require "sys"
            local pins = require "pins"
            local board = debug.getregistry()["luatos.use"] "native.device"
            local getval
            getval = pins.setup(pio.P0_13, function(edge)
                print(edge == cpu.INT_GPIO_POSEDGE, getval())
            end)
            board.input(pio.P0_13, true)
            board.input(pio.P0_12, true)
            sys.run()
        ]]
        assert.equal("true 1\n", output)
    end)

    it("in CONT mode counts pulses for getval, and sends no message", function()
        pio.pin.setdir(pio.INT, PIN, pio.CONT)
        for _ = 1, 3 do
            board.input(PIN, true)
            board.input(PIN, false)
        end
        board.input(PIN, true)
        local reading = pio.pin.getval(PIN)
        assert.same({ 3, 4, "integer" }, { reading.low, reading.high, math.type(reading.duration) })
        reading = pio.pin.getval(PIN)
        assert.same({ 0, 0 }, { reading.low, reading.high })
    end)

    it("in FIFO mode lists edges for getval", function()
        pio.pin.setdir(pio.INT, PIN, pio.FIFO)
        board.input(PIN, true)
        board.input(PIN, false)
        local list = pio.pin.getval(PIN)
        assert.same({ 2, 1, 2 }, { #list, list[1].edge, list[2].edge })
        assert.is_true(list[1].delta >= 0 and list[2].delta >= 0)
        assert.same({}, pio.pin.getval(PIN))
        pio.pin.close(PIN)
        assert.equal(0, pio.pin.getval(PIN))
    end)
end)

describe("wrong values", function()
    it("raise", function()
        fails("pio.pin.setdir: direction: pio.OUTPUT, OUTPUT1, INPUT or INT expected, got 5", pio.pin.setdir, 5, PIN)
        fails("pio.pin.setval: level: 0 or 1 expected, got 2", pio.pin.setval, 2, PIN)
        fails("pio.pin.setpull: pull: pio.PULLUP, PULLDOWN or NOPULL expected, got 0", pio.pin.setpull, 0, PIN)
        for name, arguments in pairs {
            setdir = { pio.INPUT, 96 }, setval = { 1, 96 }, setpull = { pio.PULLUP, 96 }, getval = { 96 },
            close = { 96 }, sethigh = { 96 }, setlow = { 96 }, pwm = { 96, 1, 1, 1 }, plus = { 96 },
        } do
            fails("pio.pin." .. name .. ": pin: pio.P0_0 (0) to pio.P2_31 (95) expected, got 96",
                pio.pin[name], table.unpack(arguments))
        end
        fails("pio.pin.getval: pin: pio.P0_0 (0) to pio.P2_31 (95) expected, got -1", pio.pin.getval, -1)
    end)

    it("leave the other pins of the call alone", function()
        pio.pin.setdir(pio.OUTPUT, PIN)
        assert.is_false(pcall(pio.pin.sethigh, PIN, 96))
        assert.equal(0, pio.pin.getval(PIN))
    end)
end)

it("waves and changes show in --trace", function()
    local output = runner.run([[
        local board = debug.getregistry()["luatos.use"] "native.device"
        pio.pin.pwm(pio.P0_11, 500, 250, -1)
        pio.pin.plus(pio.P0_12, 10, 20, 3, 0)
        pio.pin.setdebounce(0xffffffff)
        pio.pin.setdir(pio.INT, 13)
        board.input(13, true)
    ]], "--trace")
    local lines = {}
    for line in output:gmatch "pin: ([^\n]+)" do
        lines[#lines + 1] = line
    end
    assert.same({
        "11: 500 us high, 250 us low, without end", "12: 10 us high, 20 us low, 3 times", "13 reads 0 (interrupt)",
        "13 reads 1 (interrupt)",
    }, lines)
end)

it("a key of the matrix sends a message", function()
    local seen = {}
    rtos.on(rtos.MSG_KEYPAD, function(message)
        seen[#seen + 1] = { message.key_matrix_row, message.key_matrix_col, message.pressed }
    end)
    assert.equal(0, rtos.keypad_state())
    rtos.init_module(rtos.MOD_KEYPAD, 0, 0x0f, 0x0f)
    board.key(3, 4, true)
    assert.equal(1, rtos.keypad_state())
    board.key(3, 4, false)
    eventually(function() return #seen == 2 end, "two messages")
    assert.same({ { 3, 4, true }, { 3, 4, false } }, seen)
    rtos.on(rtos.MSG_KEYPAD, nil)
    sys.wait(1)
end)
