--- AHT10 and AHT20: temperature and humidity on I2C. Facts: the data sheets of Aosong's AHT10 and AHT20.
local use = ...
local crc8 = use("device.checksums").crc8

local byte, char, sub, floor = string.byte, string.char, string.sub, math.floor

--- Commands: initialise (AHT10, AHT20), measure, reset; others that change nothing here: the status, the normal mode
-- (AHT10), and the registers of the initialisation (AHT20).
local OTHERS = {
    [0xe1] = true, [0xbe] = true, [0x71] = true, [0xa8] = true, [0x1b] = true, [0x1c] = true, [0x1e] = true,
}
local MEASURE, RESET = 0xac, 0xba

--- Bits of the status: it measures, and it is calibrated. The mode of measurement is between.
local BUSY, CALIBRATED, MODE = 0x80, 0x08, 0x10

--- How long a measurement takes, in ms.
local DURATION = 75

--- A number of 20 bits, of a share from 0 to 1.
local function twenty_bits(share)
    local whole = floor(share * 0x100000 + 0.5)
    return whole < 0 and 0 or whole > 0xfffff and 0xfffff or whole
end

--- Humidity and temperature, 20 bits each, in five bytes.
local function measure(part)
    local humidity = twenty_bits(part.values.humidity / 100)
    local temperature = twenty_bits((part.values.temperature + 50) / 200)
    return char(floor(humidity / 0x1000), floor(humidity / 0x10) % 0x100,
        humidity % 0x10 * 0x10 + floor(temperature / 0x10000), floor(temperature / 0x100) % 0x100, temperature % 0x100)
end

return {
    settings = { bus = 2, address = 0x38 },
    values = {
        { name = "temperature", value = 25, min = -40, max = 85, step = 0.1, unit = "°C" },
        { name = "humidity", value = 50, min = 0, max = 100, step = 0.1, unit = "%" },
    },
    attach = function(part)
        local result, ready, is_busy = ("\0"):rep(5), 0, false
        local function finish()
            if is_busy and part:time() >= ready then
                result, is_busy = measure(part), false
            end
        end
        part:i2c(function(written, count)
            finish()
            local command = byte(written)
            if command == MEASURE and not is_busy then
                is_busy, ready = true, part:time() + DURATION
            elseif command == RESET then
                result, is_busy = ("\0"):rep(5), false
            elseif command and command ~= MEASURE and not OTHERS[command] and count == 0 then
                return nil
            end
            local bytes = char(MODE + CALIBRATED + (is_busy and BUSY or 0)) .. result
            return sub(bytes .. char(crc8(bytes)), 1, count)
        end)
    end,
}
