--- AM2320: temperature and humidity on I2C. Facts: the data sheet of Aosong's AM2320.
local use = ...
local bit = use "native.bit"
local crc16 = use("native.crypto").crc16_modbus

local byte, char, sub, concat = string.byte, string.char, string.sub, table.concat
local floor = math.floor

--- Functions of its protocol: reads and writes registers.
local READ, WRITE = 0x03, 0x10

--- What it answers in place of a result, after the function with its highest bit set.
local UNKNOWN_FUNCTION, WRONG_ADDRESS, OUT_OF_RANGE, WRONG_CHECKSUM, WRITE_PROTECTED = 0x80, 0x81, 0x82, 0x83, 0x84

--- Number of its registers, and how many are read at most.
local REGISTERS, MOST = 0x20, 10

--- How long it stays awake, in ms.
local AWAKE = 3000

--- The registers of the user, which alone can be written.
local FIRST_USER, LAST_USER = 0x10, 0x13

local function with_checksum(bytes)
    local sum = crc16(bytes, #bytes)
    return bytes .. char(sum % 256, floor(sum / 256))
end

--- Tenths in 16 bits: the highest is the sign, the others are the amount.
local function tenths(value)
    local amount = floor(math.abs(value) * 10 + 0.5)
    return value < 0 and amount > 0 and amount + 0x8000 or amount
end

--- The registers from one on, as they are now.
local function read(part, user, first, count)
    local humidity, temperature = tenths(part.values.humidity), tenths(part.values.temperature)
    local measured = { [0] = floor(humidity / 256), humidity % 256, floor(temperature / 256), temperature % 256 }
    local bytes = {}
    for register = first, first + count - 1 do
        bytes[#bytes + 1] = char(measured[register] or user[register] or 0)
    end
    return concat(bytes)
end

--- The answer to a command: a function, its arguments, and a checksum where it writes.
local function answer(part, user, command)
    local action, first, count = byte(command, 1, 3)
    local function fail(code) return with_checksum(char(bit.bor(action, 0x80), code)) end
    if action == READ then
        if not count then
            return nil
        elseif count == 0 or count > MOST or first + count > REGISTERS then
            return fail(first >= REGISTERS and WRONG_ADDRESS or OUT_OF_RANGE)
        end
        return with_checksum(char(READ, count) .. read(part, user, first, count))
    elseif action ~= WRITE then
        return fail(UNKNOWN_FUNCTION)
    elseif not count or #command < count + 5 then
        return nil
    elseif with_checksum(sub(command, 1, count + 3)) ~= sub(command, 1, count + 5) then
        return fail(WRONG_CHECKSUM)
    elseif first < FIRST_USER or first + count - 1 > LAST_USER then
        return fail(WRITE_PROTECTED)
    end
    for index = 0, count - 1 do
        user[first + index] = byte(command, 4 + index)
    end
    return with_checksum(char(WRITE, first, count))
end

return {
    settings = { bus = 2, address = 0x5c },
    values = {
        { name = "temperature", value = 25, min = -40, max = 80, step = 0.1, unit = "°C" },
        { name = "humidity", value = 50, min = 0, max = 100, step = 0.1, unit = "%" },
    },
    attach = function(part)
        local user, awake_until, pending = {}, 0, ""
        part:i2c(function(written, count)
            if part:time() > awake_until then
                -- Asleep, it acknowledges nothing, and whatever addresses it wakes it.
                awake_until = part:time() + AWAKE
                return nil
            elseif written ~= "" then
                pending = answer(part, user, written) or ""
            end
            return sub(pending, 1, count)
        end)
    end,
}
