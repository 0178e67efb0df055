--- LM75B: temperature on I2C, with an output that switches at limits. Facts: the data sheet of NXP's LM75B.
local use = ...
local words = use "device.words"

local byte, char, floor, rep, sub = string.byte, string.char, math.floor, string.rep, string.sub

--- Its registers.
local TEMPERATURE, CONFIGURATION, HYSTERESIS, LIMIT = 0, 1, 2, 3

--- Bits of the configuration: shut down, and the output is high where it would be low.
local SHUT_DOWN, ACTIVE_HIGH = 1, 4

--- A temperature as its register has it: eighths of a degree in the highest 11 bits.
local function register_of(celsius)
    return words.nearest(floor(celsius * 8 + 0.5) * 32)
end

local function has(bits, bit)
    return floor(bits / bit) % 2 == 1
end

return {
    settings = { bus = 2, address = 0x48 },
    optional = { os = "number" },
    values = { { name = "temperature", value = 25, min = -55, max = 125, step = 0.125, unit = "°C" } },
    attach = function(part)
        local pointer, configuration, measured = 0, 0, 0
        local limits = { [HYSTERESIS] = 75 * 256, [LIMIT] = 80 * 256 }
        local is_over = false

        --- Switches the output, which compares the temperature with the limits.
        local function compare()
            local celsius = part.values.temperature
            local limit = words.signed(floor(limits[LIMIT] / 256), limits[LIMIT] % 256) / 256
            local hysteresis = words.signed(floor(limits[HYSTERESIS] / 256), limits[HYSTERESIS] % 256) / 256
            is_over = celsius >= limit or is_over and celsius >= hysteresis
            if part.settings.os then
                part:input(part.settings.os, is_over == has(configuration, ACTIVE_HIGH))
            end
        end

        local function write(bytes)
            pointer = byte(bytes) % 4
            local high, low = byte(bytes, 2, 3)
            if pointer == CONFIGURATION then
                configuration = high or configuration
            elseif limits[pointer] and low then
                -- Limits have 9 bits.
                limits[pointer] = high * 256 + floor(low / 128) * 128
            end
            if high then
                compare()
            end
        end

        local function read()
            if pointer == CONFIGURATION then
                return char(configuration)
            elseif pointer == TEMPERATURE then
                -- It measures ten times a second, unless it is shut down.
                measured = has(configuration, SHUT_DOWN) and measured or register_of(part.values.temperature)
                return words.bytes(measured)
            end
            return words.bytes(limits[pointer])
        end

        part.compare = compare
        part:i2c(function(written, count)
            if written ~= "" then
                write(written)
            end
            return sub(rep(read(), floor(count / 2) + 1), 1, count)
        end)
        compare()
    end,
    set = function(part)
        part.compare()
    end,
}
