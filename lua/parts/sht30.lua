--- SHT30: temperature and humidity on I2C. Facts: the data sheet of Sensirion's SHT3x-DIS.
local use = ...
local words = use "device.words"
local crc8 = use("device.checksums").crc8

local byte, char, sub, floor = string.byte, string.char, string.sub, math.floor

--- Commands that measure once: how long that takes in ms, by repeatability. Those that stretch the clock have their
-- result at once; for the others, a read before is not acknowledged.
local STRETCHED = { [0x2c06] = true, [0x2c0d] = true, [0x2c10] = true }
local ONCE = { [0x2400] = 12.5, [0x240b] = 4.5, [0x2416] = 2.5 }

--- Commands that measure periodically: ms from one measurement to the next. One with 4 Hz is ART.
local PERIODS = {
    [0x2032] = 2000, [0x2024] = 2000, [0x202f] = 2000, [0x2130] = 1000, [0x2126] = 1000, [0x212d] = 1000,
    [0x2236] = 500, [0x2220] = 500, [0x222b] = 500, [0x2334] = 250, [0x2322] = 250, [0x2329] = 250,
    [0x2737] = 100, [0x2721] = 100, [0x272a] = 100,
}
local ART, ART_PERIOD = 0x2b32, 250

local FETCH, BREAK, RESET, STATUS, CLEAR = 0xe000, 0x3093, 0x30a2, 0xf32d, 0x3041
local HEATER = { [0x306d] = true, [0x3066] = false }

--- Bits of the status: an alert, the heater, a reset.
local ALERT, HEATS, WAS_RESET = 0x8000, 0x2000, 0x0010

local function with_checksum(word)
    local bytes = words.bytes(word)
    return bytes .. char(crc8(bytes))
end

--- The result of a measurement.
local function measure(part)
    local temperature = words.nearest((part.values.temperature + 45) / 175 * 65535)
    local humidity = words.nearest(part.values.humidity / 100 * 65535)
    return with_checksum(temperature) .. with_checksum(humidity)
end

return {
    settings = { bus = 2, address = 0x44 },
    values = {
        { name = "temperature", value = 25, min = -40, max = 125, step = 0.1, unit = "°C" },
        { name = "humidity", value = 50, min = 0, max = 100, step = 0.1, unit = "%" },
    },
    attach = function(part)
        --- The bytes that are read next and from when on, and the time between measurements.
        local result, ready, period
        local next_due = 0
        local is_hot, was_reset = false, true

        local function status()
            local bits = (is_hot and HEATS or 0) + (was_reset and WAS_RESET + ALERT or 0)
            return with_checksum(bits)
        end

        local function begin_period(ms)
            period, next_due, result = ms, part:time() + ms, nil
        end

        --- What a read brings while it measures periodically: a result once.
        local function fetch()
            if period and part:time() >= next_due then
                -- However late it is read, the next one comes at its time.
                next_due = next_due + (floor((part:time() - next_due) / period) + 1) * period
                return measure(part)
            end
        end

        local function command(code)
            if code == BREAK then
                period, result = nil, nil
            elseif code == RESET then
                period, result, is_hot, was_reset = nil, nil, false, true
            elseif code == STATUS then
                result, ready = status(), 0
            elseif code == CLEAR then
                was_reset = false
            elseif HEATER[code] ~= nil then
                is_hot = HEATER[code]
            elseif code == FETCH then
                result, ready = fetch(), 0
            elseif code == ART then
                begin_period(ART_PERIOD)
            elseif PERIODS[code] then
                begin_period(PERIODS[code])
            elseif STRETCHED[code] or ONCE[code] then
                result, ready = measure(part), part:time() + (ONCE[code] or 0)
            else
                return nil
            end
            return ""
        end

        part:i2c(function(written, count)
            local high, low = byte(written, 1, 2)
            if low and not command(high * 256 + low) then
                return nil
            elseif count == 0 then
                return ""
            elseif not result or part:time() < ready then
                return nil
            end
            local bytes = sub(result, 1, floor(count))
            result = nil
            return bytes
        end)
    end,
}
