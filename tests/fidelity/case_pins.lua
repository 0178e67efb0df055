local harness = require "harness"
local section, show, try = harness.section, harness.show, harness.try
require "pins"
require "led"

--- Shows what a pin is driven to.
local function shown(body)
    local levels, natives = {}, pio.pin
    local raw = natives.setval
    rawset(natives, "setval", function(level, pin)
        levels[#levels + 1] = level
        return raw(level, pin)
    end)
    body()
    rawset(natives, "setval", raw)
    return table.concat(levels)
end

section("pins output", function()
    local pin = pins.setup(pio.P0_5, 1)
    show("level", pio.pin.getval(pio.P0_5))
    show("set", pin(0), pio.pin.getval(pio.P0_5))
    show("as input", pin())
    show("text", pin("1"))
    local named = pins.setup("6", 0)
    show("number as text", named(1))
    show("close", pins.close(pio.P0_5))
end)

section("pins input", function()
    local pin = pins.setup(pio.P0_7)
    show("level", pin())
    show("as output", pin(1), pio.pin.getval(pio.P0_7))
    local pulled = pins.setup(pio.P0_8, nil, pio.PULLUP)
    show("pulled", pulled())
    local interrupt = pins.setup(pio.P0_9, function() end)
    show("interrupt", interrupt())
end)

section("led", function()
    local pin = pins.setup(pio.P0_5, 0)
    show("blink", shown(function() led.blinkPwm(pin, 5, 5) end))
    show("level", shown(function() led.levelLed(pin, 5, 5, 3, 5) end))
    show("level without", shown(function() led.levelLed(pin, 5) end))
    show("breath", shown(function() led.breateLed(pin) end))
    try("blink without a pin", led.blinkPwm, nil, 5, 5)
    try("breath without a pin", led.breateLed)
end)

harness.run()
