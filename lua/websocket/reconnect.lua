--- The loop of `ws:start`: connects, receives messages, pauses, connects again.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local hooks = use "runtime.hooks"
local guard = use("runtime.tasks").guard
local waiters = use "websocket.waiters"
local events = use "websocket.events"
local attempt = use "websocket.attempt"

local try_wait, wake = waiters.try_wait, waiters.wake
local error, max = error, math.max

--- Milliseconds at least after an attempt that has failed, whatever the script says: one that fails at once, as
-- without coverage, would be repeated without an end. On the device each takes the time of the mobile network.
local LEAST_PAUSE = 100

--- Waits until `is_over()` or `websocket.exit`, then calls `clean_up`. Dispatches events meanwhile, as
-- those of a `send` with a full queue.
local function wait_until(ws, self, is_over, clean_up)
    local ok, problem = true, nil
    while ok and not self.exiting and not is_over() do
        ok, problem = try_wait(self.key, "start")
        events.dispatch_all(ws, self)
    end
    clean_up()
    if not ok then
        error(problem, 0)
    end
end

--- Waits until the device's network is ready.
local function wait_for_network(ws, self)
    if not hooks.is_network_ready() then
        local unsubscribe = hooks.on_network_ready(function() wake(self.key) end)
        wait_until(ws, self, hooks.is_network_ready, unsubscribe)
    end
end

local function pause(ws, self, ms)
    local is_over = false
    local timer = scheduler.after(ms, function()
        is_over = true
        wake(self.key)
    end)
    wait_until(ws, self, function() return is_over end, function() scheduler.cancel(timer) end)
end

--- Passes the messages of an open connection to `proc` until the connection ends.
local function receive_all(ws, self, proc)
    local ok, data = events.receive(ws, self)
    while ok do
        if proc then
            guard("websocket.start", proc, data)
        end
        ok, data = events.receive(ws, self)
    end
end

--- Says once that no connection can be made, where the script has set nothing that would say so.
local function warn_unheard(ws, self, reason)
    if not self.callbacks.error and not self.has_warned then
        self.has_warned = true
        diagnostics.warn("websocket.start", reason .. " (" .. native.url(ws)
            .. "); start goes on trying. ws:on(\"error\", ...) sets a callback for this")
    end
end

--- Keeps the object connected until `websocket.exit`.
-- @param ws the object
-- @tab self its Lua side
-- @function[opt] proc called with each message
-- @number pause_ms between the end of a connection and the next attempt
-- @return true
local function run(ws, self, proc, pause_ms)
    repeat
        wait_for_network(ws, self)
        if self.exiting then
            break
        end
        local ok, reason = attempt.connect(ws, self, attempt.TIMEOUT)
        if ok then
            if self.exiting then
                self.closing = true
                native.close(ws, 1000)
            end
            receive_all(ws, self, proc)
        elseif not self.cancelled then
            warn_unheard(ws, self, reason)
            events.call(self, "close", 1006, reason)
        end
        if not self.exiting then
            pause(ws, self, ok and pause_ms or max(pause_ms, LEAST_PAUSE))
        end
    until self.exiting
    events.dispatch_all(ws, self)
    return true
end

return run
