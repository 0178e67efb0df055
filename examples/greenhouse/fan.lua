-- A fan at P0_10 that runs above 28 degrees; a button at P0_12 switches it, too. The lamp at P0_11 blinks meanwhile.
module(..., package.seeall)

require "pins"

local WARM, COOL = 28, 26

local relay, lamp = pins.setup(pio.P0_10, 0), pins.setup(pio.P0_11, 0)
local timer, isLit

function isOn()
    return timer ~= nil
end

local function blink()
    isLit = not isLit
    lamp(isLit and 1 or 0)
end

function set(wanted)
    if wanted == isOn() then
        return
    end
    log.info("fan", wanted and "on" or "off")
    relay(wanted and 1 or 0)
    if wanted then
        timer = sys.timerLoopStart(blink, 300)
    elseif timer then
        sys.timerStop(timer)
        timer = nil
        lamp(0)
    end
    sys.publish("FAN")
end

pins.setup(pio.P0_12, function(edge)
    if edge == cpu.INT_GPIO_POSEDGE then
        set(not isOn())
    end
end)

sys.subscribe("CLIMATE", function(temperature)
    if temperature > WARM then
        set(true)
    elseif temperature < COOL then
        set(false)
    end
end)
