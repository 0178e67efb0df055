--- LuatOS `led`: light patterns. Every call waits, so use them in tasks.
local use = ...
local sys = use "modules.sys"

local led = {}

--- Milliseconds of a pulse of a breath, dark and light together.
local PULSE = 18

local function check(where, pin)
    if not pin then
        error(where .. ": function of a pin expected, got " .. tostring(pin), 3)
    end
end

--- One blink.
-- @param pin fun(level?: integer): integer: what `pins.setup` returned
-- @number light ms on
-- @number dark ms off
function led.blinkPwm(pin, light, dark)
    check("led.blinkPwm", pin)
    pin(1)
    sys.wait(light)
    pin(0)
    sys.wait(dark)
end

--- Blinks several times. Does nothing if an argument is missing.
-- @param pin fun(level?: integer): integer: what `pins.setup` returned
-- @number light ms on
-- @number dark ms off
-- @number count blinks
-- @number gap ms of darkness after them
function led.levelLed(pin, light, dark, count, gap)
    if not (pin and light and dark and count and gap) then
        return
    end
    for _ = 1, count do
        led.blinkPwm(pin, light, dark)
    end
    sys.wait(gap)
end

--- One breath: grows brighter for about 300 ms, then shines for 700 ms.
-- @param pin fun(level?: integer): integer: what `pins.setup` returned
function led.breateLed(pin)
    check("led.breateLed", pin)
    for light = 1, PULSE - 1 do
        pin(0)
        sys.wait(PULSE - light)
        pin(1)
        sys.wait(light)
    end
    pin(1)
    sys.wait(700)
end

return led
