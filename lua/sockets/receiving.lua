--- What sockets of LuatOS `socket` receive: data, and the messages that end `recv`.
local use = ...
local log = use "modules.log"
local messages = use "runtime.messages"
local diagnostics = use "runtime.diagnostics"
local arguments = use "sockets.arguments"
local inputs = use "sockets.input"
local registry = use "sockets.registry"
local waiting = use "sockets.waiting"
local show = use("runtime.text").show

local concat = table.concat
local type, tostring, pairs = type, tostring, pairs

local receiving = {}

--- Drops what has arrived.
function receiving:forget_input()
    self.input = inputs.new(self.protocol == "UDP")
end

--- Takes what has arrived: of UDP the oldest datagram, otherwise everything.
-- @return string
local function take_input(self)
    local data = self.input:take()
    -- There is room for more.
    registry.take(self)
    return data
end

-- ## Messages

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
            waiting.wake(self)
        end
    end
    self.subscriptions[message] = note
    messages.subscribe(message, note)
end

--- Listens to no message any more.
function receiving:unsubscribe()
    for message, note in pairs(self.subscriptions) do
        messages.unsubscribe(message, note)
    end
    self.subscriptions, self.news = {}, {}
end

--- Whether `recv` is to return for the message that it was given.
local function has_news(self)
    local message = self.message
    return message and (self.news[message] or #self.output > 0)
end

-- ## Methods

local function is_over(self)
    return not self.input:is_empty() or self.error ~= nil or not self.id or has_news(self)
end

--- Receives. What came before it was called is returned at once. Of TCP it returns everything that has arrived, of
-- UDP one datagram, in the order of their arrival.
-- @number[opt] timeout ms; none, or 0: no limit
-- @string[opt] msg a message whose publication ends the wait; one that was published since the last call with it
-- ends it at once
-- @bool[opt] msgNoResume true: the message does not end the wait, but is kept for the next call
-- @return boolean: whether something was received
-- @return string: the data; or the reason: "timeout", "CLOSED" (by the peer), "IP_ERROR_IND" (the network was lost), or
-- `msg`
-- @return string|nil: with `msg`, the first values that it was published with, as one string
function receiving:recv(timeout, msg, msgNoResume)
    arguments.check_owner(self, "recv")
    timeout = arguments.check_time("recv", "timeout", timeout)
    arguments.check_message("recv", "msg", msg)
    if msg and not self.subscriptions[msg] and self.id then
        subscribe(self, msg)
    end
    registry.take(self)
    self.message = not msgNoResume and msg or nil
    self.is_receiving = true
    local is_in_time = waiting.wait_until(self, is_over, timeout and timeout > 0 and timeout or nil, "recv")
    self.is_receiving = false
    if not is_in_time then
        return false, "timeout"
    end
    local has_input = not self.input:is_empty()
    -- Where there is always both, they take turns: neither holds the other back.
    if has_news(self) and not (self.had_news and has_input) then
        local value = concat(self.output)
        self.output, self.news[msg], self.had_news = {}, nil, true
        return false, msg, value
    elseif has_input then
        self.had_news = false
        return true, take_input(self)
    end
    log.info("socket:recv", self.id, self.error or "not connected")
    return false, self.error or "not connected"
end

--- Sets a callback that reads in place of `recv`: it is called whenever something has arrived.
-- What the callback does not read stays: for a later call of the function that reads, or for `recv` once there is no
-- callback. Until then nothing more is told of, not even the end of the connection.
-- @param[opt] rcvCbFnc fun(readFnc: fun(id: integer, count: integer): string, id: integer, count: integer): called
-- with a function that reads, the id and the number of bytes; it reads with `readFnc(id, count)`. nil: no callback any
-- more
function receiving:setRcvProc(rcvCbFnc)
    arguments.check_owner(self, "setRcvProc")
    self.rcvProcFnc = arguments.check_callback("setRcvProc", "rcvCbFnc", rcvCbFnc)
end

--- Takes what has arrived, without a wait, from any task or callback: after `SOCKET_RECV`.
-- @return string: of TCP everything, of UDP the oldest datagram; "" for nothing
function receiving:asyncRecv()
    if self.input:is_empty() and self.id then
        registry.take(self)
    end
    return take_input(self)
end

return receiving
