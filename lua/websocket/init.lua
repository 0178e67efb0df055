--- LuatOS `websocket`: the module, whose calls wait where the native ones return at once.
--
-- A call that waits yields in a task, and runs the message loop outside one. An unrelated
-- `coroutine.resume` does not end the wait: the call checks its condition and waits again.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local hooks = use "runtime.hooks"
local waiters = use "websocket.waiters"
local events = use "websocket.events"
local attempt = use "websocket.attempt"
local reconnect = use "websocket.reconnect"
local pcall = use("runtime.tasks").pcall
local show = use("runtime.text").show

local type, tonumber, error, ipairs = type, tonumber, error, ipairs
local wait, wake = waiters.wait, waiters.wake
local get_state, native_send = native.state, native.send
local receive = events.receive

--- Seconds between the end of a connection and the next attempt of `start`.
local RECONN_TIME = 1

--- Opcodes of control frames (RFC 6455 section 5.5).
local OPCODE = { CLOSE = 8, PING = 9, PONG = 10 }

--- The Lua side of each object:
--
-- - `key`: number of the object in the reactor
-- - `callbacks`: function by event
-- - `calling`: number of callbacks that are running
-- - `ended`: reason for the end of the last connection
-- - `closing`: whether this side has ended the connection
-- - `cancelled`: whether `websocket.exit` has cancelled the last attempt to connect
-- - `starting`: whether `start` is running
-- - `exiting`: whether `start` is to end
-- - `has_warned`: whether it was said that `start` cannot connect
--
-- A callback that refers to its own object does not keep it alive.
local objects = use "runtime.attachments"()

--- The object's Lua side, or an error at the script's own line.
local function object(ws, method)
    local self = objects[ws]
    if not self then
        local name = method == "exit" and "websocket.exit" or method
        local spelling = method == "exit" and "websocket.exit(ws)" or "ws:" .. method .. "(...)"
        error(name .. ": websocket object expected, got " .. show(ws) .. " (" .. spelling .. "?)", 3)
    end
    return self
end

local methods = {}

--- Sets the callback of an event: `open`, `message` (data, opcode), `sent`, `pong` (data), `error`
-- (text), `close` (code, reason). Callbacks run in the task that runs `start`, `connect` or `recv`
-- and may wait.
-- @string event
-- @param callback function, or nil for none
function methods.on(ws, event, callback)
    local self = object(ws, "on")
    if callback ~= nil and type(callback) ~= "function" then
        error("on: function or nil expected for event " .. show(event) .. ", got " .. show(callback), 2)
    end
    if not events.KNOWN[event] then
        diagnostics.warn("websocket.on", "unknown event " .. show(event)
            .. "; expected open, message, sent, pong, error or close")
        return
    end
    self.callbacks[event] = callback
    if event == "sent" then
        native.report_sent(ws, callback ~= nil)
    end
end

--- Connects: name look-up, TCP, TLS and upgrade under one deadline.
-- @number[opt=20000] timeout ms
-- @return true; or false and the reason
-- @usage while not ws:connect(20000) do sys.wait(2000) end
function methods.connect(ws, timeout)
    local self = object(ws, "connect")
    local ms = timeout == nil and attempt.TIMEOUT or tonumber(timeout)
    if not ms or ms ~= ms or ms <= 0 then
        error("connect: timeout in ms above 0 expected, got " .. show(timeout), 2)
    end
    return attempt.connect(ws, self, ms)
end

--- What a script gets of a send: true; or false and the reason.
local function answer(ok, reason)
    if ok then
        return true
    end
    return false, reason
end

--- Sends one frame. Outside the message loop it is written at once, because no loop would soon do so.
local function send_frame(ws, name, fin, opcode, data)
    local ok, reason = native.sendFrame(ws, fin, opcode, data, scheduler.depth == 0)
    if ok == nil then
        error(name .. ": " .. reason, 3)
    end
    return ok, reason
end

--- Queues a message; it may be called in any state.
-- @param data string or number
-- @param text true: a text message, else a binary one
-- @return true; or false and the reason, such as "queue full"
function methods.send(ws, data, text)
    if not objects[ws] then
        object(ws, "send")
    end
    local ok, reason = native_send(ws, data, text, scheduler.depth == 0)
    if ok then
        return true
    elseif ok == nil then
        error("send: " .. reason, 2)
    end
    return false, reason
end

--- Sends one frame, masked; the script is responsible for the order of fragments.
-- @bool fin
-- @number opcode 0 to 15
-- @param[opt] data string or number
-- @return true; or false and the reason
function methods.sendFrame(ws, fin, opcode, data)
    local self = object(ws, "sendFrame")
    if opcode == OPCODE.CLOSE and fin and get_state(ws) == "OPEN" then
        -- The frame starts the closing handshake, as `close` does.
        self.closing = true
    end
    -- No tail call, here and below: Lua 5.1 counts it as a level of its own.
    local ok, reason = send_frame(ws, "sendFrame", fin, opcode, data)
    return answer(ok, reason)
end

--- Sends a ping; the answer comes as the event `pong`.
-- @param[opt] data at most 125 bytes
-- @return true; or false and the reason
function methods.ping(ws, data)
    object(ws, "ping")
    local ok, reason = send_frame(ws, "ping", true, OPCODE.PING, data)
    return answer(ok, reason)
end

--- Sends an unsolicited pong; pings are answered automatically.
-- @param[opt] data at most 125 bytes
-- @return true; or false and the reason
function methods.pong(ws, data)
    object(ws, "pong")
    local ok, reason = send_frame(ws, "pong", true, OPCODE.PONG, data)
    return answer(ok, reason)
end

--- Waits for the next complete message.
-- @number[opt] timeout ms; without one it waits until the connection ends
-- @return true and the data; or false and the reason, "timeout" when the time is up
function methods.recv(ws, timeout)
    local self = objects[ws] or object(ws, "recv")
    local ms
    if timeout ~= nil then
        ms = tonumber(timeout)
        if not ms or ms ~= ms or ms < 0 then
            error("recv: timeout in ms expected, got " .. show(timeout), 2)
        end
    end
    return receive(ws, self, ms)
end

--- Closes the connection: closing handshake of at most 2 s, then the socket. Without an open connection
-- it does nothing.
-- @number[opt=1001] code 1000-1003, 1007-1014 or 3000-4999
-- @string[opt] reason UTF-8, at most 123 bytes
function methods.close(ws, code, reason)
    local self = object(ws, "close")
    local ok, message = native.close(ws, code, reason)
    if ok == nil then
        error("close: " .. message, 2)
    end
    self.closing = self.closing or ok
    while ok and get_state(ws) == "CLOSING" do
        wait(self.key, "close")
    end
    if not events.are_handled(self) then
        events.dispatch_all(ws, self)
    end
end

--- @return "CONNECTING", "OPEN", "CLOSING" or "CLOSED"
function methods.state(ws)
    object(ws, "state")
    return get_state(ws)
end

--- @return true only while OPEN
function methods.online(ws)
    object(ws, "online")
    return get_state(ws) == "OPEN"
end

local function seconds(name, value, default)
    if value == nil then
        return default
    end
    local number = tonumber(value)
    if not number or number ~= number or number < 0 then
        error("start: " .. name .. " in seconds expected, got " .. show(value), 3)
    end
    return number
end

--- Connects, receives messages, and connects again after the end of the connection, until
-- `websocket.exit(ws)`.
-- @number[opt=0] keepAlive seconds between pings while open, 0 for none; the connection counts as lost
-- when nothing is received for three times as long
-- @function[opt] proc called with the data of each message after the event `message`
-- @number[opt=1] reconnTime seconds between the end of a connection and the next attempt
-- @return true after `websocket.exit`; false if a start is running already
-- @usage sys.taskInit(ws.start, ws, 180)
function methods.start(ws, keepAlive, proc, reconnTime)
    local self = object(ws, "start")
    local ping_seconds = seconds("keepAlive", keepAlive, 0)
    local pause_seconds = seconds("reconnTime", reconnTime, RECONN_TIME)
    if proc ~= nil and type(proc) ~= "function" then
        error("start: function or nil expected for proc, got " .. show(proc), 2)
    end
    if self.starting then
        diagnostics.error("websocket.start", "start is running already for " .. native.url(ws))
        return false
    end
    self.starting, self.exiting = true, false
    native.keep_alive(ws, ping_seconds)
    local ok, result = pcall(reconnect, ws, self, proc, pause_seconds * 1000)
    native.keep_alive(ws, 0)
    self.starting, self.exiting = false, false
    if not ok then
        error(result, 0)
    end
    return result
end

local websocket = {}

--- Makes a WebSocket object, without connecting it.
-- @string url `ws://` or `wss://`
-- @tab[opt] cert `caCert`, `clientCert`, `clientKey` (PEM files), `clientPassword`, `insist` (0
-- refuses a certificate issued to another host; 1 or nil accepts it)
-- @tab[opt] options `headers` (table), `subprotocols` (list), `maxMessageSize` (bytes, default
-- 16777216), `queueSize` (bytes, default 1048576), `compression` (false, the default; true; or a table of
-- `threshold` (bytes), `level` (0 to 9), `contextTakeover` (boolean), `windowBits` (9 to 15))
-- @return userdata
function websocket.new(url, cert, options)
    local ws, result = native.new(url, cert, options, hooks.host_path)
    if not ws then
        error("websocket.new: " .. result, 2)
    end
    for _, warning in ipairs(result) do
        diagnostics.warn("websocket.new", warning)
    end
    local is_secure, host = native.address(ws)
    if is_secure and not (cert and cert.caCert) then
        hooks.unchecked_server(host, "websocket.new")
    end
    objects[ws] = { key = native.key(ws), callbacks = {}, calling = 0 }
    return ws
end

--- Ends `start` in any phase: closes the connection with code 1000, and `start` returns true. If `start` is
-- not running, it only closes.
function websocket.exit(ws)
    local self = object(ws, "exit")
    if not self.starting then
        return methods.close(ws, 1000)
    end
    if not self.exiting then
        self.exiting = true
        if native.dialing(ws) then
            self.cancelled = true
            native.abort(ws, attempt.EXIT_REASON)
        else
            self.closing = true
            native.close(ws, 1000)
        end
        wake(self.key)
    end
end

native.define(methods)
use("runtime.hints").know_methods("a WebSocket object", methods)

return websocket
