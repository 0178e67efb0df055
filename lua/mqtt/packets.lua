--- The control packets of MQTT 3.1 and 3.1.1 as bytes: MQTT 3.1.1 sections 2 and 3. Pure: strings go in and out.
--
-- Plain Lua, because `string.pack` does the work in C and a packet is a handful of fields: a message's payload is
-- copied once. The libraries for Rust that are kept up take topics that are UTF-8 only and no MQTT 3.1.
local packets = {}

local pack, unpack, sub, byte, char = string.pack, string.unpack, string.sub, string.byte, string.char
local concat, floor = table.concat, math.floor

--- Types of packets: section 2.2.1.
packets.CONNECT = 1
packets.CONNACK = 2
packets.PUBLISH = 3
packets.PUBACK = 4
packets.PUBREC = 5
packets.PUBREL = 6
packets.PUBCOMP = 7
packets.SUBSCRIBE = 8
packets.SUBACK = 9
packets.UNSUBSCRIBE = 10
packets.UNSUBACK = 11
packets.PINGRESP = 13

--- PINGREQ and DISCONNECT are always the same.
packets.PINGREQ = "\192\0"
packets.DISCONNECT = "\224\0"

--- Longest text that a packet can carry: a length has two bytes.
packets.LONGEST_TEXT = 65535

--- Largest remaining length: section 2.2.3.
packets.LARGEST = 268435455

--- The flags of a packet's first byte that the standard demands of PUBREL, SUBSCRIBE and UNSUBSCRIBE.
local RESERVED = 2

--- The remaining length: seven bits a byte, the lowest first.
local function length_bytes(length)
    local bytes = ""
    repeat
        local digit = length % 128
        length = floor(length / 128)
        bytes = bytes .. char(length > 0 and digit + 128 or digit)
    until length == 0
    return bytes
end

local function packet(kind, flags, body)
    return char(kind * 16 + flags) .. length_bytes(#body) .. body
end

--- @tab options `clientId`, `keepAlive` (seconds), `username` and `password` ("" for none), `cleanSession` (0 or 1),
-- `version` ("3.1" or "3.1.1"), and `will`: nil, or a table of `qos`, `retain`, `topic` and `payload`
function packets.connect(options)
    local is_old = options.version == "3.1"
    local flags = options.cleanSession * 2
    local fields = { pack(">s2", options.clientId) }
    local will = options.will
    if will then
        flags = flags + 4 + will.qos * 8 + will.retain * 32
        fields[#fields + 1] = pack(">s2s2", will.topic, will.payload)
    end
    if options.username ~= "" then
        flags = flags + 0x80
        fields[#fields + 1] = pack(">s2", options.username)
    end
    if options.password ~= "" then
        flags = flags + 0x40
        fields[#fields + 1] = pack(">s2", options.password)
    end
    local head = pack(">s2BBI2", is_old and "MQIsdp" or "MQTT", is_old and 3 or 4, flags, options.keepAlive)
    return packet(packets.CONNECT, 0, head .. concat(fields))
end

--- @number id of the packet
-- @tab list of tables of `topic` and `qos`
function packets.subscribe(id, list)
    local fields = { pack(">I2", id) }
    for _, item in ipairs(list) do
        fields[#fields + 1] = pack(">s2B", item.topic, item.qos)
    end
    return packet(packets.SUBSCRIBE, RESERVED, concat(fields))
end

--- @number id of the packet
-- @tab topics list
function packets.unsubscribe(id, topics)
    local fields = { pack(">I2", id) }
    for _, topic in ipairs(topics) do
        fields[#fields + 1] = pack(">s2", topic)
    end
    return packet(packets.UNSUBSCRIBE, RESERVED, concat(fields))
end

--- @tab message `topic`, `payload`, `qos`, `retain`, and `id` where `qos` is not 0
-- @bool is_again whether it was sent before
function packets.publish(message, is_again)
    local flags = (is_again and 8 or 0) + message.qos * 2 + message.retain
    local head = pack(">s2", message.topic)
    if message.qos > 0 then
        head = head .. pack(">I2", message.id)
    end
    return char(packets.PUBLISH * 16 + flags) .. length_bytes(#head + #message.payload) .. head .. message.payload
end

--- Bytes of a PUBLISH beside its payload, without the first one and the length.
function packets.publish_overhead(topic, qos)
    return 2 + #topic + (qos > 0 and 2 or 0)
end

--- @number kind PUBACK, PUBREC, PUBREL or PUBCOMP
function packets.acknowledge(kind, id)
    return pack(">BBI2", kind * 16 + (kind == packets.PUBREL and RESERVED or 0), 2, id)
end

--- The body of a PUBLISH.
local function read_publish(result, body)
    if result.qos == 3 then
        return nil, "a PUBLISH with QoS 3"
    end
    local least = result.qos > 0 and 4 or 2
    if #body < least or #body < least + unpack(">I2", body) then
        return nil, "a PUBLISH that ends within its topic"
    end
    local place
    result.topic, place = unpack(">s2", body)
    if result.qos > 0 then
        result.packetId, place = unpack(">I2", body, place)
        if result.packetId == 0 then
            return nil, "a PUBLISH with the id 0"
        end
    end
    result.payload = sub(body, place)
    return result
end

--- Least and most bytes after the length of what a broker sends, by type.
local LENGTHS = {
    [packets.CONNACK] = { 2, 2 },
    [packets.PUBLISH] = { 2, packets.LARGEST },
    [packets.PUBACK] = { 2, 2 },
    [packets.PUBREC] = { 2, 2 },
    [packets.PUBREL] = { 2, 2 },
    [packets.PUBCOMP] = { 2, 2 },
    [packets.SUBACK] = { 3, packets.LARGEST },
    [packets.UNSUBACK] = { 2, 2 },
    [packets.PINGRESP] = { 0, 0 },
}

--- Whether a packet that a broker sends can have this first byte and this length, which is known before the rest has
-- come.
-- @return true; or false and what is wrong
function packets.check(first, length)
    local kind = floor(first / 16)
    local limits = LENGTHS[kind]
    if not limits then
        return false, ("a packet of type %d"):format(kind)
    elseif length < limits[1] or length > limits[2] then
        return false, ("a packet of type %d with %d bytes"):format(kind, length)
    end
    return true
end

--- Reads a packet that a broker sends.
-- @number first its first byte, which `packets.check` has found good
-- @string body what comes after the length
-- @return table of `id` (the type), `dup`, `qos`, `retain` and what the type has: `topic`, `payload`, `packetId`,
-- `grantedQos`, `ackFlag`, `rc`; or nil and what is wrong with it
function packets.read(first, body)
    local kind = floor(first / 16)
    local result = { id = kind, dup = floor(first / 8) % 2, qos = floor(first / 2) % 4, retain = first % 2 }
    if kind == packets.PUBLISH then
        return read_publish(result, body)
    elseif kind == packets.CONNACK then
        result.ackFlag, result.rc = byte(body, 1, 2)
    elseif kind ~= packets.PINGRESP then
        result.packetId = unpack(">I2", body)
        if kind == packets.SUBACK then
            result.grantedQos = sub(body, 3)
        end
    end
    return result
end

return packets
