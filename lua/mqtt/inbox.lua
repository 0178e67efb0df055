--- The messages that have arrived and that the script does not have yet. Pure.
local setmetatable = setmetatable

--- Bytes that may wait: far more than a device has memory. A broker that sends more while the script waits for
-- something else is given up.
local MOST = 64 * 1024 * 1024

--- Bytes of a message beside its topic and its payload, roughly.
local OVERHEAD = 500

local Inbox = {}
Inbox.__index = Inbox

local inbox = {}

function inbox.new()
    return setmetatable({
        -- The messages at `first` to `last`: tables of `packet`, `connection` and `epoch`.
        items = {},
        first = 1,
        last = 0,
        bytes = 0,
        -- Those of QoS 1 and 2 by QoS and id, so that one that comes again is known.
        by_id = {},
    }, Inbox)
end

local function size_of(packet)
    return #packet.topic + #packet.payload + OVERHEAD
end

local function key_of(packet)
    return packet.qos * 0x10000 + packet.packetId
end

--- Whether a further message may wait.
function Inbox:has_room(packet)
    return self.bytes + size_of(packet) <= MOST
end

--- @tab item `packet` and what else belongs to it
function Inbox:add(item)
    self.last = self.last + 1
    self.items[self.last] = item
    self.bytes = self.bytes + size_of(item.packet)
    if item.packet.qos > 0 then
        self.by_id[key_of(item.packet)] = item
    end
end

--- The message of QoS 1 or 2 that waits under the id of this one; nil for none.
function Inbox:find(packet)
    return self.by_id[key_of(packet)]
end

--- The ids that have come mean nothing any more: the broker has forgotten them.
function Inbox:forget_ids()
    self.by_id = {}
end

--- Takes the oldest message.
-- @return the item; nil for none
function Inbox:take()
    local item = self.items[self.first]
    if not item then
        return nil
    end
    self.items[self.first] = nil
    self.first = self.first + 1
    self.bytes = self.bytes - size_of(item.packet)
    if item.packet.qos > 0 and self.by_id[key_of(item.packet)] == item then
        self.by_id[key_of(item.packet)] = nil
    end
    return item
end

return inbox
