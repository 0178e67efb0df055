--- Packets of MQTT 3.1.1, as far as the lamp needs them: CONNECT, SUBSCRIBE, and PUBLISH of QoS 0.
module(..., package.seeall)

CONNACK, PUBLISH, SUBACK, PINGRESP = 2, 3, 9, 13

--- A string with its length in front (1.5.3).
local function text(value)
    return pack.pack(">HA", #value, value)
end

--- The remaining length (2.2.3).
local function length(count)
    local digits = ""
    repeat
        local digit = bit.band(count, 127)
        count = bit.rshift(count, 7)
        digits = digits .. string.char(count > 0 and bit.bor(digit, 128) or digit)
    until count == 0
    return digits
end

local function packet(kind, flags, body)
    return string.char(bit.bor(bit.lshift(kind, 4), flags)) .. length(#body) .. body
end

function connect(client_id, keep_alive)
    -- Level 4, clean session (3.1.2).
    return packet(1, 0, text "MQTT" .. pack.pack(">bbH", 4, 2, keep_alive) .. text(client_id))
end

function subscribe(number, topic)
    return packet(8, 2, pack.pack(">H", number) .. text(topic) .. "\0")
end

function publish(topic, payload)
    return packet(PUBLISH, 0, text(topic) .. payload)
end

function ping()
    return packet(12, 0, "")
end

--- Reads one packet.
-- @param client a client of `tcp`
-- @return kind and body; or nil and why not
function read(client, timeout)
    local first, why = client:read(1, timeout)
    if not first then
        return nil, why
    end
    local count, factor = 0, 1
    repeat
        local digit = client:read(1, timeout)
        if not digit then
            return nil, "closed"
        end
        count = count + bit.band(digit:byte(), 127) * factor
        factor = factor * 128
    until digit:byte() < 128
    local body = client:read(count, timeout)
    return body and bit.rshift(first:byte(), 4), body or "closed"
end

--- Topic and payload of a PUBLISH packet of QoS 0.
function published(body)
    local _, size = pack.unpack(body, ">H")
    return body:sub(3, 2 + size), body:sub(3 + size)
end
