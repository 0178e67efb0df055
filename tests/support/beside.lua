--- Plays the scenario SCENARIO beside a project in the system's Lua, where there is no --scenario:
-- `SCENARIO=FILE lua5.3 -l luatos -l beside main.lua`.
local device = require("luatos").device
local path = os.getenv "SCENARIO"

local function fail(text)
    io.stderr:write(debug.traceback("the scenario has failed: " .. tostring(text), 2), "\n")
    os.exit(1, true)
end

--- `device.on` for the scenario: an error in a callback fails it.
local function on(name, callback)
    return device.on(name, function(...)
        xpcall(callback, fail, ...)
    end)
end

local environment = setmetatable({ device = setmetatable({ on = on }, { __index = device }) }, { __index = _G })
local scenario = assert(loadfile(path, "t", environment))

-- The project's `sys`, which may be its own, runs it as one of its tasks.
require("sys").taskInit(function()
    xpcall(scenario, fail)
    os.exit(0, true)
end)
