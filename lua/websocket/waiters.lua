--- Calls that wait for an event of a WebSocket object.
local use = ...
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"

local running, yield, status = coroutine.running, coroutine.yield, coroutine.status
local next, ipairs, type, error = next, ipairs, type, error
local in_task, resume_task = tasks.in_task, tasks.wake

--- Waiting tasks by the key of the object: one alone as it is, several as a table of their `set` and its
-- `size`. The table is strong: it keeps a waiting task alive, and with it the object on the task's stack.
local waiting = {}

--- Number of calls that wait outside tasks, by the key of the object.
local blocked = {}

--- Returns the task that waits on `key`, for the caller to resume. If several wait, resumes all of them
-- and returns nothing.
local function ready(key)
    local entry = waiting[key]
    if not entry or type(entry) == "thread" then
        return entry
    end
    local list, set = {}, entry.set
    for task in next, set do
        list[#list + 1] = task
    end
    for _, task in ipairs(list) do
        -- An earlier one may have ended this one's wait; then it may be in another wait by now.
        if set[task] then
            resume_task(task)
        end
    end
end

if _VERSION ~= "Lua 5.3" then
    -- A task can die while it waits: Lua 5.4 can close it, and in 5.1 the yield itself fails in a metamethod.
    local function is_given_up(key)
        local entry = waiting[key]
        if type(entry) == "thread" then
            return status(entry) == "dead"
        end
        for task in next, entry and entry.set or {} do
            if status(task) == "dead" then
                entry.set[task], entry.size = nil, entry.size - 1
            end
        end
        return entry and entry.size == 0
    end

    local ready_if_alive = ready
    function ready(key)
        if is_given_up(key) then
            waiting[key] = nil
        end
        return ready_if_alive(key)
    end
end

scheduler.on_connection(ready)

--- Resumes every task that waits on `key`, so that it checks its condition.
local function wake(key)
    local task = ready(key)
    if task then
        resume_task(task)
    end
end

--- Adds a task to others that wait.
local function enter(key, task)
    local entry = waiting[key]
    if type(entry) == "thread" then
        waiting[key] = { set = { [entry] = true, [task] = true }, size = 2 }
    else
        entry.set[task] = true
        entry.size = entry.size + 1
    end
end

local function leave(key, task)
    local entry = waiting[key]
    if entry == task then
        waiting[key] = nil
    else
        entry.set[task] = nil
        entry.size = entry.size - 1
        if entry.size == 0 then
            waiting[key] = nil
        end
    end
end

--- Waits in a task until the object may have an event. The caller checks whether it has, so that an
-- unrelated `coroutine.resume` does no harm.
-- @number key
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
        -- The loop is not running: another scheduler has resumed the task, and the loop's messages are
        -- handled here.
        scheduler.look()
    end
end

--- Likewise, in a task or outside one.
-- @number key
-- @string call name of the method that waits, for errors
-- @return true; or false and an error for the caller to raise
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

--- Whether any call waits on `key`.
local function is_awaited(key)
    return waiting[key] ~= nil or blocked[key] ~= nil
end

--- Visits the tasks that wait.
-- @function visit called with each task
local function each_waiting(visit)
    for _, entry in next, waiting do
        if type(entry) == "thread" then
            visit(entry)
        else
            for task in next, entry.set do
                visit(task)
            end
        end
    end
end

return {
    each_waiting = each_waiting,
    wait = wait,
    try_wait = try_wait,
    wait_in_task = wait_in_task,
    wake = wake,
    is_awaited = is_awaited,
    -- Read by `events` for every message, without a call; read only.
    waiting = waiting,
    blocked = blocked,
}
