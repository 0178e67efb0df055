--- The client objects of LuatOS `mqtt`.
--
-- An object belongs to the task that has connected it, as its socket does. Every wait ends by what it waits for, by its
-- time limit, by the broker, or by the loss of the network, and says which. A message of QoS 1 or 2 is acknowledged
-- when `receive` hands it over, so that none is lost which the script has not seen.
local use = ...
local host = use "native.host"
local log = use "modules.log"
local packets = use "mqtt.packets"
local connection = use "mqtt.connection"
local arguments = use "mqtt.arguments"
local show = use("runtime.text").show

local milliseconds = host.milliseconds
local running = coroutine.running
local error, type, ipairs = error, type, ipairs

local PUBACK, PUBREC, PUBREL, PUBCOMP = packets.PUBACK, packets.PUBREC, packets.PUBREL, packets.PUBCOMP

--- SUBACK's code for a topic that the broker refuses: section 3.9.3.
local REFUSED = "\128"

--- What a broker that refuses a connection means by its return code: section 3.2.2.3.
local REFUSALS = { "it does not speak this version of MQTT", "it does not accept this clientId", "it is not available",
    "it does not accept username or password", "not authorized; are username and password right?" }

local Client = {}
Client.__index = Client

-- ## The connection

local function check_owner(self, call)
    if type(self) ~= "table" or not self.session then
        error(("mqtt:%s: a client before the colon expected, such as client:%s(...), got %s"):format(call, call,
            show(self)), 3)
    elseif self.io and self.co ~= running() then
        error(("mqtt:%s: coroutine mismatch: only the task that has connected may call this"):format(call), 3)
    end
end

--- Ends the connection without a farewell.
local function drop(self, reason)
    local io = self.io
    self.connected, self.reason, self.connection, self.io = false, reason, nil, nil
    if io then
        io:close()
    end
end

--- Reports why a call has failed.
local function failed(call, reason)
    log.info("mqtt.client:" .. call, "failed:", reason)
    return false, reason
end

--- The reason where there is no connection: why the last one has ended.
local function not_connected(self, call)
    return failed(call, self.reason or "not connected")
end

--- Sends.
-- @return true; or false and the reason, and the connection has ended
local function send(self, data)
    local ok, reason = self.connection:send(data)
    if not ok then
        drop(self, reason)
        return false, reason
    end
    return true
end

local function on_publish(self, packet)
    local is_known = self.session:arrived(packet, self.connection)
    if is_known == nil then
        log.warn("mqtt.client", "too many messages wait for receive: the connection is given up")
        drop(self, "CLOSED")
        return false, "CLOSED"
    elseif is_known then
        return send(self, packets.acknowledge(PUBREC, packet.packetId))
    end
    return true
end

local function on_acknowledgement(self, packet)
    self.session:acknowledged(packet.id, packet.packetId)
    if packet.id == PUBREC then
        return send(self, packets.acknowledge(PUBREL, packet.packetId))
    end
    return true
end

local function on_release(self, packet)
    self.session:released(packet.packetId)
    return send(self, packets.acknowledge(PUBCOMP, packet.packetId))
end

local function on_answer(self, packet)
    if packet.packetId == self.asked and packet.id == self.asked_for then
        self.answer = packet
    end
    return true
end

--- What a packet does, by its type.
local ACTIONS = {
    [packets.PUBLISH] = on_publish,
    [PUBACK] = on_acknowledgement,
    [PUBREC] = on_acknowledgement,
    [PUBCOMP] = on_acknowledgement,
    [PUBREL] = on_release,
    [packets.SUBACK] = on_answer,
    [packets.UNSUBACK] = on_answer,
}

--- Waits for one packet and does what it asks for.
-- @number[opt] give_up time of `host.milliseconds`
-- @string[opt] message ends the wait
-- @return true; or false, the reason, and the value of the message
local function step(self, give_up, message)
    local packet, reason, value = self.connection:next(give_up, message, not message)
    if not packet then
        if self.connection.broken then
            drop(self, reason)
        end
        return false, reason, value
    end
    local act = ACTIONS[packet.id]
    if not act then
        log.warn("mqtt.client", "what the broker sends is not MQTT: a second CONNACK")
        drop(self, "CLOSED")
        return false, "CLOSED"
    end
    return act(self, packet)
end

-- ## Connecting

--- Sends CONNECT and waits for its answer.
-- @return the CONNACK; or nil and the reason
local function introduce(self)
    local give_up = milliseconds() + self.commandTimeout
    local ok, reason = send(self, packets.connect(self))
    if not ok then
        return nil, reason
    end
    local packet
    packet, reason = self.connection:next(give_up)
    if packet and packet.id ~= packets.CONNACK then
        log.warn("mqtt.client", "what the broker sends is not MQTT: no CONNACK first")
        packet, reason = nil, "CLOSED"
    elseif reason == "timeout" then
        local text = "no answer to CONNECT within %d s: perhaps what listens there is no broker of MQTT"
        log.warn("mqtt.client", text:format(math.floor(self.commandTimeout / 1000)))
    end
    return packet, reason
end

--- Goes on with what the connections before have left undone.
local function resume(self, connack)
    if self.cleanSession == 1 then
        self.session:forget()
        return true
    end
    -- MQTT 3.1 does not say whether the broker has kept the session.
    local is_kept = self.version == "3.1" or connack.ackFlag % 2 == 1
    for _, packet in ipairs(self.session:resume(is_kept)) do
        local ok, reason = send(self, packet)
        if not ok then
            return false, reason
        end
    end
    return true
end

--- Connects, in the task that uses the client from then on. With a clean session of 0, what was published and not
-- acknowledged before is sent again.
-- @string host_name name or address of the broker
-- @param port number|string: 1 to 65535
-- @string[opt="tcp"] transport "tcp" or "tcp_ssl"
-- @param[opt] cert socket.Cert: for TLS, as that of `socket.tcp`. A table makes it TLS whatever `transport` is
-- @number[opt=120] timeout seconds for name look-up, TCP and TLS. For the broker's answer there are `commandTimeout`,
-- 60000 ms
-- @return boolean: whether it is connected
-- @return integer|string|nil: if not, the broker's return code (1 to 5), or why there is no connection: "TIMEOUT",
-- "timeout" (no answer to CONNECT), "CLOSED", "IP_ERROR_IND", or a text
function Client:connect(host_name, port, transport, cert, timeout)
    check_owner(self, "connect")
    arguments.check_broker(host_name, port)
    arguments.check_transport(transport)
    if self.connected then
        return failed("connect", "already connected")
    end
    local is_secure = transport == "tcp_ssl" or type(cert) == "table"
    -- The program's own copy, if it has one.
    local io = require("socket").tcp(is_secure, is_secure and cert or nil)
    local ok, reason = io:connect(host_name, port, timeout)
    if not ok then
        -- The socket has said why.
        io:close()
        log.info("mqtt.client:connect", "failed: no connection")
        return false, reason
    end
    self.io, self.co, self.reason = io, running(), nil
    self.connection = connection.new(io, self.keepAlive, self.commandTimeout)
    local connack
    connack, reason = introduce(self)
    if connack and connack.rc ~= 0 then
        drop(self)
        log.info("mqtt.client:connect", "failed:", connack.rc, REFUSALS[connack.rc] or "unknown return code")
        return false, connack.rc
    elseif connack then
        ok, reason = resume(self, connack)
        if ok then
            self.connected = true
            return true
        end
    end
    drop(self)
    return failed("connect", reason)
end

--- Disconnects, with a farewell. Messages that have arrived stay for `receive`.
function Client:disconnect()
    check_owner(self, "disconnect")
    if self.connected then
        self.connection.patience = arguments.FAREWELL
        self.connection:send(packets.DISCONNECT)
    end
    drop(self)
end

-- ## Topics

--- Sends a packet and waits for the answer with its id.
-- @number id of the packet
-- @number kind type of the answer
-- @return the answer; or nil and the reason
local function ask(self, id, kind, packet)
    local give_up = milliseconds() + self.commandTimeout
    self.asked, self.asked_for, self.answer = id, kind, nil
    local ok, reason = send(self, packet)
    while ok and not self.answer do
        ok, reason = step(self, give_up)
    end
    self.asked = nil
    return self.answer, reason
end

--- Subscribes, and waits for the broker's answer, 60 s at most (`commandTimeout`, in ms).
-- @param topic string|table: one, or QoS by topic
-- @number[opt=0] qos of a single topic: 0, 1 or 2
-- @return boolean: whether it worked
-- @return string|nil: the reason if not: "refused" (by the broker), "timeout", "CLOSED", "IP_ERROR_IND", or a text
function Client:subscribe(topic, qos)
    check_owner(self, "subscribe")
    local list = arguments.subscriptions(topic, qos)
    if not self.connected then
        return not_connected(self, "subscribe")
    end
    local id = self.session:next_id()
    local answer, reason = ask(self, id, packets.SUBACK, packets.subscribe(id, list))
    if not answer then
        return failed("subscribe", reason)
    elseif answer.grantedQos:find(REFUSED, 1, true) then
        return failed("subscribe", "refused")
    end
    for _, item in ipairs(list) do
        log.debug("mqtt.client:subscribe", item.topic, item.qos)
    end
    return true
end

--- Ends subscriptions, and waits for the broker's answer, as `subscribe`.
-- @param topic string|table: one, or a list of them
-- @return boolean: whether it worked
-- @return string|nil: the reason if not
function Client:unsubscribe(topic)
    check_owner(self, "unsubscribe")
    local list = arguments.topics(topic)
    if not self.connected then
        return not_connected(self, "unsubscribe")
    end
    local id = self.session:next_id()
    local answer, reason = ask(self, id, packets.UNSUBACK, packets.unsubscribe(id, list))
    if not answer then
        return failed("unsubscribe", reason)
    end
    return true
end

-- ## Messages

--- Publishes. With QoS 1 and 2 it waits for the broker's acknowledgement, 60 s at most (`commandTimeout`, in ms).
--
-- After false with QoS 1 or 2 it is not known whether the broker has the message. With a clean session of 0 the next
-- `connect` of this object sends it again as MQTT provides for; a call that repeats it goes on with the same message,
-- so that a message of QoS 2 which is published until true is returned arrives once.
-- @string topic without the wildcards + and #
-- @string payload
-- @number[opt=0] qos 0, 1 or 2
-- @number[opt=0] retain 1: the broker keeps it for those that subscribe later
-- @return boolean: whether it worked
-- @return string|nil: the reason if not: "timeout", "TIMEOUT" (it could not be sent), "CLOSED", "IP_ERROR_IND", or a
-- text
function Client:publish(topic, payload, qos, retain)
    check_owner(self, "publish")
    qos, retain = arguments.check_publish(topic, payload, qos, retain)
    if not self.connected then
        return not_connected(self, "publish")
    end
    local ok, reason
    if qos == 0 then
        ok, reason = send(self, packets.publish { topic = topic, payload = payload, qos = 0, retain = retain })
        return ok or failed("publish", reason), reason
    end
    local give_up = milliseconds() + self.commandTimeout
    local message, is_old = self.session:outgoing(topic, payload, qos, retain)
    if not message then
        return failed("publish", "too many messages wait for their acknowledgement")
    end
    ok = is_old
    if not is_old then
        ok, reason = send(self, packets.publish(message))
    end
    while ok and not message.is_done do
        ok, reason = step(self, give_up)
    end
    if not message.is_done then
        return failed("publish", reason)
    end
    self.session:settle(message)
    return true
end

--- Acknowledges a message that the script gets now.
local function acknowledge(self, packet, from)
    if packet.qos > 0 and self.connected and from == self.connection then
        send(self, packets.acknowledge(packet.qos == 1 and PUBACK or PUBREC, packet.packetId))
    end
end

--- Receives a message. What has arrived before is returned at once, also after the end of the connection. It also keeps
-- the connection alive: a client that calls it too seldom is cut off by the broker. A message has at most 16 MiB, and
-- 64 MiB may wait for this call: a broker that sends more is given up.
-- @number[opt] timeout ms; none: no limit
-- @string[opt] msg a message of `sys.publish` that ends the wait; see `recv` of the module `socket`
-- @return boolean: whether a message was received
-- @return mqtt.Message|string: `topic`, `payload`, `qos`, `retain`, `dup`, `packetId` (with QoS 1 and 2) and `id`,
-- which is 3; or the reason: "timeout", `msg`, "CLOSED" (by the broker, because it does not answer, or because it does
-- not speak MQTT), "IP_ERROR_IND" (the network was lost); nil without a connection
-- @return string|nil: with `msg`, the value that it was published with
-- @together true, mqtt.Message, nil
-- @together false, string, string|nil
function Client:receive(timeout, msg)
    check_owner(self, "receive")
    arguments.check_receive(timeout, msg)
    local give_up = timeout and milliseconds() + timeout
    while true do
        local packet, from = self.session:take()
        if packet then
            acknowledge(self, packet, from)
            return true, packet
        elseif not self.connected then
            log.info("mqtt.client:receive", self.reason or "not connected")
            return false, self.reason
        end
        local ok, reason, value = step(self, give_up, msg)
        if not ok then
            return false, reason, value
        end
    end
end

use("runtime.hints").know_methods("an MQTT client", Client)

return Client
