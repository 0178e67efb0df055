--- The message loop and its timers, which `sys` and `websocket` share.
--
-- A wait in a task yields to this loop. A wait outside a task runs the loop until the wait is over.
-- The natives never yield, because a yield cannot cross a Rust frame.
local use = ...
local rtos = use "native.rtos"
local host = use "native.host"
local diagnostics = use "runtime.diagnostics"
local tasks = use "runtime.tasks"
local trimmed = use("runtime.values").trimmed
local end_of_run = use "runtime.end_of_run"

-- Captured when the module is loaded: scripts and the runtime replace some of these.
local resume, yield, running = coroutine.resume, coroutine.yield, coroutine.running
local pcall, error, tostring, type, next, find = pcall, error, tostring, type, next, string.find
local receive, poll, NOTHING = host.receive, host.poll, rtos.WAIT_MSG_TIMEOUT
local timer_start, timer_stop = rtos.timer_start, rtos.timer_stop
local MSG_TIMER, MSG_WEBSOCKET = rtos.MSG_TIMER, rtos.MSG_WEBSOCKET
local guard, resumed, in_task = tasks.guard, tasks.resumed, tasks.in_task

local scheduler = {
    --- Number of nested calls that are handling messages; 0 for none.
    depth = 0,
    --- Number of errors, such as a Ctrl-C, that have ended the handling of messages early. A mark that a
    -- handler sets while it runs is void once this number has changed.
    interruptions = 0,
    --- Whether a published message is still to be delivered, before the next wait.
    has_work = false,
    --- The task that `run` has resumed because its connection has an event. While this task is the running
    -- coroutine, a yield returns to the loop and to nothing else.
    resumed_by_loop = nil,
}

--- Limit of `depth`. Each level takes two to four of the 200 C calls that Lua allows on its stack; the
-- rest is for the script's own callbacks.
local MAX_DEPTH = 20

--- Limit of messages handled between two deliveries that leave published messages undelivered.
local MOST_EVENTS = 100

--- A number of messages that is never reached.
local UNLIMITED = math.maxinteger

-- ## Timers

--- What an expired timer does, by its id: call a function, or resume a task.
local timers, sleepers = {}, {}

--- Id of the last timer that the loop has started for itself. These ids are integers above the 32-bit ones that
-- scripts use: LuatOS-Air's `sys.lua` counts up to 0x7FFFFFFF.
local own_id = 0x100000000

--- Starts or restarts a timer.
-- @number id
-- @number ms
-- @function action called with the id
-- @return whether the core accepted it
function scheduler.timer_start(id, ms, action)
    timers[id] = action
    return timer_start(id, ms) == 1
end

--- Stops a timer; unknown ids are ignored.
function scheduler.timer_stop(id)
    -- Of an expired one nothing is left in the core.
    if timers[id] or sleepers[id] then
        timers[id], sleepers[id] = nil, nil
        timer_stop(id)
    end
end

--- Stops a timer of the loop's own; nil is ignored.
function scheduler.cancel(id)
    if id then
        scheduler.timer_stop(id)
    end
end

--- Starts a timer of the loop's own.
-- @tab actions `timers` or `sleepers`
-- @param action the function or task, respectively
-- @return number id
local function start_own(actions, ms, action)
    local id = own_id + 1
    own_id = id
    actions[id] = action
    timer_start(id, ms)
    return id
end

--- Calls a function after a time.
-- @number ms
-- @function action called with the timer's id
-- @return number id
function scheduler.after(ms, action)
    return start_own(timers, ms, action)
end

--- Likewise, but nobody waits for it: a run that has nothing else to wait for ends.
function scheduler.after_in_background(ms, action)
    local id = own_id + 1
    own_id = id
    timers[id] = action
    host.timer_start_in_background(id, ms)
    return id
end

--- Resumes a task, without values, after a time.
-- @number ms
-- @thread task
-- @return number id
function scheduler.wake_after(ms, task)
    return start_own(sleepers, ms, task)
end

local function slept(id, ...)
    -- The entry is left only if something other than the timer has resumed the task.
    if sleepers[id] then
        sleepers[id] = nil
        timer_stop(id)
        return trimmed(...)
    end
end

--- Yields until the time is up.
-- @number ms
-- @thread task the running one
-- @return nothing, or the values of a `coroutine.resume` that ended the wait early
function scheduler.sleep(ms, task)
    -- `start_own` without the call, which would make a `sys.wait` 4 % more expensive.
    local id = own_id + 1
    own_id = id
    sleepers[id] = task
    timer_start(id, ms)
    return slept(id, yield())
end

--- Visits the tasks that wait for a time.
-- @function visit called with each task
function scheduler.each_sleeping(visit)
    for _, task in next, sleepers do
        visit(task)
    end
end

--- Lists what waits for a timer; for tests.
-- @return list of callbacks and of sleeping tasks
function scheduler.pending()
    local list = {}
    for _, action in next, timers do
        list[#list + 1] = action
    end
    for _, task in next, sleepers do
        list[#list + 1] = task
    end
    return list
end

-- ## Messages of the core

local handlers = {}

--- Registers the handler of a message id; it replaces the one before, nil removes it. The handler gets
-- the second value of `rtos.receive`, or the message table.
function scheduler.on(id, handler)
    if type(id) ~= "number" or id ~= id then
        error("rtos.on: id: number expected, got " .. tostring(id), 2)
    end
    handlers[id] = handler
end

--- What our modules do with messages, by id; see `claim`.
local claims = {}

--- Lets one of our modules look at the messages of an id before the handler of `scheduler.on`, which scripts set.
-- @number id
-- @function take called with the message table; returns whether the message is its own and goes no further
function scheduler.claim(id, take)
    claims[id] = take
end

--- Whether there is a handler of a message id.
function scheduler.handles(id)
    return handlers[id] ~= nil or claims[id] ~= nil
end

local function connection_ready() end

--- Sets the function that is called with the key of each WebSocket object that has an event. It raises
-- no error. It returns the task to resume, or wakes several tasks itself and returns nil.
function scheduler.on_connection(handler)
    connection_ready = handler
end

local function deliver_published() end

--- Sets the function that delivers published messages, and then sets `has_work` to whether some are
-- left.
function scheduler.set_delivery(deliver)
    deliver_published = deliver
end

local function pass_on() end

--- Sets the function that gets each message that is not only ours, for another loop than this one.
-- @function take called with the values of `rtos.receive`
function scheduler.set_pass_on(take)
    pass_on = take
end

--- What errors of handlers are reported under, by message id.
local tags = setmetatable({}, {
    __index = function(self, id)
        local tag = "message " .. tostring(id)
        self[id] = tag
        return tag
    end,
})

--- Calls the function that handles a message, if there is one.
local function dispatch(id, parameter)
    if id == MSG_TIMER then
        local action = timers[parameter]
        if action then
            timers[parameter] = nil
            guard("timer", action, parameter)
            return
        end
    end
    pass_on(id, parameter)
    if type(id) == "table" then
        id, parameter = id.id, id
        local take = claims[id]
        if take then
            local ok, is_taken = guard(tags[id], take, parameter)
            if is_taken or not ok then
                return
            end
        end
    end
    local handler = handlers[id]
    if handler then
        guard(tags[id], handler, parameter)
    end
end

local handle_messages

--- Delivers published messages. If some are left after that, handles events of timers and sockets too, so
-- that tasks that publish to each other without end leave room for them.
-- @return as `handle_messages`
local function deliver()
    deliver_published()
    if scheduler.has_work then
        return handle_messages(poll, MOST_EVENTS)
    end
    return true
end

--- Handles messages of the core until there is none. With `UNLIMITED`, it also delivers published messages
-- before each of them.
-- @function next_message `receive`, which waits, or `poll`, which does not
-- @number most limit of the number of messages
-- @return true; or false and "exhausted" (no message can ever come) or "stopped" (the run was ended)
function handle_messages(next_message, most)
    local is_unlimited = most == UNLIMITED
    for _ = 1, most do
        while is_unlimited and scheduler.has_work do
            local ok, why = deliver()
            if not ok then
                return false, why
            end
        end
        local id, parameter = next_message()
        local task, is_for_connection
        if id == MSG_TIMER then
            task = sleepers[parameter]
            if task then
                sleepers[parameter] = nil
            end
        elseif id == MSG_WEBSOCKET then
            task, is_for_connection = connection_ready(parameter), true
            -- A wait outside a task has to regain control after each message.
            scheduler.resumed_by_loop = is_unlimited and task or nil
        elseif not id then
            return false, parameter
        elseif id == NOTHING then
            return true
        end
        if task then
            -- `tasks.wake` without the call, because most messages resume a task.
            local ok, problem = resume(task)
            if is_for_connection then
                scheduler.resumed_by_loop = nil
            end
            if not ok then
                resumed(task, false, problem)
            end
        elseif not is_for_connection then
            dispatch(id, parameter)
        end
    end
    return true
end

--- Delivers published messages, or else handles one message of the core.
-- @return as `handle_messages`
local function step(next_message)
    if scheduler.has_work then
        -- Ends without a further wait: a published message may be what the caller waits for.
        return deliver()
    end
    return handle_messages(next_message, 1)
end

--- Handles messages until none can ever come, or the run was ended.
local function loop()
    repeat
        local ok = handle_messages(receive, UNLIMITED)
    until not ok
    return true
end

--- Delivers published messages once, and handles what timers and sockets have, without waiting.
local function turn()
    if scheduler.has_work then
        deliver_published()
    end
    return handle_messages(poll, MOST_EVENTS)
end

-- ## Running the loop

--- Why a wait outside tasks cannot go on, by what `handle_messages` or `at_next_depth` returns.
local PROBLEMS = {
    stopped = "the run was ended",
    exhausted = "would wait for ever: no task, timer or connection is left that could end it",
    nested = MAX_DEPTH .. " calls that wait outside tasks are under way, each in a callback that runs while the one"
        .. " before waits; wait in a task instead (sys.taskInit)",
}

--- Whether an error comes from a `__gc` of the script that has run during our code. Lua 5.3 marks such
-- an error by its text only.
local function is_from_finalizer(err)
    return type(err) == "string" and find(err, "error in __gc metamethod", 1, true) ~= nil
end

--- Calls `body(...)`, which handles messages, unless too many such calls are nested.
-- @return true; or false and a key of PROBLEMS, or the error that has ended it
local function at_next_depth(body, ...)
    local depth = scheduler.depth
    if depth >= MAX_DEPTH then
        return false, "nested"
    end
    scheduler.depth = depth + 1
    local ok, result, why = pcall(body, ...)
    while not ok do
        scheduler.interruptions = scheduler.interruptions + 1
        if not is_from_finalizer(result) or diagnostics.is_interruption(result) then
            scheduler.depth = depth
            return false, result
        end
        diagnostics.error("collectgarbage", result)
        ok, result, why = pcall(body, ...)
    end
    scheduler.depth = depth
    return result, why
end

--- Runs the loop until no message can ever come, or the run was ended.
function scheduler.run()
    end_of_run.has_loop = true
    if host.stopped() then
        end_of_run.stopped()
    end
    local ok, why = at_next_depth(loop)
    if not ok then
        error(PROBLEMS[why] and "sys.run: " .. PROBLEMS[why] or why, 0)
    end
end

--- Handles one message if there is one: for a task that another scheduler than this loop resumes.
-- A failure shows in the next wait.
function scheduler.look()
    at_next_depth(step, poll)
end

--- Handles one message, after waiting for it, in a wait outside a task. It raises no error: the caller
-- first undoes what it has set up, and then raises the returned one.
-- @string what the call that waits, for the error
-- @return true; or false, an error, and whether it is a text about the call, which wants the caller's line
function scheduler.block(what)
    local ok, why = at_next_depth(step, receive)
    if not ok then
        if why == "stopped" then
            end_of_run.stopped()
        end
        local is_misuse = PROBLEMS[why] ~= nil
        return false, is_misuse and what .. ": " .. PROBLEMS[why] or why, is_misuse
    end
    return true
end

--- For another loop than this one: delivers published messages, and handles what is ours of the next message.
-- @function next_message returns a message as `rtos.receive` does
-- @return true; or false and "exhausted", "stopped" or "nested", or the error that has ended it
function scheduler.handle_next(next_message)
    return at_next_depth(function()
        if scheduler.has_work then
            deliver_published()
        end
        return handle_messages(next_message, 1)
    end)
end

--- Lets other tasks and timers run, for a caller that could go on for long without waiting.
function scheduler.take_turn()
    if in_task() then
        scheduler.sleep(0, (running()))
        return
    end
    local ok, why = at_next_depth(turn)
    -- Without a turn the caller goes on.
    if not ok and not PROBLEMS[why] then
        error(why, 0)
    end
end

return scheduler
