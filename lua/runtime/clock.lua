--- `os.time` and `os.date` by the device's clock, which the script can set, and in the device's time zone, as
-- Lua 5.1 has them: fractions are cut off, and what the computer cannot express is nil.
local use = ...
local native = use "native.clock"
local show = use("runtime.text").show

local clock = {}

local raw_date = os.date
local pcall, error, type, tonumber, floor = pcall, error, type, tonumber, math.floor
local find, gsub, sub = string.find, string.gsub, string.sub
local math = use("runtime.loader").globals.math
local math_type = math.type

--- Beyond it, either way, a year does not fit into C's `struct tm`.
local MOST_SECONDS = 2 ^ 55

--- A whole number; others rounded down, numbers as strings converted.
-- @string what names the value in the error, which is raised for the caller's caller
local function whole(what, value)
    local number = tonumber(value) or error(what .. ": number expected, got " .. show(value), 3)
    -- No integer: infinite, not a number, or too large.
    return math.tointeger(floor(number)) or math.huge
end

--- A field of a date, or its default.
local function field(t, name, default)
    local value = t[name]
    if math_type(value) == "integer" then
        return value
    elseif value == nil then
        return default or error("field '" .. name .. "' missing in date table", 3)
    end
    local number = tonumber(value) or error("os.time: " .. name .. ": number expected, got " .. show(value), 3)
    return math.tointeger(number) or floor(number)
end

--- Seconds since 1970 (UTC).
-- @tab[opt] t local time: year, month, day, and perhaps hour (12), min (0), sec (0); the time now without it
-- @return integer; nil for a time that cannot be counted
function clock.time(t)
    if t == nil then
        return native.now()
    elseif type(t) ~= "table" then
        error("os.time: table expected, got " .. show(t), 2)
    end
    local year, month, day = field(t, "year"), field(t, "month"), field(t, "day")
    return native.seconds(year, month, day, field(t, "hour", 12), field(t, "min", 0), field(t, "sec", 0))
end

--- The zone as `%z` shows it, such as "+0800".
local function zone_name()
    local minutes = floor(native.zone() / 60)
    return ("%s%02d%02d"):format(minutes < 0 and "-" or "+", floor(math.abs(minutes) / 60), math.abs(minutes) % 60)
end

--- Like Lua's, but local time is the device's.
-- @string[opt="%c"] format
-- @number[opt] t seconds since 1970 (UTC); now without it
-- @return nil for a time that the computer cannot express
function clock.date(format, t)
    if format ~= nil and type(format) ~= "string" then
        error("os.date: format: string expected, got " .. show(format), 2)
    end
    format = format or "%c"
    t = t == nil and native.now() or whole("os.date: time", t)
    if t > MOST_SECONDS or t < -MOST_SECONDS then
        return nil
    end
    if sub(format, 1, 1) ~= "!" then
        t = t + native.zone()
        if find(format, "%z", 1, true) then
            format = gsub(format, "%%(.)", function(option) return option == "z" and zone_name() or nil end)
        end
        format = "!" .. format
    end
    local ok, result = pcall(raw_date, format, t)
    if not ok then
        error(result, 2)
    end
    return result
end

local is_applied = false

--- Puts both in the place of Lua's own, once per Lua state: `patch` wraps them later.
function clock.apply()
    if not is_applied then
        is_applied = true
        os.time, os.date = clock.time, clock.date
    end
end

return clock
