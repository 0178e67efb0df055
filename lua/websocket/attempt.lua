--- One attempt to connect a WebSocket object, including the wait for one that is under way.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local hooks = use "runtime.hooks"
local waiters = use "websocket.waiters"
local events = use "websocket.events"

local tick = use("native.rtos").tick
local get_state, is_dialing = native.state, native.dialing
local wait, wake = waiters.wait, waiters.wake

--- Frequency of `rtos.tick` in Hz.
local TICKS_PER_SECOND = 16384

local attempt = {
    --- Default limit in milliseconds: name look-up, TCP, TLS and upgrade together.
    TIMEOUT = 20000,
    --- Reason of an attempt that `websocket.exit` has cancelled.
    EXIT_REASON = "called off by websocket.exit",
}

local function cancelled(self)
    self.cancelled = true
    return false, attempt.EXIT_REASON
end

--- Result of the attempt that has ended; `is_own` if this call has begun it.
local function result(ws, self, is_own)
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

--- Connects, unless another task does so already; then it waits for that one's result.
-- @param ws the object
-- @tab self its Lua side; `cancelled` tells afterwards whether `websocket.exit` has cancelled the attempt
-- @number timeout ms
-- @return true; or false and the reason
function attempt.connect(ws, self, timeout)
    self.cancelled = false
    events.dispatch_all(ws, self)
    local began, has_expired, timer = tick(), false, nil
    --- Waits for what another call has begun, within the limit of this one.
    local function wait_for_other()
        timer = timer or scheduler.after(timeout, function()
            has_expired = true
            wake(self.key)
        end)
        wait(self.key, "connect")
    end
    while get_state(ws) == "CLOSING" and not has_expired do
        wait_for_other()
        events.dispatch_all(ws, self)
    end
    if get_state(ws) == "OPEN" then
        scheduler.cancel(timer)
        return true
    end
    local is_own = not is_dialing(ws)
    if is_own then
        scheduler.cancel(timer)
        if self.exiting then
            -- `websocket.exit` was called by a callback, or while the previous connection was closing.
            return cancelled(self)
        end
        local left = timer and timeout - (tick() - began) * 1000 / TICKS_PER_SECOND or timeout
        if has_expired or left <= 0 then
            local reason = "timeout: not connected within %g ms while the connection before was closing"
            return false, reason:format(timeout)
        end
        self.ended, self.cancelled = nil, false
        native.connect(ws, left)
    end
    while is_dialing(ws) and not has_expired do
        if is_own then
            wait(self.key, "connect")
        else
            wait_for_other()
        end
        if is_dialing(ws) then
            events.dispatch_all(ws, self)
        end
    end
    scheduler.cancel(timer)
    if has_expired and is_dialing(ws) then
        return false, ("timeout: not connected within %g ms beside another attempt"):format(timeout)
    end
    return result(ws, self, is_own)
end

return attempt
