--- The loop of `ws:start`: connects, hands messages out, pauses, connects again.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local modules = use "runtime.loader"
local waiters = use "websocket.waiters"

local guard = scheduler.guard
local try_wait, wake = waiters.try_wait, waiters.wake
local error = error

--- Waits until `is_over()` or `websocket.exit`, then calls `clean_up`. What happens meanwhile is handed
-- out: `send` may meet a full queue.
local function wait_until(ws, self, calls, is_over, clean_up)
    local ok, problem = true, nil
    while ok and not self.exiting and not is_over() do
        ok, problem = try_wait(self.key, "start")
        calls.tell(ws, self)
    end
    clean_up()
    if not ok then
        error(problem, 0)
    end
end

--- Waits for the device's network, where the runtime is on.
local function wait_ready(ws, self, calls)
    local link = modules.loaded "modules.link"
    if not link or link.isReady() then
        return
    end
    local sys = use "modules.sys"
    local function ready()
        wake(self.key)
    end
    sys.subscribe("IP_READY_IND", ready)
    wait_until(ws, self, calls, link.isReady, function() sys.unsubscribe("IP_READY_IND", ready) end)
end

local function pause(ws, self, calls, ms)
    local over = false
    local timer = scheduler.after(ms, function()
        over = true
        wake(self.key)
    end)
    wait_until(ws, self, calls, function() return over end, function() scheduler.cancel(timer) end)
end

--- The loop.
-- @param ws the object
-- @tab self its Lua side
-- @tab calls `connect`, `receive`, `call` and `tell` of the module
-- @function[opt] proc
-- @number pause_ms
-- @return true, after `websocket.exit`
local function run(ws, self, calls, proc, pause_ms)
    repeat
        wait_ready(ws, self, calls)
        if self.exiting then
            break
        end
        local ok, why = calls.connect(ws, self, calls.CONNECT_TIMEOUT)
        if ok and self.exiting then
            self.closing = true
            native.close(ws, 1000)
        end
        while ok do
            local data
            ok, data = calls.receive(ws, self)
            if ok and proc then
                guard("websocket.start", proc, data)
            end
        end
        if why and why ~= calls.EXIT then
            calls.call(self, "close", 1006, why)
        end
        if not self.exiting then
            pause(ws, self, calls, pause_ms)
        end
    until self.exiting
    calls.tell(ws, self)
    return true
end

return run
