--- Hands out what has happened to a WebSocket object: to its callbacks, and messages to `recv`.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local modules = use "runtime.loader"
local waiters = use "websocket.waiters"

local pcall, error, running = pcall, error, coroutine.running
local guard, in_task, cancel = scheduler.guard, scheduler.in_task, scheduler.cancel
local take_turn = scheduler.take_turn
local try_wait, wait_in_task, wake = waiters.try_wait, waiters.wait_in_task, waiters.wake
local is_awaited, waiting, blocked = waiters.is_awaited, waiters.waiting, waiters.blocked
local next_event = native.next_event
local NOTHING, MESSAGE, SENT, CLOSE = native.NOTHING, native.MESSAGE, native.SENT, native.CLOSE
local ALL, KEEP_MESSAGES, WAIT = native.ALL, native.KEEP_MESSAGES, native.WAIT

local events = {}

--- Names of the events that have callbacks, by the native's numbers; `open` has no number.
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

local function called(self, ok, ...)
    self.calling = self.calling - 1
    if not ok then
        error((...), 0)
    end
end

--- Calls the callback of an event, if there is one.
-- @tab self the object's Lua side
-- @string event
-- @param ... what the callback gets
function events.call(self, event, ...)
    local callback = self.callbacks[event]
    if callback then
        self.calling = self.calling + 1
        -- What the callback raises goes no further than the guard; what ends the program does.
        called(self, pcall(guard, "websocket." .. event, callback, ...))
    end
end
local call = events.call

--- Tells the rest of LuatOS, where the runtime is on, what the device's sockets tell it.
-- @string what `SOCKET_ACTIVE`, `LIB_SOCKET_CLOSE_IND` or `LIB_SOCKET_CONNECT_FAIL_IND`
function events.announce(what, ws)
    if not modules.loaded "modules.link" then
        return
    end
    local sys = use "modules.sys"
    if what == "SOCKET_ACTIVE" then
        sys.publish(what, native.has_open())
    else
        local secure, host, port = native.address(ws)
        sys.publish(what, secure and "SSL" or nil, secure and "TCPSSL" or "TCP", host, port)
    end
end
local announce = events.announce

--- Hands one event to its callback.
local function dispatch(ws, self, event, a, b)
    if event == CLOSE then
        if not self.closing then
            announce("LIB_SOCKET_CLOSE_IND", ws)
        end
        announce "SOCKET_ACTIVE"
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

--- Hands out what happened but for messages, which stay for `recv`.
function events.tell(ws, self)
    local event, a, b = next_event(ws, KEEP_MESSAGES)
    while event ~= NOTHING do
        dispatch(ws, self, event, a, b)
        event, a, b = next_event(ws, KEEP_MESSAGES)
    end
end

--- Whether somebody is about to hand out what happens, so that others leave that to it: `start`,
-- a call that waits, or the one whose callback is running.
function events.are_handled(self)
    return self.starting or self.calling > 0 or is_awaited(self.key)
end

--- How to look for the next event. The native itself may wait for it where that keeps nobody waiting:
-- nothing else is to be done, nobody else is woken by it, and the caller runs outside any task or was
-- resumed by the loop, to which a yield would only return. The native stops waiting as soon as anything
-- else happens.
local function how(key, timeout)
    if not (timeout or scheduler.has_work or waiting[key] or blocked[key]) then
        local task, is_main = running()
        if is_main or task == scheduler.resumed_by_loop or not in_task() then
            return WAIT
        end
    end
    return ALL
end

--- Waits for a message and hands out everything else that happens; begins with the given event.
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
        event, a, b = next_event(ws, how(key, timeout))
    end
end

--- Messages that `recv` may return one after the other before timers and other sockets get a turn:
-- those of a full inbox come without a wait.
local MOST_IN_A_ROW, in_a_row = 64, 0

--- Waits for a message and hands out what else happens meanwhile.
-- @param ws the object
-- @tab self its Lua side
-- @number[opt] timeout ms
-- @return true and the data, or false and why
function events.receive(ws, self, timeout)
    in_a_row = in_a_row + 1
    if in_a_row > MOST_IN_A_ROW then
        in_a_row = 0
        take_turn()
    end
    local event, a, b = next_event(ws, how(self.key, timeout))
    if event == MESSAGE and not self.callbacks.message then
        return true, a
    end
    return receive_from(ws, self, in_task() and running(), timeout, event, a, b)
end

return events
