--- One attempt to connect a WebSocket object, including the wait for one that is under way.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local hooks = use "runtime.hooks"
local waiters = use "websocket.waiters"
local events = use "websocket.events"

local milliseconds = use("native.host").milliseconds
local get_state, is_dialing = native.state, native.dialing
local wait, wake = waiters.wait, waiters.wake

local attempt = {
    --- Default limit in milliseconds: name look-up, TCP, TLS and upgrade together.
    TIMEOUT = 20000,
    --- Reason of an attempt that `websocket.exit` has cancelled.
    EXIT_REASON = "called off by websocket.exit",
}

--- Waits for an event of what another call has begun, within the time limit of this call.
-- @tab self the object's Lua side
-- @tab limit of this call: `ms`, `began` (ms), and from the first such wait on `timer` and `has_expired`
local function wait_for_other(self, limit)
    limit.timer = limit.timer or scheduler.after(limit.ms, function()
        limit.has_expired = true
        wake(self.key)
    end)
    wait(self.key, "connect")
end

--- Begins an attempt.
-- @return true; or false and the reason
local function begin(ws, self, limit)
    if self.exiting then
        -- `websocket.exit` was called by a callback, or while the previous connection was closing.
        self.cancelled = true
        return false, attempt.EXIT_REASON
    end
    local left = limit.timer and limit.ms - (milliseconds() - limit.began) or limit.ms
    if limit.has_expired or left <= 0 then
        local reason = "timeout: not connected within %g ms while the connection before was closing"
        return false, reason:format(limit.ms)
    end
    self.ended, self.cancelled = nil, false
    native.connect(ws, left)
    return true
end

--- Waits for the end of an attempt, or for the time limit if another call has begun it.
local function wait_while_dialing(ws, self, limit, is_own)
    while is_dialing(ws) and not limit.has_expired do
        if is_own then
            wait(self.key, "connect")
        else
            wait_for_other(self, limit)
        end
        if is_dialing(ws) then
            events.dispatch_all(ws, self)
        end
    end
end

--- Dispatches the events of an attempt that has ended.
-- @bool is_own whether this call has begun it
-- @return true; or false and the reason
local function finish(ws, self, is_own)
    local reason = native.failure(ws)
    if reason then
        if is_own and not self.cancelled then
            hooks.socket_event("LIB_SOCKET_CONNECT_FAIL_IND", ws)
        end
        events.dispatch_all(ws, self)
        return false, reason
    end
    if is_own then
        self.closing = false
        hooks.socket_event("SOCKET_ACTIVE", ws)
        events.call(self, "open")
    end
    return true
end

--- Connects, unless another call does so already; then waits for its result.
-- @param ws the object
-- @tab self its Lua side; `cancelled` says afterwards whether `websocket.exit` has cancelled the attempt
-- @number timeout ms
-- @return true; or false and the reason
function attempt.connect(ws, self, timeout)
    self.cancelled = false
    events.dispatch_all(ws, self)
    local limit = { ms = timeout, began = milliseconds(), timer = nil, has_expired = false }
    while get_state(ws) == "CLOSING" and not limit.has_expired do
        wait_for_other(self, limit)
        events.dispatch_all(ws, self)
    end
    if get_state(ws) == "OPEN" then
        scheduler.cancel(limit.timer)
        return true
    end
    local is_own = not is_dialing(ws)
    if is_own then
        scheduler.cancel(limit.timer)
        local ok, reason = begin(ws, self, limit)
        if not ok then
            return false, reason
        end
    end
    wait_while_dialing(ws, self, limit, is_own)
    scheduler.cancel(limit.timer)
    if limit.has_expired and is_dialing(ws) then
        return false, ("timeout: not connected within %g ms beside another attempt"):format(timeout)
    end
    return finish(ws, self, is_own)
end

return attempt
