--- `rtos.receive` for scripts: our modules work under a loop other than ours too, such as that of a project's
-- own `sys.lua`.
--
-- Whatever our modules need of a loop happens in `rtos.receive`, before it returns a message: their timers
-- expire, tasks that wait for a WebSocket go on, published messages are delivered. Then the message is returned,
-- ours too: its receiver knows its id from no list and ignores it, but looks after what our callbacks have
-- published there.
local use = ...
local host = use "native.host"
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local copies = use "runtime.copies"
local end_of_run = use "runtime.end_of_run"
local diagnostics = use "runtime.diagnostics"

local error, pcall, tonumber, type = error, pcall, tonumber, type
local handles = scheduler.handles
local receive, poll, milliseconds = host.receive_within, host.poll, host.milliseconds
local NOTHING, INF_TIMEOUT, MSG_WEBSOCKET = rtos.WAIT_MSG_TIMEOUT, rtos.INF_TIMEOUT, rtos.MSG_WEBSOCKET

local foreign_loop = {}

--- Parameter of a `MSG_WEBSOCKET` that only says that our modules have done something; no object has this key.
local NO_OBJECT = 0

--- Limit of the messages kept for the script's loop.
local MOST_KEPT = 4096

--- Messages that our loop took in a wait outside tasks and that the script's loop has to see, as pairs of values.
local kept, first, last = {}, 1, 0

--- Whether the script has ever called `rtos.receive`.
local is_called = false

--- Whether `rtos.receive` is handling a message, which it returns itself.
local is_receiving = false

--- Whether another loop than ours handles messages, or will.
local function exists()
    return is_called or copies.is_foreign "sys"
end

scheduler.set_pass_on(function(id, parameter)
    if is_receiving or not exists() then
        return
    elseif last - first >= MOST_KEPT then
        diagnostics.unsupported("a wait outside a task beside a loop of the script",
            MOST_KEPT .. " messages are kept for that loop, and no more")
        return
    end
    last = last + 1
    kept[last] = { id, parameter }
end)

local function take_kept()
    local message = kept[first]
    kept[first] = nil
    first = first + 1
    return message[1], message[2]
end

local is_followed = false

--- Has the messages of our modules delivered by the project's own `sys`, once that is loaded, and leaves it the
-- timer ids that it takes.
function foreign_loop.look()
    if not is_followed and copies.is_foreign "sys" then
        is_followed = true
        use("runtime.messages").follow(copies.current "sys")
        use("runtime.timers").leave_ids()
    end
end

--- Takes a message and does what is ours of it.
-- @function next_message
-- @return the message: `NOTHING` if there is none
local function handle(next_message)
    local id, parameter
    is_receiving = true
    local ok, why = scheduler.handle_next(function()
        if id == nil then
            id, parameter = next_message()
        end
        return id, parameter
    end)
    is_receiving = false
    if why == "exhausted" or why == "stopped" then
        end_of_run.now(why)
    elseif not ok then
        error(why == "nested" and "rtos.receive: too many calls that wait are nested" or why, 0)
    end
    return id, parameter
end

--- Waits for a message and does what is ours of it. A message of the device that is not ours, such as those of
-- sockets, comes by the shortest way: there are hundreds in each MiB.
-- @number limit ms, nil for none
-- @return the message: `NOTHING` if there is none
local function next_message(limit)
    local ok, id, parameter = pcall(receive, limit)
    if ok and type(id) == "table" and not handles(id.id) then
        return id, parameter
    end
    local is_taken = false
    return handle(function()
        if is_taken then
            return receive(limit)
        end
        is_taken = true
        if not ok then
            error(id, 0)
        end
        return id, parameter
    end)
end

--- The time limit in milliseconds, nil for none.
local function limit_of(timeout)
    if timeout == nil then
        return nil
    end
    local ms = tonumber(timeout)
    if not ms then
        error("rtos.receive: time in ms or rtos.INF_TIMEOUT expected, got " .. type(timeout), 3)
    end
    return ms >= 0 and ms < INF_TIMEOUT and ms or nil
end

--- Waits for the next message. When none can ever come, or the run is ended from outside, the run ends here.
-- @number timeout ms, or `rtos.INF_TIMEOUT`
-- @return the message's id and its parameter, or one table with the field `id`; `rtos.WAIT_MSG_TIMEOUT` when the
-- time is up
function foreign_loop.receive(timeout)
    -- The usual loop asks without a limit, thousands of times a second.
    local limit
    if timeout ~= INF_TIMEOUT then
        limit = limit_of(timeout)
    end
    is_called, end_of_run.has_loop = true, true
    if not is_followed then
        foreign_loop.look()
    end
    if first <= last then
        return take_kept()
    elseif scheduler.has_work then
        local id, parameter = handle(poll)
        if id == NOTHING then
            return MSG_WEBSOCKET, NO_OBJECT
        end
        return id, parameter
    end
    local give_up = limit and milliseconds() + limit
    local id, parameter
    repeat
        id, parameter = next_message(limit)
        if give_up then
            limit = give_up - milliseconds()
        end
    until id ~= NOTHING or limit and limit <= 0
    return id, parameter
end

return foreign_loop
