--- What the runtime uses of Lua 5.3's libraries and Lua 5.1 lacks. Like `other_luas.lua` it fills in the globals that
-- our modules see, and nowhere else.
local globals, formats = ...
local coroutine, math, string = globals.coroutine, globals.math, globals.string

local type, select, unpack, floor = type, select, unpack, math.floor
local rawset, error, getinfo, running = rawset, error, globals.debug.getinfo, coroutine.running
local xpcall, load, loadstring, setfenv = xpcall, load, loadstring, setfenv

--- What numbers up to here stand for themselves alone.
local MOST_EXACT = 2 ^ 53

--- "integer" for a whole number, as far as Lua 5.1 counts exactly, "float" for others; nil for what is no number.
function math.type(value)
    if type(value) ~= "number" then
        return nil
    end
    return floor(value) == value and value >= -MOST_EXACT and value <= MOST_EXACT and "integer" or "float"
end

--- A whole number as it is; nil for anything else.
function math.tointeger(value)
    return math.type(value) == "integer" and value or nil
end

math.maxinteger, math.mininteger = MOST_EXACT, -MOST_EXACT

--- The length without metamethods, which Lua 5.1 does not have for tables.
rawset(globals, "rawlen", function(value) return #value end)

--- Levels are counted as in Lua 5.3. Lua 5.1 counts a call that a tail call has replaced as one more.
rawset(globals, "error", function(message, level)
    local place = 1
    for _ = 1, level or 1 do
        place = place + 1
        local info = getinfo(place, "S")
        while info and info.what == "tail" do
            place = place + 1
            info = getinfo(place, "S")
        end
    end
    error(message, level == 0 and 0 or place)
end)

--- With arguments for the function.
rawset(globals, "xpcall", function(fn, handler, ...)
    local count = select("#", ...)
    if count == 0 then
        return xpcall(fn, handler)
    end
    local arguments = { ... }
    return xpcall(function() return fn(unpack(arguments, 1, count)) end, handler)
end)

--- Texts too, and with an environment.
rawset(globals, "load", function(chunk, name, _, environment)
    local compile = type(chunk) == "string" and loadstring or load
    local fn, problem = compile(chunk, name)
    if not fn then
        return nil, problem
    end
    return environment and setfenv(fn, environment) or fn
end)

--- Whether the caller runs in a coroutine. What it cannot yield across fails in the yield, as on the device.
function coroutine.isyieldable()
    return running() ~= nil
end

string.pack, string.unpack = formats.pack, formats.unpack
