--- MPU-6050: acceleration and rotation on I2C. Facts: the register map of InvenSense's MPU-6000 and MPU-6050.
local use = ...
local words = use "device.words"

local byte, floor = string.byte, math.floor

--- Its registers, and how many there are.
local GYRO_CONFIG, ACCEL_CONFIG, POWER, IDENTITY, COUNT = 0x1b, 0x1c, 0x6b, 0x75, 0x76
local FIRST_RESULT, LAST_RESULT = 0x3b, 0x48

--- Bits of the register for power: reset, and sleep.
local RESET, SLEEP = 0x80, 0x40

--- Counts of 1 g and of a degree a second in the finest range; each range halves them.
local ACCELERATION, ROTATION = 16384, 131

--- Counts of a degree, and the temperature of count 0.
local TEMPERATURE, ZERO = 340, 36.53

local function values_of(names, most, step, unit, first)
    local values = {}
    for _, name in ipairs(names) do
        local value = first[name] or 0
        values[#values + 1] = { name = name, value = value, min = -most, max = most, step = step, unit = unit }
    end
    return values
end

local function joined(...)
    local all = {}
    for _, list in ipairs { ... } do
        for _, value in ipairs(list) do
            all[#all + 1] = value
        end
    end
    return all
end

--- Two's complement within 16 bits: what is beyond is as far as the range goes.
local function counts(value)
    return value > 0x7fff and 0x7fff or words.nearest(value)
end

return {
    settings = { bus = 2, address = 0x68 },
    values = joined(
        values_of({ "ax", "ay", "az" }, 16, 0.01, "g", { az = 1 }),
        values_of({ "gx", "gy", "gz" }, 2000, 1, "°/s", {}),
        { { name = "temperature", value = 25, min = -40, max = 85, step = 0.1, unit = "°C" } }),
    attach = function(part)
        local registers, results

        local function reset()
            registers, results = { [POWER] = SLEEP, [IDENTITY] = 0x68 }, {}
        end

        --- How far a range register divides the counts.
        local function range(register)
            return 2 ^ (floor((registers[register] or 0) / 8) % 4)
        end

        --- Measures, unless it sleeps; then the last results stay.
        local function measure()
            if floor(registers[POWER] / SLEEP) % 2 == 1 then
                return
            end
            local values, accel, gyro = part.values, ACCELERATION / range(ACCEL_CONFIG), ROTATION / range(GYRO_CONFIG)
            local list = {
                values.ax * accel, values.ay * accel, values.az * accel, (values.temperature - ZERO) * TEMPERATURE,
                values.gx * gyro, values.gy * gyro, values.gz * gyro,
            }
            for index, value in ipairs(list) do
                local register = FIRST_RESULT + 2 * (index - 1)
                results[register], results[register + 1] = byte(words.bytes(counts(value)), 1, 2)
            end
        end

        reset()
        part:registers(COUNT, function(register)
            if register >= FIRST_RESULT and register <= LAST_RESULT then
                measure()
                return results[register] or 0
            end
            return registers[register] or 0
        end, function(register, value)
            if register == POWER and value >= RESET then
                reset()
            elseif register ~= IDENTITY then
                registers[register] = value
            end
        end)
    end,
}
