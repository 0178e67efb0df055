--- DS3231: clock and temperature on I2C. Facts: the data sheet of Maxim's DS3231.
local use = ...
local words = use "device.words"
local calendar = use "native.parts"

local floor = math.floor

--- Its registers: seconds to year, control, status, temperature.
local SECONDS, MINUTES, HOURS, WEEKDAY, DAY, MONTH, YEAR = 0, 1, 2, 3, 4, 5, 6
local CONTROL, STATUS, TEMPERATURE, COUNT = 0x0e, 0x0f, 0x11, 0x13

--- Bits: the hours count to 12, and it is afternoon; the month is of the next century.
local TWELVE, AFTERNOON, CENTURY = 0x40, 0x20, 0x80

--- What control and status are when it gets power.
local CONTROL_AT_START, STATUS_AT_START = 0x1c, 0x08

--- How long setting all registers takes at most, in ms.
local SETTING = 100

local function bcd(number)
    return floor(number / 10) % 10 * 16 + number % 10
end

--- The number of a byte in BCD, within bounds: what is no date is as near to one as that.
local function number_of(byte, low, high)
    local number = floor(byte / 16) * 10 + byte % 16
    return number < low and low or number > high and high or number
end

--- The register of the hours.
local function hours(hour, is_twelve)
    if not is_twelve then
        return bcd(hour)
    end
    return TWELVE + (hour >= 12 and AFTERNOON or 0) + bcd((hour + 11) % 12 + 1)
end

local function hour_of(byte)
    if floor(byte / TWELVE) % 2 == 1 then
        local is_afternoon = floor(byte / AFTERNOON) % 2 == 1
        return number_of(byte % AFTERNOON, 1, 12) % 12 + (is_afternoon and 12 or 0)
    end
    return number_of(byte % TWELVE, 0, 23)
end

return {
    settings = { bus = 2, address = 0x68 },
    values = { { name = "temperature", value = 25, min = -40, max = 85, step = 0.25, unit = "°C" } },
    attach = function(part)
        local registers = { [CONTROL] = CONTROL_AT_START, [STATUS] = STATUS_AT_START }
        --- How far its time is ahead of the computer's, in seconds.
        local ahead = 0
        --- How far its weekday, from 0, is ahead of the days since 1970, which began on a Thursday. It counts days
        -- whatever the date is.
        local weekday_ahead = 3
        local is_twelve = false
        --- The date that is being set register by register, which need not be one before the last, and until when.
        local new, new_until = nil, 0

        local function seconds()
            return floor(part:date()) + ahead
        end

        local function days()
            return floor(seconds() / 86400)
        end

        local function time_register(register)
            local date = calendar.date(seconds())
            if register == SECONDS then
                return bcd(date.second)
            elseif register == MINUTES then
                return bcd(date.minute)
            elseif register == HOURS then
                return hours(date.hour, is_twelve)
            elseif register == WEEKDAY then
                return (days() + weekday_ahead) % 7 + 1
            elseif register == DAY then
                return bcd(date.day)
            elseif register == MONTH then
                return bcd(date.month) + (date.year >= 2100 and CENTURY or 0)
            end
            return bcd(date.year % 100)
        end

        local function set_time(register, value)
            local date = part:time() < new_until and new or calendar.date(seconds())
            if register == SECONDS then
                date.second = number_of(value % 0x80, 0, 59)
            elseif register == MINUTES then
                date.minute = number_of(value % 0x80, 0, 59)
            elseif register == HOURS then
                is_twelve = floor(value / TWELVE) % 2 == 1
                date.hour = hour_of(value % 0x80)
            elseif register == WEEKDAY then
                weekday_ahead = value % 8 - 1 - days()
                return
            elseif register == DAY then
                date.day = number_of(value % 0x40, 1, 31)
            elseif register == MONTH then
                date.month = number_of(value % 0x20, 1, 12)
                date.year = date.year % 100 + (value >= CENTURY and 2100 or 2000)
            else
                date.year = (date.year >= 2100 and 2100 or 2000) + number_of(value, 0, 99)
            end
            new, new_until = date, part:time() + SETTING
            local days_before = days()
            ahead = calendar.seconds(date) - floor(part:date())
            weekday_ahead = weekday_ahead + days_before - days()
        end

        part:registers(COUNT, function(register)
            if register <= YEAR then
                return time_register(register)
            elseif register >= TEMPERATURE then
                local quarters = words.nearest(floor(part.values.temperature * 4 + 0.5) * 64)
                return register == TEMPERATURE and floor(quarters / 256) or quarters % 256
            end
            return registers[register] or 0
        end, function(register, value)
            if register <= YEAR then
                set_time(register, value)
            elseif register < TEMPERATURE then
                registers[register] = value
            end
        end)
    end,
}
