--- How the run goes on, for `device.state()`: how long it is, and what it holds.
local use = ...
local host = use "native.host"
local waiting = use "runtime.waiting"

local collectgarbage, floor, rawget, type = collectgarbage, math.floor, rawget, type

--- How long a count of tasks and timers holds, in ms: looking for them takes time where there are many.
local HOLDS = 500

local counted_at, tasks, timers

--- A global of the main script, if it is a text.
local function text(name)
    local value = rawget(_G, name)
    return type(value) == "string" and value or nil
end

return function()
    local now = host.milliseconds()
    if not counted_at or now - counted_at >= HOLDS then
        counted_at, tasks, timers = now, #waiting.tasks(), #waiting.timers()
    end
    return {
        project = text "PROJECT",
        version = text "VERSION",
        time = floor(now) / 1000,
        memory = floor(collectgarbage "count"),
        tasks = tasks,
        timers = timers,
        is_simulated = host.is_simulated(),
    }
end
