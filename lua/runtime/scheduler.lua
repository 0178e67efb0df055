--- The message loop, tasks and timers: what `sys` and `websocket` both stand on.
--
-- Rust never yields and Lua never blocks: a task that waits yields to here; a wait outside a task
-- runs the loop until it is done.
local use = ...
local rtos = use "native.rtos"
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local describe = use("runtime.text").describe

-- Taken now: scripts and the runtime replace some of these.
local create, resume, yield, isyieldable = coroutine.create, coroutine.resume, coroutine.yield, coroutine.isyieldable
local running = coroutine.running
local status, traceback, find = coroutine.status, debug.traceback, string.find
local pcall, xpcall, error, tostring, type = pcall, xpcall, error, tostring, type
local poll, NOTHING = host.poll, rtos.WAIT_MSG_TIMEOUT
local receive, timer_start, timer_stop = rtos.receive, rtos.timer_start, rtos.timer_stop
local MSG_TIMER, MSG_WEBSOCKET = rtos.MSG_TIMER, rtos.MSG_WEBSOCKET

local scheduler = {
    --- How many loop steps are under way; 0 where no message is being handled.
    depth = 0,
    --- Counts the interruptions (Ctrl-C) that have cut loop steps short: what a step has marked as
    -- under way is void when this number has changed.
    interruptions = 0,
    --- Whether anything was published that `deliver` has to hand out before the next wait.
    has_work = false,
    --- The task that `run` has resumed for its connection. While it runs, and not a coroutine of its
    -- own, only the loop waits for it to yield.
    resumed_by_loop = nil,
}

--- How many loop steps may be under way inside one another. Each takes two to four of the 200 C calls
-- that Lua allows on its stack; the rest is for the script's own callbacks.
local MAX_DEPTH = 20

--- How many events of timers and sockets are handled between two `deliver` that leave something.
local MOST_EVENTS = 100

local handlers = {}

--- What becomes of an expired timer, by its id: a function that is called, or a task that goes on.
local timers, sleepers = {}, {}
local connection_ready

--- Ids of the loop's own timers, as on the device; those of `sys.timerStart` lie above.
local FIRST_OWN_ID, LAST_OWN_ID = 1, 0x1FFFFFFF
local own_id, has_wrapped = FIRST_OWN_ID - 1, false

local function report(tag, text)
    if diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    diagnostics.error(tag, text)
end

local function with_traceback(err)
    -- Apart: `traceback` would cut its text at a NUL.
    return describe(err) .. "\n" .. traceback(nil, 2)
end

local function finish(tag, ok, ...)
    if ok then
        return true, ...
    end
    report(tag, (...))
    return false
end

--- Calls a callback of the script; an error is reported with its traceback and goes no further.
-- @string tag what the report names
-- @function callback may yield
-- @return true and the results, or false
function scheduler.guard(tag, callback, ...)
    return finish(tag, xpcall(callback, with_traceback, ...))
end

local function resumed(co, ok, ...)
    if not ok then
        local text = describe((...))
        if status(co) == "dead" then
            text = text .. "\n" .. traceback(co)
        else
            -- It did not run at all: what matters is who tried to resume it.
            text = "cannot resume the task: " .. text .. "\n" .. traceback(nil, 2)
        end
        report("coroutine.resume", text)
    end
    return ok, ...
end

--- Resumes a task; an error in it is reported with its traceback.
-- @return what `coroutine.resume` returns
function scheduler.resume(co, ...)
    return resumed(co, resume(co, ...))
end

--- Resumes a task that waits for something of ours, which needs no values and gives none.
function scheduler.wake(co)
    local ok, err = resume(co)
    if not ok then
        resumed(co, false, err)
    end
end
local wake = scheduler.wake

--- Starts a task at once, up to its first wait.
-- @return thread
function scheduler.spawn(callback, ...)
    local co = create(callback)
    scheduler.resume(co, ...)
    return co
end

--- Whether the caller can wait by yielding: it runs in a coroutine, with no C call in between.
scheduler.in_task = isyieldable

--- Registers the handler of a message id; the last one wins, nil removes it. The handler gets the
-- second value of `rtos.receive`, or the message table.
function scheduler.on(id, handler)
    handlers[id] = handler
end

--- Sets who is called with the key of each WebSocket object to which something has happened. It
-- raises no errors. It returns the task to resume, or wakes several tasks itself and returns nil.
function scheduler.on_connection(handler)
    connection_ready = handler
end

--- Starts or restarts a timer.
-- @number id
-- @number ms
-- @function action called with the id
-- @return whether the core accepted it
function scheduler.timer_start(id, ms, action)
    timers[id] = action
    return timer_start(id, ms) == 1
end

--- Stops a timer; unknown ids are harmless.
function scheduler.timer_stop(id)
    -- One that has expired is gone from the core already.
    if timers[id] or sleepers[id] then
        timers[id], sleepers[id] = nil, nil
        timer_stop(id)
    end
end

local function new_id()
    local id = own_id
    repeat
        id = id + 1
        if id > LAST_OWN_ID then
            id, has_wrapped = FIRST_OWN_ID, true
        end
    until not (sleepers[id] or timers[id])
    own_id = id
    return id
end

--- Starts a timer of the loop's own.
-- @function action called with the id
-- @return number id
function scheduler.after(ms, action)
    local id = new_id()
    timers[id] = action
    timer_start(id, ms)
    return id
end

local function slept(id, ...)
    -- Still there only if somebody else has resumed the task.
    if sleepers[id] then
        sleepers[id] = nil
        timer_stop(id)
    end
    return ...
end

--- Starts a timer that resumes a task, without values.
-- @return number id
function scheduler.wake_after(ms, task)
    local id = new_id()
    sleepers[id] = task
    timer_start(id, ms)
    return id
end

--- Yields until the time is up.
-- @return nothing, or the values of a `coroutine.resume` that ended it early
function scheduler.sleep(ms, task)
    -- What `new_id` does, without the call, while no id has been used twice: this is the wait of
    -- every task.
    local id = own_id + 1
    if id > LAST_OWN_ID or has_wrapped then
        id = new_id()
    else
        own_id = id
    end
    sleepers[id] = task
    timer_start(id, ms)
    return slept(id, yield())
end

--- Stops a timer of the loop's own; nil is harmless.
function scheduler.cancel(id)
    if id then
        scheduler.timer_stop(id)
    end
end

local function expired(id)
    local action = timers[id]
    if action then
        timers[id] = nil
        scheduler.guard("timer", action, id)
    end
end

--- Handles one message.
local function handle(id, parameter)
    if id == MSG_TIMER then
        local task = sleepers[parameter]
        if task then
            sleepers[parameter] = nil
            return wake(task)
        end
        return expired(parameter)
    elseif id == MSG_WEBSOCKET then
        local task = connection_ready and connection_ready(parameter)
        return task and wake(task)
    elseif type(id) == "table" then
        id, parameter = id.id, id
    end
    local handler = handlers[id]
    if handler then
        scheduler.guard("message " .. tostring(id), handler, parameter)
    end
end

--- Handles what timers and sockets have, a bounded number of messages, without waiting for more.
-- @return true, or false and "stopped"
local function look()
    for _ = 1, MOST_EVENTS do
        local id, parameter = poll()
        if not id then
            return false, parameter
        elseif id == NOTHING then
            break
        end
        handle(id, parameter)
    end
    return true
end

--- Delivers what was published. Where that has no end, handles what timers and sockets have as well.
-- @return true, or false and "stopped"
local function deliver()
    scheduler.deliver()
    if scheduler.has_work then
        return look()
    end
    return true
end

--- Handles what was published, or else one message, after waiting for it.
-- @return true, or false and "exhausted" (no message can ever come) or "stopped"
local function step()
    if scheduler.has_work then
        -- Somebody may wait for just that: no further wait before they have looked.
        return deliver()
    end
    local id, parameter = receive()
    if id then
        handle(id, parameter)
        return true
    end
    return false, parameter
end

--- Handles what was published, or else one message if there is one.
local function peek()
    if scheduler.has_work then
        return deliver()
    end
    local id, parameter = poll()
    if id then
        handle(id, parameter)
    end
    return true
end

--- Handles messages until none can ever come, or the run was ended.
-- @return true
local function loop()
    while true do
        while scheduler.has_work do
            if not deliver() then
                return true
            end
        end
        local id, parameter = receive()
        local task = id == MSG_TIMER and sleepers[parameter]
        if task then
            -- What `handle` does, without the calls: most messages are this one.
            sleepers[parameter] = nil
            local ok, problem = resume(task)
            if not ok then
                resumed(task, false, problem)
            end
        elseif id == MSG_WEBSOCKET and connection_ready then
            task = connection_ready(parameter)
            if task then
                scheduler.resumed_by_loop = task
                local ok, problem = resume(task)
                scheduler.resumed_by_loop = nil
                if not ok then
                    resumed(task, false, problem)
                end
            end
        elseif id then
            handle(id, parameter)
        else
            return true
        end
    end
end

--- Why a wait outside tasks cannot go on, by what `step` says.
local PROBLEMS = {
    stopped = "the run was ended",
    exhausted = "would wait for ever: no task, timer or connection is left that could end it",
    nested = MAX_DEPTH .. " calls that wait outside tasks are under way, each in a callback that runs while the one"
        .. " before waits; wait in a task instead (sys.taskInit)",
}

--- Whether an error is the script's, from a `__gc` that happened to run in our code.
local function is_from_finalizer(err)
    return type(err) == "string" and find(err, "error in __gc metamethod", 1, true) ~= nil
end

--- Calls `body`, which handles messages, unless too many such calls are nested.
-- @return true; or false and a key of PROBLEMS, or an error: an interruption, or the wait has failed
local function at_next_depth(body)
    local depth = scheduler.depth
    if depth >= MAX_DEPTH then
        return false, "nested"
    end
    scheduler.depth = depth + 1
    local ok, result, why = pcall(body)
    while not ok do
        scheduler.interruptions = scheduler.interruptions + 1
        if not is_from_finalizer(result) or diagnostics.is_interruption(result) then
            scheduler.depth = depth
            return false, result
        end
        diagnostics.error("collectgarbage", result)
        ok, result, why = pcall(body)
    end
    scheduler.depth = depth
    return result, why
end

--- Runs the loop until no message can ever come, or the run was ended.
function scheduler.run()
    local ok, why = at_next_depth(loop)
    if not ok then
        error(PROBLEMS[why] and "sys.run: " .. PROBLEMS[why] or why, 0)
    end
end

--- Handles what is there already, without waiting: for a task that somebody else than our loop resumes.
-- What goes wrong shows in the next wait.
function scheduler.look()
    at_next_depth(peek)
end

--- Runs the loop for a wait outside a task: one message. It raises no error, so that the caller can
-- take back what it has set up, and then raise the one that is returned.
-- @string what the call that waits
-- @return true; or false and an error
function scheduler.block(what)
    local ok, why = at_next_depth(step)
    if not ok then
        return false, PROBLEMS[why] and what .. ": " .. PROBLEMS[why] or why
    end
    return true
end

local function turn()
    if scheduler.has_work then
        scheduler.deliver()
    end
    return look()
end

--- Lets others have their turn: for a caller that could go on for long without waiting.
function scheduler.take_turn()
    if isyieldable() then
        scheduler.sleep(0, (running()))
        return
    end
    local ok, why = at_next_depth(turn)
    -- Without a turn the caller just goes on.
    if not ok and not PROBLEMS[why] then
        error(why, 0)
    end
end

return scheduler
