--- BH1750: ambient light on I2C. Facts: the data sheet of ROHM's BH1750FVI.
local use = ...
local words = use "device.words"

local byte, sub, floor = string.byte, string.sub, math.floor

local POWER_DOWN, POWER_ON, RESET = 0x00, 0x01, 0x07

--- Commands that measure: how long that takes in ms, how many counts are one of mode 1, and whether it is done once.
local MODES = {
    [0x10] = { ms = 120, scale = 1 }, [0x11] = { ms = 120, scale = 2 }, [0x13] = { ms = 16, scale = 1 },
    [0x20] = { ms = 120, scale = 1, is_once = true }, [0x21] = { ms = 120, scale = 2, is_once = true },
    [0x23] = { ms = 16, scale = 1, is_once = true },
}

--- Counts of a lux, and the measurement time at which that is so.
local COUNTS, USUAL_TIME = 1.2, 69

return {
    settings = { bus = 2, address = 0x23 },
    values = { { name = "light", value = 300, min = 0, max = 100000, step = 1, unit = "lx" } },
    attach = function(part)
        local is_on, mode, due = false, nil, 0
        local counts, time = 0, USUAL_TIME

        local function finish()
            if mode and part:time() >= due then
                counts = words.nearest(part.values.light * COUNTS * mode.scale * time / USUAL_TIME)
                if mode.is_once then
                    is_on, mode = false, nil
                end
            end
        end

        local function command(code)
            if code == POWER_DOWN then
                is_on, mode = false, nil
            elseif code == POWER_ON then
                is_on = true
            elseif code == RESET then
                counts = is_on and 0 or counts
            elseif MODES[code] then
                is_on, mode = true, MODES[code]
                due = part:time() + mode.ms * time / USUAL_TIME
            elseif floor(code / 0x08) == 0x08 then
                -- The highest three bits of the measurement time.
                time = code % 0x08 * 0x20 + time % 0x20
            elseif floor(code / 0x20) == 0x03 then
                time = floor(time / 0x20) * 0x20 + code % 0x20
            end
        end

        part:i2c(function(written, count)
            finish()
            for index = 1, #written do
                command(byte(written, index))
            end
            return sub(words.bytes(counts), 1, count)
        end)
    end,
}
