--- Plays the scenario LUATOS_SCENARIO beside a project in the system's Lua, where there is no --scenario:
-- `LUATOS_SCENARIO=FILE lua5.3 -l luatos -l beside main.lua`.
local device = require("luatos").device
local path = os.getenv "LUATOS_SCENARIO"

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

-- The project's `sys`, which may be its own, runs it as one of its tasks, once its loop runs.
local sys = require "sys"
sys.timerStart(sys.taskInit, 1, function()
    xpcall(scenario, fail)
    os.exit(0, true)
end)
