--- What a client has to know beyond one connection so that no message is lost, and none of QoS 2 doubled: MQTT 3.1.1
-- section 4.3. Pure.
local use = ...
local packets = use "mqtt.packets"
local inbox = use "mqtt.inbox"

local remove, ipairs, setmetatable = table.remove, ipairs, setmetatable

--- Messages that may wait for their acknowledgement: of calls of `publish` that have returned false.
local MOST_UNSETTLED = 1000

local LARGEST_ID = 65535

local Session = {}
Session.__index = Session

local session = {}

--- The last packet id. All clients share it, and it does not begin at 1 in each run: a broker that has kept the
-- session of an earlier object must not take a new message for an old one.
local last_id = os.time() % LARGEST_ID

function session.new()
    return setmetatable({
        -- Sent and not acknowledged, in the order of sending: tables of `id`, `topic`, `payload`, `qos` and `retain`.
        -- `is_released`: the broker has it (PUBREC). `is_done`: it is acknowledged, but `publish` had returned false.
        unsettled = {},
        -- Set of the ids of messages of QoS 2 that the script has, and for which no PUBREL has come.
        received = {},
        -- What has arrived for the script.
        inbox = inbox.new(),
        -- Changes when the broker has forgotten the session.
        epoch = 0,
    }, Session)
end

-- ## To the broker

local function index_of(self, id)
    for index, message in ipairs(self.unsettled) do
        if message.id == id then
            return index, message
        end
    end
end

--- @return number for a packet that is not acknowledged yet
function Session:next_id()
    repeat
        last_id = last_id % LARGEST_ID + 1
    until not index_of(self, last_id)
    return last_id
end

--- The message for a call of `publish`. A call that repeats one which has returned false gets the message of that
-- one: the broker may have it, and must not get it twice.
-- @return the message, and whether it is not a new one; or nil if there are too many
function Session:outgoing(topic, payload, qos, retain)
    for _, message in ipairs(self.unsettled) do
        if message.qos == qos and message.retain == retain and message.topic == topic
            and message.payload == payload then
            return message, true
        end
    end
    if #self.unsettled >= MOST_UNSETTLED then
        return nil
    end
    local message = { id = self:next_id(), topic = topic, payload = payload, qos = qos, retain = retain }
    self.unsettled[#self.unsettled + 1] = message
    return message, false
end

--- `publish` returns true for a message. Those that came to their end unasked are not repeated any more: the script
-- has gone on.
function Session:settle(settled)
    for index = #self.unsettled, 1, -1 do
        local message = self.unsettled[index]
        if message == settled or message.is_done then
            remove(self.unsettled, index)
        end
    end
end

--- Takes PUBACK, PUBREC or PUBCOMP.
function Session:acknowledged(kind, id)
    local _, message = index_of(self, id)
    if not message then
        return
    elseif kind == packets.PUBACK and message.qos == 1 or kind == packets.PUBCOMP and message.is_released then
        message.is_done = true
    elseif kind == packets.PUBREC and message.qos == 2 then
        message.is_released = true
    end
end

--- The broker has forgotten the ids of its messages.
local function begin_epoch(self)
    self.received = {}
    self.inbox:forget_ids()
    self.epoch = self.epoch + 1
end

--- A connection begins that knows nothing of the ones before.
function Session:forget()
    self.unsettled = {}
    begin_epoch(self)
end

--- A connection begins that goes on with the session.
-- @bool is_kept whether the broker has kept its part
-- @return list of packets to send
function Session:resume(is_kept)
    if not is_kept then
        begin_epoch(self)
    end
    local list = {}
    for _, message in ipairs(self.unsettled) do
        if message.is_released and not is_kept then
            -- It was the broker's before that lost its session.
            message.is_done = true
        elseif message.is_released and not message.is_done then
            list[#list + 1] = packets.acknowledge(packets.PUBREL, message.id)
        elseif not message.is_done then
            list[#list + 1] = packets.publish(message, is_kept)
        end
    end
    return list
end

-- ## From the broker

--- Takes a PUBLISH.
-- @param connection that it came by
-- @return whether the script has it already, so that it is to be acknowledged at once; nil if too much waits for the
-- script
function Session:arrived(packet, connection)
    if packet.qos == 2 and self.received[packet.packetId] then
        return true
    end
    -- Of QoS 1 the same id may be another message, unless the broker says that it sends again.
    local may_be_again = packet.qos == 2 or packet.qos == 1 and packet.dup == 1
    local item = may_be_again and self.inbox:find(packet)
    if item then
        -- It came and was not acknowledged.
        item.connection = connection
    elseif not self.inbox:has_room(packet) then
        return nil
    else
        self.inbox:add { packet = packet, connection = connection, epoch = self.epoch }
    end
    return false
end

--- Hands the oldest message over to the script.
-- @return the PUBLISH, and the connection that wants its acknowledgement, which is not always the present one; nil:
-- there is none
function Session:take()
    local item = self.inbox:take()
    if not item then
        return nil
    end
    if item.packet.qos == 2 and item.epoch == self.epoch then
        self.received[item.packet.packetId] = true
    end
    return item.packet, item.connection
end

--- Takes a PUBREL: the id is free.
function Session:released(id)
    self.received[id] = nil
end

return session
