--- What sockets of LuatOS `socket` send, at once or by `asyncSelect`.
local use = ...
local socketcore = use "native.socketcore"
local log = use "modules.log"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local copies = use "runtime.copies"
local generation = use "runtime.generation"
local arguments = use "sockets.arguments"
local waiting = use "sockets.waiting"

local concat, sub = table.concat, string.sub
local send = use("native.sockets").send
local publish, wait_until = messages.publish, waiting.wait_until
local type = type

local sending = {}

--- Seconds for each piece of `send` where the script gives none.
local TIMEOUT = 120

--- Bytes that are given to the core at a time, as on the device: each piece has the whole time limit.
local PIECE = 11200

--- Errors of `sock_send` after which no confirmation comes.
local UNCONFIRMED = { [socketcore.ERR_ENOTCONN] = true, [socketcore.ERR_ECLSD] = true }

--- Reasons of those that do not mean the end of the connection.
local REASONS = {
    [socketcore.ERR_EWOULDBLOCK] = "too much waits to be sent",
    [socketcore.ERR_EIO] = "the network does not take it",
}

local function is_over(self)
    return self.sent ~= nil or self.error ~= nil
end

--- What `native.sockets.send` returns for a piece that is sent and is not confirmed.
local DONE = 2

--- Whether a wait that is over at once would change something: published messages are due, or may be, in a project's
-- own `sys`.
local function has_work()
    return scheduler.has_work or copies.is_foreign "sys"
end

--- Sends one piece, and waits for its confirmation unless the system takes it at once and nothing else is due.
-- @number[opt] timeout seconds
-- @return true; or false and the reason
local function send_piece(self, piece, timeout, call)
    if not self.id or self.is_closing then
        return false, self.error or "not connected"
    end
    self.sent = nil
    local ok, errno = (has_work() and socketcore.sock_send or send)(self.id, piece)
    if ok == DONE then
        return true
    elseif ok ~= 1 and UNCONFIRMED[errno] then
        return false, self.error or "not connected"
    end
    self.unconfirmed = self.unconfirmed + 1
    local is_in_time = wait_until(self, is_over, timeout and timeout * 1000, call)
    if self.sent then
        return true
    end
    return false, not is_in_time and "TIMEOUT" or self.error or REASONS[errno] or "CLOSED"
end

local function failed(self, why, call)
    log.info("socket:" .. call, self.id, "failed:", why)
    publish("LIB_SOCKET_SEND_FAIL_IND", self.ssl, self.protocol, self.address, self.port)
    return false, why
end

--- Sends all of it, piece by piece.
-- @function[opt] each called with whether a piece was sent
-- @return as `send_piece`
local function send_pieces(self, data, timeout, call, each)
    local most = self.protocol == "UDP" and generation.longest_datagram() or PIECE
    for first = 1, #data, most do
        local piece = #data <= most and data or sub(data, first, first + most - 1)
        local ok, why = send_piece(self, piece, timeout, call)
        if each then
            each(ok)
        end
        if not ok then
            return failed(self, why, call)
        end
    end
    return true
end

--- Sends, and waits until the system has taken all of it. A datagram has at most 11200 bytes, with library version
-- 2.4.3 1472; more become several.
-- @string data "" and nil send nothing
-- @number[opt=120] timeout seconds for each piece of 11200 bytes
-- @return boolean: whether it is sent
-- @return string|nil: the reason if not: "TIMEOUT", "CLOSED" (by the peer), "IP_ERROR_IND", or a text
function sending:send(data, timeout)
    arguments.check_owner(self, "send")
    data = arguments.check_data("send", data)
    timeout = arguments.check_time("send", "timeout", timeout) or TIMEOUT
    if self.error then
        log.warn("socket:send", self.id, self.error)
        return false, self.error
    end
    return send_pieces(self, data, timeout, "send")
end

-- ## By asyncSelect

local function tell_of_piece(ok)
    publish("SOCKET_ASYNC_SEND", ok)
end

--- Sends what `asyncSend` has queued.
-- @return true; or false and the reason
local function flush(self)
    local is_any = false
    while #self.output > 0 do
        local data = concat(self.output)
        self.output = {}
        local ok, why = send_pieces(self, data, self.timeout, "asyncSelect", tell_of_piece)
        if not ok then
            return false, why
        end
        is_any = is_any or data ~= ""
    end
    if is_any then
        publish("SOCKET_SEND", self.id, true)
    end
    return true
end

--- No heartbeat is due any more.
function sending:stop_heartbeat()
    scheduler.cancel(self.heartbeat)
    self.heartbeat = nil
end

local function start_heartbeat(self, seconds, ping)
    self:stop_heartbeat()
    self.heartbeat = scheduler.after(seconds * 1000, function()
        self.heartbeat = nil
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
-- @param[opt="\0"] pingreq string|function: the heartbeat, or what is called in its place
-- @return boolean: whether to go on
-- @return string|nil: the reason if not: "TIMEOUT", "CLOSED", "IP_ERROR_IND", or a text
function sending:asyncSelect(keepAlive, pingreq)
    arguments.check_owner(self, "asyncSelect")
    arguments.check_time("asyncSelect", "keepAlive", keepAlive)
    arguments.check_heartbeat("asyncSelect", "pingreq", pingreq)
    if self.error then
        log.warn("socket:asyncSelect", self.id, self.error)
        return false, self.error
    end
    local ok, why = flush(self)
    if not ok then
        return false, why
    end
    if keepAlive and keepAlive > 0 then
        start_heartbeat(self, keepAlive, pingreq)
    end
    wait_until(self, is_select_over, nil, "asyncSelect")
    if self.error or not self.id then
        self:stop_heartbeat()
        return false, self.error or "not connected"
    end
    return true
end

--- Queues data for `asyncSelect`, from any task or callback.
-- @string data
-- @number[opt] timeout seconds for each piece of 11200 bytes; none: no limit
-- @return boolean: whether it is queued
-- @return string|nil: the reason if not: the connection has ended
function sending:asyncSend(data, timeout)
    data = arguments.check_data("asyncSend", data)
    self.timeout = arguments.check_time("asyncSend", "timeout", timeout)
    if self.error then
        log.warn("socket:asyncSend", self.id, self.error)
        return false, self.error
    end
    self.output[#self.output + 1] = data
    waiting.wake(self)
    return true
end

--- @return number: how many calls of `asyncSend` wait to be sent; 0 where the connection has ended
function sending:getAsyncSend()
    return self.error and 0 or #self.output
end

return sending
