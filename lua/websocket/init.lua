--- LuatOS `websocket`: the half that waits, over the native calls that do not.
--
-- A call that has to wait yields in a task and runs the message loop elsewhere. While it waits, a
-- stray `coroutine.resume` changes nothing: it looks whether its condition holds and waits on.
local use = ...
local native = use "native.websocket"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local modules = use "runtime.loader"
local waiters = use "websocket.waiters"
local events = use "websocket.events"
local reconnect = use "websocket.reconnect"
local show = use("runtime.text").show

local type, tonumber, error, pcall, ipairs = type, tonumber, error, pcall, ipairs
local open, match = io.open, string.match
local wait, wake = waiters.wait, waiters.wake
local tick = use("native.rtos").tick
local get_state, native_send = native.state, native.send
local announce, call, receive, tell = events.announce, events.call, events.receive, events.tell

--- Milliseconds that an attempt to connect may take, all in all.
local CONNECT_TIMEOUT = 20000

--- Frequency of `rtos.tick`.
local TICKS_PER_SECOND = 16384

--- Seconds between the end of a connection and the next attempt of `start`.
local RECONN_TIME = 1

--- RFC 6455 section 5.5.1.
local CLOSE_OPCODE = 8

--- Why an attempt failed that `websocket.exit` has called off.
local EXIT = "called off by websocket.exit"

--- What Lua keeps of each object: `key` (the reactor's), `callbacks` by event, `calling` (how many of
-- them are running), `ended` (why the last connection did), `closing` (we ended it), `starting` and
-- `exiting` for `start`. The keys are weak, and so is what only the object itself can reach.
local objects = setmetatable({}, { __mode = "k" })

--- The object's Lua side, or an error at the script's own line.
local function object(ws, method)
    local spelling = method == "exit" and "websocket.exit(ws)" or "ws:" .. method .. "(...)"
    return objects[ws]
        or error(method .. ": websocket object expected, got " .. show(ws) .. " (" .. spelling .. "?)", 3)
end

--- One attempt, or the end of the one under way. Returns true, or false and why.
local function connect(ws, self, timeout)
    tell(ws, self)
    local began, expired, timer = tick(), false, nil
    --- Waits for what another call has begun; not for longer than this one may take.
    local function wait_for_other()
        timer = timer or scheduler.after(timeout, function()
            expired = true
            wake(self.key)
        end)
        wait(self.key, "connect")
    end
    while get_state(ws) == "CLOSING" and not expired do
        wait_for_other()
        tell(ws, self)
    end
    if get_state(ws) == "OPEN" then
        scheduler.cancel(timer)
        return true
    end
    local mine = not native.dialing(ws)
    if mine then
        scheduler.cancel(timer)
        if self.exiting then
            -- Called off by a callback, or while the connection before was closing.
            return false, EXIT
        end
        local left = timer and timeout - (tick() - began) * 1000 / TICKS_PER_SECOND or timeout
        if expired or left <= 0 then
            local why = "timeout: not connected within %g ms while the connection before was closing"
            return false, why:format(timeout)
        end
        self.ended = nil
        native.connect(ws, left)
    end
    while native.dialing(ws) and not expired do
        if mine then
            wait(self.key, "connect")
        else
            wait_for_other()
        end
        if native.dialing(ws) then
            tell(ws, self)
        end
    end
    scheduler.cancel(timer)
    if expired and native.dialing(ws) then
        return false, ("timeout: not connected within %g ms beside another attempt"):format(timeout)
    end
    local why = native.failure(ws)
    if why then
        if mine and why ~= EXIT then
            announce("LIB_SOCKET_CONNECT_FAIL_IND", ws)
        end
        tell(ws, self)
        return false, why
    end
    if mine then
        self.closing = false
        announce "SOCKET_ACTIVE"
        call(self, "open")
    end
    return true
end

--- What `reconnect` is made of.
local steps = {
    CONNECT_TIMEOUT = CONNECT_TIMEOUT,
    EXIT = EXIT,
    call = call,
    connect = connect,
    receive = receive,
    tell = tell,
}

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
    local ms = timeout == nil and CONNECT_TIMEOUT or tonumber(timeout)
    if not ms or ms ~= ms or ms <= 0 then
        error("connect: timeout in ms above 0 expected, got " .. show(timeout), 2)
    end
    return connect(ws, self, ms)
end

--- What a native send answered other than true, for the script. Called by tail calls: the script is
-- two levels up.
local function not_sent(name, ok, reason)
    if ok == nil then
        error(name .. ": " .. reason, 2)
    end
    return false, reason
end

--- One frame. At once outside the message loop: nobody else would write it out soon.
local function send_frame(ws, name, fin, opcode, data)
    local ok, reason = native.sendFrame(ws, fin, opcode, data, scheduler.depth == 0)
    if ok then
        return true
    end
    return not_sent(name, ok, reason)
end

--- Queues a message; it may be called in any state.
-- @param data string or number
-- @param text true: a text message, else a binary one
-- @return true; or false and "queue full" or what else is wrong
function methods.send(ws, data, text)
    if not objects[ws] then
        object(ws, "send")
    end
    local ok, reason = native_send(ws, data, text, scheduler.depth == 0)
    if ok then
        return true
    end
    return not_sent("send", ok, reason)
end

--- Sends one frame as it is, masked; the order of fragments is the script's.
-- @bool fin
-- @number opcode 0 to 15
-- @param[opt] data string or number
-- @return true; or false and the reason
function methods.sendFrame(ws, fin, opcode, data)
    local self = object(ws, "sendFrame")
    if opcode == CLOSE_OPCODE and fin and get_state(ws) == "OPEN" then
        -- It starts the closing handshake: we end the connection, as with `close`.
        self.closing = true
    end
    return send_frame(ws, "sendFrame", fin, opcode, data)
end

--- Sends a ping; the answer comes as the event `pong`.
-- @param[opt] data at most 125 bytes
-- @return true; or false and the reason
function methods.ping(ws, data)
    object(ws, "ping")
    return send_frame(ws, "ping", true, 9, data)
end

--- Sends a pong nobody asked for; pings are answered by themselves.
-- @param[opt] data at most 125 bytes
-- @return true; or false and the reason
function methods.pong(ws, data)
    object(ws, "pong")
    return send_frame(ws, "pong", true, 10, data)
end

--- Waits for the next whole message.
-- @number[opt] timeout ms; without one it waits until the connection ends
-- @return true and the data; or false and the reason, "timeout" if the time was up
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

--- Closes the connection: closing handshake of at most 2 s, then the socket. Nothing happens where
-- none is open.
-- @number[opt] code 1000-1003, 1007-1014 or 3000-4999
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
        tell(ws, self)
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

--- Connects, hands out messages and connects again, until `websocket.exit(ws)`.
-- @number[opt=0] keepAlive seconds between pings while open, 0 for none; nothing received for three
-- times that, and the connection counts as lost
-- @function[opt] proc called with each message after the event `message`
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
    local ok, result = pcall(reconnect, ws, self, steps, proc, pause_seconds * 1000)
    native.keep_alive(ws, 0)
    self.starting, self.exiting = false, false
    if not ok then
        error(result, 0)
    end
    return result
end

local websocket = {}

--- Finds a certificate file: beside the main script, then in the working directory.
local function resolve(path)
    local relative = match(path, "^/lua/(.*)") or (not match(path, "^/") and path)
    if relative then
        local folder = modules.script_folder and modules.script_folder() or "."
        for _, base in ipairs { folder, "." } do
            local file = open(base .. "/" .. relative, "rb")
            if file then
                file:close()
                return base .. "/" .. relative
            end
        end
        return relative
    end
    return path
end

local has_warned = false

--- Says once, where device scripts run, that a server is not checked.
local function warn_unchecked(ws, cert)
    local secure, host = native.address(ws)
    if secure and not (cert and cert.caCert) and not has_warned and modules.loaded "runtime.activate" then
        has_warned = true
        diagnostics.warn("websocket.new", "the certificate of " .. host
            .. " is not checked, as on the device: the cert table has no caCert")
    end
end

--- Makes a WebSocket object; nothing is connected yet.
-- @string url `ws://` or `wss://`
-- @tab[opt] cert `caCert`, `clientCert`, `clientKey` (PEM files), `clientPassword`, `insist` (0
-- refuses a certificate made out to another host; 1 or nil accepts it)
-- @tab[opt] options `headers` (table), `subprotocols` (list), `maxMessageSize` (bytes, default
-- 16777216), `queueSize` (bytes, default 1048576), `compression` (false, the default; true; or a table of
-- `threshold` (bytes), `level` (0 to 9), `contextTakeover` (boolean), `windowBits` (9 to 15))
-- @return userdata
function websocket.new(url, cert, options)
    local ws, result = native.new(url, cert, options, resolve)
    if not ws then
        error("websocket.new: " .. result, 2)
    end
    for _, warning in ipairs(result) do
        diagnostics.warn("websocket.new", warning)
    end
    warn_unchecked(ws, cert)
    objects[ws] = { key = native.key(ws), callbacks = {}, calling = 0 }
    return ws
end

--- Ends `start`, in any phase: closes with 1000, and `start` returns true. Without a running
-- `start` it closes.
function websocket.exit(ws)
    local self = object(ws, "exit")
    if not self.starting then
        return methods.close(ws, 1000)
    end
    if not self.exiting then
        self.exiting = true
        if native.dialing(ws) then
            native.abort(ws, EXIT)
        else
            self.closing = true
            native.close(ws, 1000)
        end
        wake(self.key)
    end
end

native.define(methods)

return websocket
