--- `pins`, `pio` and `pmd`: pins that only the script drives.
require "luatos"
require "sys"
local pins = require "pins"
local fails = require "fails"
local runner = require "runner"

local PIN = pio.P1_5

--- What `--trace` shows of a script's pins.
local function traced(script, topic)
    local lines = {}
    for line in runner.run(script, "--trace"):gmatch("[^\n]+") do
        lines[#lines + 1] = line:match("^trace +[%d.]+ " .. topic .. ": (.*)")
    end
    return lines
end

describe("a pin's function", function()
    it("of an output sets and returns the level", function()
        local pin = pins.setup(PIN, 0)
        assert.equal(0, pio.pin.getval(PIN))
        assert.equal(1, pin(1))
        assert.equal(1, pio.pin.getval(PIN))
        assert.equal(1, pin("1"))
        pins.setup(PIN, 1)
        assert.equal(1, pio.pin.getval(PIN))
    end)

    it("of an input reads", function()
        assert.equal(0, pins.setup(PIN)())
        assert.equal(1, pins.setup(PIN, nil, pio.PULLUP)())
        assert.equal(0, pins.setup(PIN, nil, pio.PULLDOWN)())
    end)

    it("called the other way changes the direction", function()
        local pin = pins.setup(PIN, nil, pio.PULLUP)
        assert.equal(0, pin(0))
        assert.equal(0, pio.pin.getval(PIN))
        -- The pull is back.
        assert.equal(1, pin())
        pin = pins.setup(PIN, 1)
        assert.equal(0, pin())
        assert.equal(1, pin(1))
    end)

    it("of an interrupt reads, and close ends all", function()
        local pin = pins.setup(PIN, function() end, pio.PULLUP)
        assert.equal(1, pin())
        pins.close(PIN)
        assert.equal(0, pio.pin.getval(PIN))
    end)
end)

describe("pio", function()
    it("numbers its ports on", function()
        assert.same({ 0, 31, 32, 64 }, { pio.P0_0, pio.P0_31, pio.P1_0, pio.P2_0 })
        assert.not_equal(cpu.INT_GPIO_POSEDGE, cpu.INT_GPIO_NEGEDGE)
    end)

    it("sets and reads several at once", function()
        pio.pin.setdir(pio.OUTPUT, 10, 11)
        pio.pin.sethigh(10, 11)
        assert.same({ 1, 1, 0 }, { pio.pin.getval(10, 11, 12) })
        pio.pin.setlow(10)
        pio.pin.setval(0, 11)
        assert.same({ 0, 0 }, { pio.pin.getval(10, 11) })
        pio.pin.setdir(pio.OUTPUT1, 10)
        assert.equal("integer", math.type(pio.pin.getval(10)))
        assert.equal(1, pio.pin.getval(10.0))
        pio.pin.close(10, 11)
    end)

    it("names wrong values", function()
        fails("pio.pin.setval: level: number expected, got nil", pio.pin.setval)
        fails('pio.pin.setval: pin: number expected, got "x"', pio.pin.setval, 1, "x")
        fails("pio.pin.getval: pin: number expected, got table", pio.pin.getval, {})
        fails("pins.setup: pin number expected, got nil", pins.setup)
        fails("pins.close: pin number expected, got nil", pins.close)
        fails("pmd.ldoset: level: number expected, got nil", pmd.ldoset)
    end)
end)

it("--trace shows each change once", function()
    assert.same({ "7 = 0 (output)", "7 = 1", "7 reads 0 (input)" }, traced([[
        require "sys" require "pins"
        local pin = pins.setup(7, 0)
        pin(0) pin(1) pin(1)
        pin = pins.setup(7, 1)
        pin()
    ]], "pin"))
    assert.same({ "LDO_VLCD = level 7", "LDO_VMMC = level 7", "LDO_VLCD = level 0" }, traced([[
        pmd.ldoset(7, pmd.LDO_VLCD, pmd.LDO_VMMC) pmd.ldoset(7, pmd.LDO_VLCD, nil) pmd.ldoset(0, pmd.LDO_VLCD)
    ]], "power"))
end)

it("pmd tells of a battery", function()
    local present, millivolts, level, charger, state = pmd.param_get()
    assert.same({ "boolean", "integer", "integer", "boolean", "integer" },
        { type(present), math.type(millivolts), math.type(level), type(charger), math.type(state) })
    assert.equal(1, pmd.init {})
    assert.equal(millivolts, require("misc").getVbatt())
    assert.equal(charger, require("misc").getVbus())
end)
