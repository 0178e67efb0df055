--- Tables that keep a value for each userdata, as long as the userdata lives: a value that refers to its own userdata
-- does not keep it alive.
local setmetatable, debug = setmetatable, debug
local WEAK = { __mode = "k" }

--- Makes such a table where Lua's weak tables let a key go to which only its own value leads.
local function ephemerons()
    return setmetatable({}, WEAK)
end

--- Makes such a table for Lua 5.1, whose weak tables do not: there a userdata has an environment of its own.
local function environments()
    local known = ephemerons()
    return setmetatable({}, {
        __index = function(_, key)
            return known[key] and debug.getfenv(key)[1] or nil
        end,
        __newindex = function(_, key, value)
            known[key] = true
            debug.setfenv(key, { value })
        end,
    })
end

return _VERSION == "Lua 5.1" and environments or ephemerons
