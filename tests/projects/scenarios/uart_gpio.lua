--- The two pins of a serial port become outputs, and a serial port again.
device.uart(2)

local function eventually(what, condition)
    for _ = 1, 200 do
        if condition(device.state().pins) then
            return
        end
        sys.wait(50)
    end
    error("missing: " .. what)
end

local function level(pins, pin)
    return pins[pin] and pins[pin].use == "output" and pins[pin].level
end

eventually("two outputs", function(pins) return level(pins, pio.P0_20) == 1 and level(pins, pio.P0_21) == 0 end)
eventually("a port", function(pins) return not level(pins, pio.P0_20) and not level(pins, pio.P0_21) end)
