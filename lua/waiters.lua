--- Tasks that wait for something to happen to a WebSocket object.
local import = ...
local rtos = import "rtos"
local scheduler = import "scheduler"

local running, yield = coroutine.running, coroutine.yield
local next, ipairs = next, ipairs
local in_task = scheduler.in_task

--- Tasks that wait, by the key of the object they wait on. Strong: a task that waits stays alive,
-- and with it the object on its stack.
local waiting = {}

--- Lets every task that waits on `key` look again.
local function wake(key)
    local tasks = waiting[key]
    if not tasks then
        return
    end
    local first = next(tasks)
    if next(tasks, first) == nil then
        scheduler.resume(first)
        return
    end
    local list = {}
    for task in next, tasks do
        list[#list + 1] = task
    end
    for _, task in ipairs(list) do
        -- One that an earlier one has let go on is not woken from some other wait.
        if tasks[task] then
            scheduler.resume(task)
        end
    end
end
scheduler.on(rtos.MSG_WEBSOCKET, wake)

--- Waits until something may have changed; the caller looks whether it has, and that also makes a
-- stray `coroutine.resume` harmless.
-- @string call what waits, for messages
local function wait(key, call)
    if not in_task() then
        return scheduler.block("websocket " .. call)
    end
    local task = running()
    local tasks = waiting[key]
    if not tasks then
        tasks = {}
        waiting[key] = tasks
    end
    tasks[task] = true
    yield()
    tasks[task] = nil
    if next(tasks) == nil and waiting[key] == tasks then
        waiting[key] = nil
    end
end

return { wait = wait, wake = wake }
