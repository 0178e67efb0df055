--- LuatOS `wdt`: the pins to a watchdog beside the module.
local fails = require "fails"
local outside = require "outside"
require "luatos"
local wdt = require "wdt"

it("tells the chip every two minutes that the module lives", function()
    local output, status = outside.run([[
        require "wdt"
        sys.timerStart(wdt.setup, 10, pio.P0_30, pio.P0_31)
    ]], [[
        local function wait_for(level)
            local began = rtos.tick()
            assert(device.wait("pin", 600000, function(pin, now) return pin == pio.P0_31 and now == level end))
            return (rtos.tick() - began) * 5
        end
        wait_for(0)
        assert(device.state().pins[pio.P0_30].level == 1)
        local pulse = wait_for(1)
        local pause = wait_for(0)
        print(pulse > 1500 and pulse < 3000, pause > 110000 and pause < 130000)
    ]], "--instant --timeout 1000")
    assert.equal("true true\n", output)
    assert.equal(0, status)
end)

it("names wrong values", function()
    fails("wdt.setup: wd: 0 to 31 expected, got nil", wdt.setup, 30)
    fails("wdt.setup: rst: nil or 0 to 31 expected, got \"x\"", wdt.setup, "x", 31)
end)
