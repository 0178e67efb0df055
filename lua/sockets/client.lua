--- The socket objects of LuatOS `socket`.
--
-- An object belongs to the task that made it: methods that wait are that task's. A wait ends by what it waits for,
-- by its time limit, by the peer or by the loss of the network. Data that comes while the task does something else
-- is kept, and so are the messages that `recv` is to be ended by.
local use = ...
local host = use "native.host"
local socketcore = use "native.socketcore"
local log = use "modules.log"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local network_hooks = use "runtime.network_hooks"
local portability = use "runtime.portability"
local diagnostics = use "runtime.diagnostics"
local waits = use "device.waits"
local registry = use "sockets.registry"
local certificates = use "sockets.certificates"
local show = use("runtime.text").show

local running, concat, remove = coroutine.running, table.concat, table.remove
local publish, milliseconds = messages.publish, host.milliseconds
local type, error, tostring, setmetatable, pairs, tonumber = type, error, tostring, setmetatable, pairs, tonumber

local Client = {}
Client.__index = Client

--- Types of the socket core.
local CORE_TYPES = { TCP = 0, UDP = 1, TCPSSL = 2 }

--- Seconds for `connect` and for each piece of `send` where the script gives none.
local TIMEOUT = 120

--- Bytes that are given to the core at a time, as on the device: each piece has the whole time limit.
local PIECE = 11200

--- How often the ends of sockets whose tasks have ended are looked for, and the time between in ms.
local ORPHAN_LOOKS, ORPHAN_PAUSE = 20, 5

--- Errors of `sock_send` after which no confirmation comes.
local UNCONFIRMED = { [socketcore.ERR_ENOTCONN] = true, [socketcore.ERR_ECLSD] = true }

-- ## Arguments and waits

local function check_owner(self, call)
    if running() ~= self.co then
        error(("socket:%s: coroutine mismatch: only the task that made the socket may call this"):format(call), 3)
    end
end

--- Raises the error of an argument.
-- @number level that of the script's call, for a function that the method itself calls
local function bad(call, name, expected, value, level)
    error(("socket:%s: %s: %s expected, got %s"):format(call, name, expected, show(value)), level or 3)
end

--- A time limit, nil for none.
local function check_time(call, name, value)
    if value ~= nil and (type(value) ~= "number" or value ~= value or value < 0) then
        bad(call, name, "number of 0 or more", value, 4)
    end
    return value
end

local function check_data(call, data)
    if data ~= nil and type(data) ~= "string" then
        bad(call, "data", "string", data, 4)
    end
    return data or ""
end

--- Waits until a condition holds. The core's messages wake it.
-- @function condition called with the socket
-- @number ms nil for no limit
-- @return whether it holds
local function wait_until(self, condition, ms, call)
    local give_up = ms and milliseconds() + ms
    while not condition(self) do
        local left = give_up and give_up - milliseconds()
        if left and left <= 0 then
            return false
        end
        local wait = waits.new()
        self.pending = wait
        local problem = waits.wait(wait, left, "socket:" .. call)
        self.pending = nil
        if problem then
            error(problem, 0)
        end
    end
    return true
end

-- ## Making one

--- Makes an object.
-- @string protocol "TCP", "TCPSSL" or "UDP"
-- @tab[opt] cert
-- @tab[opt] settings of the core
function Client.new(protocol, cert, settings)
    local co, is_main = running()
    if not co or is_main then
        portability.warn("socket." .. (protocol == "UDP" and "udp" or "tcp"), "a socket outside a task",
            "the device needs one (sys.taskInit)")
    end
    return setmetatable({
        protocol = protocol,
        ssl = protocol == "TCPSSL" and "SSL" or nil,
        cert = cert,
        tCoreExtPara = settings,
        co = co,
        connected = false,
        -- What has arrived, and the number of its bytes.
        input = {},
        kept = 0,
        -- What `asyncSend` has queued, and what published messages have brought for `recv`.
        output = {},
        -- The messages that `recv` has subscribed to: callbacks by message.
        subscriptions = {},
        -- Those that have come and were not returned.
        news = {},
    }, Client)
end

-- ## Connecting

local function connect_in_core(self, address, port)
    local settings = self.tCoreExtPara
    local buffer = settings and settings.rcvBufferSize or 0
    local kind = CORE_TYPES[self.protocol]
    if self.protocol ~= "TCPSSL" then
        return socketcore.sock_conn_ext(kind, address, port, buffer)
    end
    local cert, why = certificates.read(self.cert, address)
    if not cert then
        return nil, why
    end
    local insist = self.cert and self.cert.insist == 0 and 0 or 1
    return socketcore.sock_conn_ext(kind, address, port, cert, buffer, insist)
end

local function is_connect_over(self)
    return self.result ~= nil or self.error ~= nil
end

--- Begins an attempt; where the core has no socket left, after those of tasks that have ended were closed.
-- @return number id; or nil and the reason
local function begin(self, address, port)
    local id, why = connect_in_core(self, address, port)
    local looks = id and id < 0 and registry.close_orphans() and ORPHAN_LOOKS or 0
    while looks > 0 and id and id < 0 do
        looks = looks - 1
        wait_until(self, function() return false end, ORPHAN_PAUSE, "connect")
        id, why = connect_in_core(self, address, port)
    end
    if id and id < 0 then
        return nil, "no socket is free: close those that are not used any more"
    end
    return id, why
end

local function connect_failed(self, why)
    log.info("socket:connect", self.protocol, self.address, self.port, "failed:", why)
    registry.close(self)
    publish("LIB_SOCKET_CONNECT_FAIL_IND", self.ssl, self.protocol, self.address, self.port)
    return false, why
end

--- Connects. Only the task that made the socket may call this; it waits meanwhile.
-- @string address name or address of the server
-- @param port number or string of digits
-- @number[opt=120] timeout seconds for name look-up, TCP and TLS together
-- @return true and the id, 0 to 9; or false and the reason: "TIMEOUT", "IP_ERROR_IND" (the network was lost), or a
-- text
function Client:connect(address, port, timeout)
    check_owner(self, "connect")
    if type(address) ~= "string" then
        bad("connect", "address", "string", address)
    end
    local number = tonumber(port)
    if not number or number % 1 ~= 0 or number < 0 or number > 65535 then
        bad("connect", "port", "0 to 65535", port)
    end
    timeout = check_time("connect", "timeout", timeout) or TIMEOUT
    if not network_hooks.is_network_ready() then
        log.info("socket:connect", "there is no network")
        return false, "there is no network"
    end
    if self.id then
        self:close()
    end
    self.address, self.port = address, port
    self.input, self.kept = {}, 0
    self.error, self.result, self.reason = nil, nil, nil
    -- Pieces whose confirmation is due: more than one after a timeout.
    self.unconfirmed = 0
    local id, why = begin(self, address, number)
    if not id then
        log.info("socket:connect", self.protocol, address, port, "failed:", why)
        return false, why
    end
    self.id = id
    registry.add(self)
    local is_over = wait_until(self, is_connect_over, timeout * 1000, "connect")
    if self.result then
        log.info("socket:connect", self.protocol, address, port, "id", self.id)
        return true, self.id
    end
    return connect_failed(self, not is_over and "TIMEOUT" or self.error or self.reason or "failed")
end

-- ## Sending

local function is_send_over(self)
    return self.sent ~= nil or self.error ~= nil
end

--- Sends one piece and waits for its confirmation.
-- @number[opt] timeout seconds
-- @return true; or false and the reason
local function send_piece(self, piece, timeout, call)
    if not self.id or self.is_closing then
        return false, self.error or "not connected"
    end
    self.sent = nil
    local ok, errno = socketcore.sock_send(self.id, piece)
    if ok ~= 1 and UNCONFIRMED[errno] then
        return false, self.error or "not connected"
    end
    self.unconfirmed = self.unconfirmed + 1
    local is_over = wait_until(self, is_send_over, timeout and timeout * 1000, call)
    if self.sent then
        return true
    end
    return false, not is_over and "TIMEOUT" or self.error or "CLOSED"
end

local function send_failed(self, why, call)
    log.info("socket:" .. call, self.id, "failed:", why)
    publish("LIB_SOCKET_SEND_FAIL_IND", self.ssl, self.protocol, self.address, self.port)
    return false, why
end

--- Sends, and waits until the system has taken all of it. A datagram has at most 11200 bytes; more become several.
-- @string data "" and nil send nothing
-- @number[opt=120] timeout seconds for each piece of 11200 bytes
-- @return true; or false and the reason: "TIMEOUT", "CLOSED" (by the peer), "IP_ERROR_IND", or a text
function Client:send(data, timeout)
    check_owner(self, "send")
    data = check_data("send", data)
    timeout = check_time("send", "timeout", timeout) or TIMEOUT
    if self.error then
        log.warn("socket:send", self.id, self.error)
        return false, self.error
    end
    for first = 1, #data, PIECE do
        local ok, why = send_piece(self, data:sub(first, first + PIECE - 1), timeout, "send")
        if not ok then
            return send_failed(self, why, "send")
        end
    end
    return true
end

-- ## Receiving

--- Takes what has arrived: of UDP the oldest datagram, otherwise everything.
-- @return string
local function take_input(self)
    local input = self.input
    local data
    if self.protocol == "UDP" then
        data = remove(input, 1)
        self.kept = self.kept - #data
    else
        data = #input == 1 and input[1] or concat(input)
        self.input, self.kept = {}, 0
    end
    registry.take(self)
    return data
end

--- Listens to the message that is to end `recv`, until the socket is closed.
local function subscribe(self, message)
    local function note(value)
        if type(value) == "string" or type(value) == "number" then
            self.output[#self.output + 1] = tostring(value)
        elseif value then
            diagnostics.warn("socket:recv",
                ("message %s: value: string expected, got %s"):format(show(message), show(value)))
        end
        self.news[message] = true
        if self.is_receiving then
            registry.wake(self)
        end
    end
    self.subscriptions[message] = note
    messages.subscribe(message, note)
end

--- Whether `recv` is to return for the message that it was given.
local function has_news(self)
    local message = self.message
    return message and (self.news[message] or #self.output > 0)
end

local function is_receive_over(self)
    return #self.input > 0 or self.error ~= nil or not self.id or has_news(self)
end

--- Receives. What came before it was called is returned at once. Of TCP it returns everything that has arrived, of
-- UDP one datagram, in the order of their arrival.
-- @number[opt] timeout ms; none, or 0: no limit
-- @string[opt] msg a message whose publication ends the wait; one that was published since the last call with it
-- ends it at once
-- @bool[opt] msgNoResume true: the message does not end the wait, but is kept for the next call
-- @return true and the data; or false and the reason: "timeout", "CLOSED" (by the peer), "IP_ERROR_IND" (the network
-- was lost), or `msg`, then with the first values that it was published with, as one string
function Client:recv(timeout, msg, msgNoResume)
    check_owner(self, "recv")
    timeout = check_time("recv", "timeout", timeout)
    if msg ~= nil and type(msg) ~= "string" then
        bad("recv", "msg", "string", msg)
    end
    if msg and not self.subscriptions[msg] and self.id then
        subscribe(self, msg)
    end
    registry.take(self)
    self.message = not msgNoResume and msg or nil
    self.is_receiving = true
    local is_over = wait_until(self, is_receive_over, timeout and timeout > 0 and timeout or nil, "recv")
    self.is_receiving = false
    if not is_over then
        return false, "timeout"
    end
    -- Where there is always both, they take turns: neither holds the other back.
    if has_news(self) and not (self.had_news and #self.input > 0) then
        local value = concat(self.output)
        self.output, self.news[msg], self.had_news = {}, nil, true
        return false, msg, value
    elseif #self.input > 0 then
        self.had_news = false
        return true, take_input(self)
    end
    log.info("socket:recv", self.id, self.error or "not connected")
    return false, self.error or "not connected"
end

--- Sets a callback that reads in place of `recv`: it is called whenever something has arrived.
-- @function[opt] rcvCbFnc called with a function that reads, the id and the number of bytes; it reads with
-- `readFnc(id, count)`. What it does not read, `recv` returns. nil: no callback any more
function Client:setRcvProc(rcvCbFnc)
    check_owner(self, "setRcvProc")
    if rcvCbFnc ~= nil and type(rcvCbFnc) ~= "function" then
        bad("setRcvProc", "rcvCbFnc", "function", rcvCbFnc)
    end
    self.rcvProcFnc = rcvCbFnc
end

-- ## The asynchronous methods

--- Sends what `asyncSend` has queued.
-- @return true; or false and the reason
local function flush(self)
    local is_any = false
    while #self.output > 0 do
        local data = concat(self.output)
        self.output = {}
        for first = 1, #data, PIECE do
            local ok, why = send_piece(self, data:sub(first, first + PIECE - 1), self.timeout, "asyncSelect")
            publish("SOCKET_ASYNC_SEND", ok)
            if not ok then
                return send_failed(self, why, "asyncSelect")
            end
            is_any = true
        end
    end
    if is_any then
        publish("SOCKET_SEND", self.id, true)
    end
    return true
end

local function stop_keep_alive(self)
    scheduler.cancel(self.keep_alive)
    self.keep_alive = nil
end

local function start_keep_alive(self, seconds, ping)
    stop_keep_alive(self)
    self.keep_alive = scheduler.after(seconds * 1000, function()
        self.keep_alive = nil
        if type(ping) == "function" then
            ping()
        else
            self:asyncSend(ping or "\0")
        end
    end)
end

local function is_select_over(self)
    return #self.output > 0 or self.error ~= nil or not self.id
end

--- Sends what `asyncSend` has queued, and waits until there is more: `while client:asyncSelect() do end`.
-- @number[opt] keepAlive seconds after which a heartbeat is sent if nothing else was; none, or 0: never
-- @param[opt="\0"] pingreq the heartbeat, or a function to call in its place
-- @return true: go on; or false and the reason: "TIMEOUT", "CLOSED", "IP_ERROR_IND", or a text
function Client:asyncSelect(keepAlive, pingreq)
    check_owner(self, "asyncSelect")
    check_time("asyncSelect", "keepAlive", keepAlive)
    if pingreq ~= nil and type(pingreq) ~= "string" and type(pingreq) ~= "function" then
        bad("asyncSelect", "pingreq", "string or function", pingreq)
    end
    if self.error then
        log.warn("socket:asyncSelect", self.id, self.error)
        return false, self.error
    end
    local ok, why = flush(self)
    if not ok then
        return false, why
    end
    if keepAlive and keepAlive > 0 then
        start_keep_alive(self, keepAlive, pingreq)
    end
    wait_until(self, is_select_over, nil, "asyncSelect")
    if self.error or not self.id then
        stop_keep_alive(self)
        return false, self.error or "not connected"
    end
    return true
end

--- Queues data for `asyncSelect`, from any task or callback.
-- @string data
-- @number[opt] timeout seconds for each piece of 11200 bytes; none: no limit
-- @return true; or false and the reason where the connection has ended
function Client:asyncSend(data, timeout)
    data = check_data("asyncSend", data)
    self.timeout = check_time("asyncSend", "timeout", timeout)
    if self.error then
        log.warn("socket:asyncSend", self.id, self.error)
        return false, self.error
    end
    self.output[#self.output + 1] = data
    registry.wake(self)
    return true
end

--- Takes what has arrived, without a wait, from any task or callback: after `SOCKET_RECV`.
-- @return string: of TCP everything, of UDP the oldest datagram; "" for nothing
function Client:asyncRecv()
    if #self.input == 0 and not (self.id and registry.take(self)) then
        return ""
    end
    return take_input(self)
end

--- @return number: how many calls of `asyncSend` wait to be sent; 0 where the connection has ended
function Client:getAsyncSend()
    return self.error and 0 or #self.output
end

-- ## Closing

local function is_close_over(self)
    return self.id == nil
end

--- Closes, and waits for the core's confirmation. Without a connection it does nothing.
function Client:close()
    check_owner(self, "close")
    stop_keep_alive(self)
    for message, note in pairs(self.subscriptions) do
        messages.unsubscribe(message, note)
    end
    self.subscriptions, self.news = {}, {}
    if self.id then
        log.info("socket:close", self.id)
        registry.close(self)
        wait_until(self, is_close_over, nil, "close")
    end
    self.input, self.kept, self.output = {}, 0, {}
end

return Client
