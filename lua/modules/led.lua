--- LuatOS `led`: light patterns. Every call waits, so use them in tasks.
local use = ...
local sys = use "modules.sys"

local led = {}

--- One blink.
-- @function pin what `pins.setup` returned
-- @number light ms on
-- @number dark ms off
function led.blinkPwm(pin, light, dark)
    if not (pin and light and dark) then
        return
    end
    pin(1)
    sys.wait(light)
    pin(0)
    sys.wait(dark)
end

--- `count` blinks of `light` and `dark` ms, then `gap` ms of darkness.
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
function led.breateLed(pin)
    if not pin then
        return
    end
    for step = 1, 15 do
        led.blinkPwm(pin, 5 + step // 3, 20 - step)
    end
    pin(1)
    sys.wait(700)
end

return led
