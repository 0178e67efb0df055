--- Checks what a function of ours is given. Each error names the function, what was expected and what was given, and
-- points at the line of the script: `check.*` is called by the very function that the script calls.
local use = ...
local show = use("runtime.text").show

local error, type, tostring, tonumber = error, type, tostring, tonumber
local to_integer = math.tointeger

local check = {}

--- How far the script's line is from `error`: past `wrong`, the check and the function of ours.
local CALLER = 4

local function wrong(what, expected, value, level)
    error(("%s: %s expected, got %s"):format(what, expected, show(value)), level or CALLER)
end

--- The integer of that value, or nil if it is none; 3.0 is one.
local function whole(value)
    local integer = type(value) == "number" and to_integer(value)
    -- In the runner `math.tointeger` cuts off.
    return integer == value and integer or nil
end

local function bounded(what, value, low, high, unit, or_else)
    local number = whole(value)
    if not number or number < low or number > high then
        wrong(what, ("%s%d to %d%s"):format(or_else, low, high, unit and " " .. unit or ""), value, CALLER + 1)
    end
    return number
end

--- The number of a text, where the device takes one for the other; any other value as it is.
function check.digits(value)
    return type(value) == "string" and tonumber(value) or value
end

--- A whole number within bounds; 3.0 is one.
-- @string what call and argument, such as `device.adc: channel`
-- @param value
-- @number low
-- @number high
-- @string[opt] unit
-- @return the integer
function check.integer(what, value, low, high, unit)
    -- No tail call: errors count the levels.
    local number = bounded(what, value, low, high, unit, "")
    return number
end

--- A whole number within bounds, or nil.
function check.optional_integer(what, value, low, high, unit)
    if value == nil then
        return nil
    end
    local number = bounded(what, value, low, high, unit, "nil or ")
    return number
end

--- Any number within bounds.
function check.real(what, value, low, high)
    if type(value) ~= "number" or not (value >= low and value <= high) then
        wrong(what, ("%d to %d"):format(low, high), value)
    end
    return value
end

function check.string(what, value)
    if type(value) ~= "string" then
        wrong(what, "string", value)
    end
    return value
end

--- A text. A number counts as its digits, as wherever the device takes a string.
-- @return string
function check.text(what, value)
    if type(value) == "number" then
        return tostring(value)
    elseif type(value) ~= "string" then
        wrong(what, "string", value)
    end
    return value
end

function check.boolean(what, value)
    if type(value) ~= "boolean" then
        wrong(what, "true or false", value)
    end
    return value
end

--- A level of a line.
-- @return boolean
function check.level(what, value)
    if value == true or value == 1 then
        return true
    elseif value == false or value == 0 then
        return false
    end
    wrong(what, "0 or 1", value)
end

function check.callback(what, value)
    if type(value) ~= "function" then
        wrong(what, "function", value)
    end
    return value
end

--- A function, or nil for none.
function check.optional_callback(what, value)
    if value ~= nil and type(value) ~= "function" then
        wrong(what, "function or nil", value)
    end
    return value
end

--- A telephone number: digits, `*` and `#` after an optional plus sign.
function check.number(what, value)
    if type(value) ~= "string" or not value:find "^%+?[%d*#]+$" or #value > 21 then
        wrong(what, "telephone number of up to 20 digits as a string, such as \"+8613800000000\",", value)
    end
    return value
end

--- The keys of a telephone.
function check.keys(what, value)
    if type(value) ~= "string" or not value:find "^[%d*#A-D]+$" then
        wrong(what, "keys 0 to 9, *, #, A to D as a string", value)
    end
    return value
end

--- A card, or whether there is one. What a card may have on it is checked where it is put in.
function check.card(what, value)
    if type(value) ~= "boolean" and type(value) ~= "table" then
        wrong(what, "true, false or a table of the card's properties", value)
    end
    return value
end

--- A point in time.
-- @return seconds since 1970 (UTC)
function check.time(what, value)
    local time = whole(value)
    if not time then
        wrong(what, "whole seconds since 1970, as os.time returns them,", value)
    end
    return time
end

--- Likewise, or nil.
function check.optional_time(what, value)
    if value ~= nil and not whole(value) then
        wrong(what, "whole seconds since 1970, as os.time returns them,", value)
    end
    return whole(value)
end

return check
