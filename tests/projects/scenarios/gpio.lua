--- Levels at the inputs of the demo, which blinks its output.
local levels = {}
local stop = device.on("pin", function(pin, level)
    if pin == pio.P0_18 then
        levels[#levels + 1] = level
    end
end)

sys.wait(1500)
device.input(pio.P0_19, 1)
device.input(pio.P0_13, 1)
sys.wait(2000)
stop()
assert(#levels >= 2 and levels[1] ~= levels[2], "the output does not blink")
sys.wait(3600000)
