--- Tasks that wait for something to happen to a WebSocket object.
local use = ...
local scheduler = use "runtime.scheduler"

local running, yield = coroutine.running, coroutine.yield
local next, ipairs, type, error = next, ipairs, type, error
local in_task = scheduler.in_task

--- Who waits, by the key of the object: one task, or of several the `set` and its `size`. Strong: a
-- task that waits stays alive, and with it the object on its stack.
local waiting = {}

--- How many wait on a key outside any task.
local blocked = {}

--- Returns the task that waits on `key`, to be resumed. Where several wait, lets all of them look
-- again, and returns nothing.
local function ready(key)
    local tasks = waiting[key]
    if not tasks or type(tasks) == "thread" then
        return tasks
    end
    local list, set = {}, tasks.set
    for task in next, set do
        list[#list + 1] = task
    end
    for _, task in ipairs(list) do
        -- One that an earlier one has let go on is not woken from some other wait.
        if set[task] then
            scheduler.wake(task)
        end
    end
end
scheduler.on_connection(ready)

--- Lets every task that waits on `key` look again.
local function wake(key)
    local task = ready(key)
    if task then
        scheduler.wake(task)
    end
end

--- One more task waits, beside others.
local function enter(key, task)
    local tasks = waiting[key]
    if type(tasks) == "thread" then
        waiting[key] = { set = { [tasks] = true, [task] = true }, size = 2 }
    else
        tasks.set[task] = true
        tasks.size = tasks.size + 1
    end
end

local function leave(key, task)
    local tasks = waiting[key]
    if tasks == task then
        waiting[key] = nil
    else
        tasks.set[task] = nil
        tasks.size = tasks.size - 1
        if tasks.size == 0 then
            waiting[key] = nil
        end
    end
end

--- Waits until something may have changed; the caller looks whether it has, and that also makes a
-- stray `coroutine.resume` harmless.
-- @thread task the running one
local function wait_in_task(key, task)
    if waiting[key] then
        enter(key, task)
    else
        waiting[key] = task
    end
    yield()
    leave(key, task)
    if scheduler.depth == 0 then
        -- Our loop does not run: another scheduler has resumed the task, and so keeps it going.
        scheduler.look()
    end
end

--- Likewise, outside a task too.
-- @string call what waits, for messages
-- @return true; or false and the error that the caller raises
local function try_wait(key, call)
    if in_task() then
        wait_in_task(key, (running()))
        return true
    end
    blocked[key] = (blocked[key] or 0) + 1
    local ok, problem = scheduler.block("websocket " .. call)
    blocked[key] = blocked[key] > 1 and blocked[key] - 1 or nil
    return ok, problem
end

--- Likewise, and raises the error.
local function wait(key, call)
    local ok, problem = try_wait(key, call)
    if not ok then
        error(problem, 0)
    end
end

--- Whether anybody waits on `key`.
local function is_awaited(key)
    return waiting[key] ~= nil or blocked[key] ~= nil
end

return {
    wait = wait,
    try_wait = try_wait,
    wait_in_task = wait_in_task,
    wake = wake,
    is_awaited = is_awaited,
    -- For `events`, which looks at them for every message without a call; read only.
    waiting = waiting,
    blocked = blocked,
}
