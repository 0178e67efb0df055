--- How the run goes on, for `device.state()`: how long it is, and what it holds.
local use = ...
local host = use "native.host"
local waiting = use "runtime.waiting"

local collectgarbage, floor = collectgarbage, math.floor

--- How long a count of tasks and timers holds, in ms: looking for them takes time where there are many.
local HOLDS = 500

local counted_at, tasks, timers

return function()
    local now = host.milliseconds()
    if not counted_at or now - counted_at >= HOLDS then
        counted_at, tasks, timers = now, #waiting.tasks(), #waiting.timers()
    end
    return {
        time = floor(now) / 1000,
        memory = floor(collectgarbage "count"),
        tasks = tasks,
        timers = timers,
        is_simulated = host.is_simulated(),
    }
end
