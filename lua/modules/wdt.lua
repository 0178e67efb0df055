--- LuatOS `wdt`: the watchdog of a chip beside the module, as older boards have it. From 2.4.0 on LuatOS-Air's own has
-- nothing in it: the soft dog of `rtos` does this work.
local use = ...
local sys = use "modules.sys"
local pins = use "modules.pins"
local check = use "runtime.check"

local wdt = {}

--- How long the chip is told that the module lives, and from one time to the next, in ms.
local PULSE, PERIOD = 2000, 120000

--- Largest number of a pin.
local LAST_PIN = 31

--- Tells the chip every two minutes that the module lives. What the chip answers does not matter here: there is none
-- that could be reset.
-- @number[opt] rst pin that resets the chip
-- @number wd pin to the chip
function wdt.setup(rst, wd)
    rst = check.optional_integer("wdt.setup: rst", rst, 0, LAST_PIN)
    wd = check.integer("wdt.setup: wd", wd, 0, LAST_PIN)
    if rst then
        pins.setup(rst, 1)
    end
    local feed = pins.setup(wd, 1)
    sys.taskInit(function()
        while true do
            feed(0)
            sys.wait(PULSE)
            feed(1)
            sys.wait(PERIOD)
        end
    end)
end

return wdt
