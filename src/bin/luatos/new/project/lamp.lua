--- A lamp on a pin.
-- 接在引脚上的灯。
module(..., package.seeall)

require "log"
require "pins"
require "sys"

--- The pin of the lamp.
-- 灯所在的引脚。
PIN = pio.P0_5

local set = pins.setup(PIN, 0)

--- Switches the lamp on and off, for ever; a task calls it.
-- 让灯一直闪烁；在任务中调用。
-- @number ms how long it is on, and how long it is off: 亮、灭的时间，毫秒
function blink(ms)
    local count = 0
    while true do
        set(1)
        sys.wait(ms)
        set(0)
        count = count + 1
        log.info("lamp", "blinked", count)
        sys.wait(ms)
    end
end
