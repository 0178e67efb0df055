--- One connection to a broker: packets over a socket of the module `socket`, and the keep-alive of MQTT 3.1.1 section
-- 3.1.2.10.
local use = ...
local host = use "native.host"
local log = use "modules.log"
local packets = use "mqtt.packets"
local reader = use "mqtt.reader"

local milliseconds = host.milliseconds
local max, min, setmetatable = math.max, math.min, setmetatable

--- Shortest wait in ms: a socket takes 0 for no limit.
local SHORTEST = 5

--- Ms after the end of a caller's time in which it still gets what is there: a broker that floods it does not hold it
-- for ever.
local OVERTIME = 1000

local Connection = {}
Connection.__index = Connection

local connection = {}

--- @tab socket a connected one
-- @number keep_alive seconds, 0 for none
-- @number patience longest wait in ms for the answer to PINGREQ, and for each piece that is sent
function connection.new(socket, keep_alive, patience)
    local now = milliseconds()
    return setmetatable({
        socket = socket,
        reader = reader.new(),
        keep_alive = keep_alive * 1000,
        patience = patience,
        -- When something was last sent and heard, and since when the answer to PINGREQ is due.
        sent = now,
        heard = now,
        pinged = nil,
        -- Why it cannot be used any more.
        broken = nil,
    }, Connection)
end

local function break_off(self, reason)
    self.broken = reason
    return nil, reason
end

--- Sends.
-- @return true; or nil and the reason. What was sent in part makes the rest unreadable, so that the connection is of
-- no use then
function Connection:send(data)
    local ok, reason = self.socket:send(data, self.patience / 1000)
    if not ok then
        return break_off(self, reason or "CLOSED")
    end
    self.sent = milliseconds()
    return true
end

--- The time for PINGREQ, or until which its answer has to come; nil for never.
local function due(self)
    if self.keep_alive == 0 then
        return nil
    elseif self.pinged then
        return self.pinged + min(self.keep_alive, self.patience)
    end
    return min(self.sent, self.heard) + self.keep_alive
end

--- Sends PINGREQ if it is time.
-- @return true; or nil and the reason
local function ping(self)
    local at = due(self)
    if self.pinged or not at or milliseconds() < at then
        return true
    end
    local ok, reason = self:send(packets.PINGREQ)
    self.pinged = milliseconds()
    return ok, reason
end

--- Receives once, for as long as neither the caller nor the keep-alive has to act.
local function receive(self, give_up, message, is_silent)
    local at = due(self)
    local earliest = at and give_up and min(at, give_up) or at or give_up
    local wait = earliest and max(earliest - milliseconds(), SHORTEST)
    local ok, data, value = self.socket:recv(wait, message, is_silent)
    if ok then
        self.reader:add(data)
        self.heard, self.pinged = milliseconds(), nil
        return true
    elseif data ~= "timeout" then
        if data == nil or data ~= message then
            self.broken = data or "CLOSED"
        end
        return nil, data or "CLOSED", value
    elseif self.pinged and milliseconds() >= due(self) then
        log.warn("mqtt.client", "the broker does not answer PINGREQ: the connection is given up")
        return break_off(self, "CLOSED")
    end
    return true
end

--- Waits for the next packet, but PINGRESP.
-- @number[opt] give_up time of `host.milliseconds`
-- @string[opt] message ends the wait, as that of the socket's `recv`
-- @bool[opt] is_silent the message is kept for the next call
-- @return the packet; or nil and the reason: "timeout", "CLOSED", "IP_ERROR_IND", or `message` and its value. But for
-- the first and the last of these, `broken` is set
function Connection:next(give_up, message, is_silent)
    if give_up and milliseconds() > give_up + OVERTIME then
        return nil, "timeout"
    end
    local is_late = false
    while true do
        local packet, problem = self.reader:next()
        if problem then
            log.warn("mqtt.client", "what the broker sends is not MQTT:", problem)
            return break_off(self, "CLOSED")
        elseif packet and packet.id ~= packets.PINGRESP then
            return packet
        elseif not packet then
            if is_late then
                return nil, "timeout"
            end
            local ok, reason, value = ping(self)
            if ok then
                ok, reason, value = receive(self, give_up, message, is_silent)
            end
            if not ok then
                return nil, reason, value
            end
            is_late = give_up and milliseconds() >= give_up
        end
    end
end

return connection
