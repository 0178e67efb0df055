--- Events of a WebSocket object: dispatches them to its callbacks, and returns messages from `recv`.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local hooks = use "runtime.hooks"
local waiters = use "websocket.waiters"

local error, running = error, coroutine.running
local xpcall, with_traceback, reported, in_task = tasks.xpcall, tasks.with_traceback, tasks.reported, tasks.in_task
local cancel, take_turn = scheduler.cancel, scheduler.take_turn
local try_wait, wait_in_task, wake = waiters.try_wait, waiters.wait_in_task, waiters.wake
local is_awaited, waiting, blocked = waiters.is_awaited, waiters.waiting, waiters.blocked
local next_event = native.next_event
local NOTHING, MESSAGE, SENT, CLOSE = native.NOTHING, native.MESSAGE, native.SENT, native.CLOSE
local ALL, KEEP_MESSAGES, WAIT = native.ALL, native.KEEP_MESSAGES, native.WAIT

local events = {}

--- Names of the events by their native numbers; `open` is no native event.
local NAMES = {
    [MESSAGE] = "message",
    [SENT] = "sent",
    [native.PONG] = "pong",
    [native.ERROR] = "error",
    [CLOSE] = "close",
}

--- Events that a script can set callbacks for.
events.KNOWN = { open = true }
for _, name in pairs(NAMES) do
    events.KNOWN[name] = true
end

local function called(self, event, ...)
    self.calling = self.calling - 1
    -- Errors of the callback go no further. An interruption does.
    reported("websocket." .. event, ...)
end

--- Calls the callback of an event, if there is one.
-- @tab self the object's Lua side
-- @string event
-- @param ... what the callback gets
function events.call(self, event, ...)
    local callback = self.callbacks[event]
    if callback then
        self.calling = self.calling + 1
        called(self, event, xpcall(callback, with_traceback, ...))
    end
end
local call = events.call

--- Calls the callback of one event.
local function dispatch(ws, self, event, a, b)
    if event == CLOSE then
        if not self.closing then
            hooks.socket_event("LIB_SOCKET_CLOSE_IND", ws)
        end
        hooks.socket_event("SOCKET_ACTIVE", ws)
        self.ended = b == "" and ("closed with code " .. a) or ("closed with code " .. a .. ": " .. b)
        call(self, "close", a, b)
    elseif event == MESSAGE then
        call(self, "message", a, b)
    elseif event == SENT then
        call(self, "sent")
    else
        call(self, NAMES[event], a)
    end
end

--- Dispatches all events but messages, which stay for `recv`.
-- @param ws the object
-- @tab self its Lua side
function events.dispatch_all(ws, self)
    local event, a, b = next_event(ws, KEEP_MESSAGES)
    while event ~= NOTHING do
        dispatch(ws, self, event, a, b)
        event, a, b = next_event(ws, KEEP_MESSAGES)
    end
end

--- Whether `start`, a call that waits, or one whose callback is running will dispatch events anyway.
function events.are_handled(self)
    return self.starting or self.calling > 0 or is_awaited(self.key)
end

--- The mode of `native.next_event`: `WAIT` if the native may wait for the event, which saves the way
-- through the loop. It may if no published message is to be delivered, no other call waits for this
-- object, and the caller runs outside a task or was resumed by the loop, so that a yield would only
-- return there. The native stops waiting at any other message.
local function read_mode(key, timeout)
    if not (timeout or scheduler.has_work or waiting[key] or blocked[key]) then
        local task, is_main = running()
        if is_main or task == scheduler.resumed_by_loop or not in_task() then
            return WAIT
        end
    end
    return ALL
end

--- Waits for a message and dispatches all other events, the given one first.
local function receive_from(ws, self, task, timeout, event, a, b)
    local key = self.key
    local expired, timer
    if timeout then
        timer = scheduler.after(timeout, function()
            expired = true
            wake(key)
        end)
    end
    while true do
        if event == NOTHING then
            local is_connected = a
            if not is_connected then
                cancel(timer)
                return false, self.ended or "not connected"
            elseif expired then
                return false, "timeout"
            elseif task then
                wait_in_task(key, task)
            else
                local ok, problem = try_wait(key, "recv")
                if not ok then
                    cancel(timer)
                    error(problem, 0)
                end
            end
        else
            dispatch(ws, self, event, a, b)
            if event == MESSAGE then
                cancel(timer)
                return true, a
            elseif event == CLOSE then
                cancel(timer)
                return false, self.ended
            end
        end
        event, a, b = next_event(ws, read_mode(key, timeout))
    end
end

--- Number of messages that `recv` returns before it lets timers and other sockets run: with a full receive
-- queue it would never wait.
local MOST_IN_A_ROW, in_a_row = 64, 0

--- Waits for a message and dispatches all other events.
-- @param ws the object
-- @tab self its Lua side
-- @number[opt] timeout ms
-- @return true and the data; or false and the reason
function events.receive(ws, self, timeout)
    in_a_row = in_a_row + 1
    if in_a_row > MOST_IN_A_ROW then
        in_a_row = 0
        take_turn()
    end
    local event, a, b = next_event(ws, read_mode(self.key, timeout))
    if event == MESSAGE and not self.callbacks.message then
        return true, a
    end
    return receive_from(ws, self, in_task() and running(), timeout, event, a, b)
end

return events
