--- What a script may give to the module `mqtt`. Each function raises the error of its argument at the script's call.
local use = ...
local packets = use "mqtt.packets"
local port_of = use("sockets.arguments").port
local show = use("runtime.text").show

local type, pairs, ipairs, error = type, pairs, ipairs, error

local arguments = {}

--- Longest wait in ms for the farewell to be sent.
arguments.FAREWELL = 5000

--- The script's call as seen from `bad`, whose caller is a function of this file that a method calls.
local LEVEL = 4

local function bad(where, name, expected, value, level)
    error(("%s: %s: %s expected, got %s"):format(where, name, expected, show(value)), level or LEVEL)
end

local function is_integer(value, least, most)
    return type(value) == "number" and value % 1 == 0 and value >= least and value <= most
end

--- A text that is in a packet; false stands for none, as on the device.
local function text(name, value, level)
    if value == nil or value == false then
        return ""
    elseif type(value) ~= "string" or #value > packets.LONGEST_TEXT then
        bad("mqtt.client", name, "string of at most 65535 bytes", value, level)
    end
    return value
end

--- @return number, an integer
local function integer(where, name, value, default, most, level)
    if value == nil or value == false then
        return default
    elseif not is_integer(value, 0, most) then
        bad(where, name, ("0 to %d"):format(most), value, level)
    end
    return math.floor(value)
end

local function check_topic(where, name, topic, level)
    if type(topic) ~= "string" or topic == "" or #topic > packets.LONGEST_TEXT then
        bad(where, name, "string of 1 to 65535 bytes", topic, level)
    end
end

local function will_of(will)
    if will == nil or will == false then
        return nil
    elseif type(will) ~= "table" then
        bad("mqtt.client", "will", "table", will, LEVEL + 1)
    end
    check_topic("mqtt.client", "will.topic", will.topic, LEVEL + 2)
    return {
        flag = 1,
        qos = integer("mqtt.client", "will.qos", will.qos, 0, 2, LEVEL + 2),
        retain = integer("mqtt.client", "will.retain", will.retain, 0, 1, LEVEL + 2),
        topic = will.topic,
        payload = text("will.payload", will.payload, LEVEL + 2),
    }
end

--- The fields of a client object from the arguments of `mqtt.client`.
function arguments.client(client_id, keep_alive, username, password, clean_session, will, version)
    if type(client_id) ~= "string" or #client_id > packets.LONGEST_TEXT then
        bad("mqtt.client", "clientId", "string of at most 65535 bytes", client_id)
    elseif version ~= nil and version ~= "3.1" and version ~= "3.1.1" then
        bad("mqtt.client", "version", '"3.1" or "3.1.1"', version)
    end
    return {
        clientId = client_id,
        keepAlive = integer("mqtt.client", "keepAlive", keep_alive, 300, 65535, LEVEL + 1),
        username = text("username", username, LEVEL + 1),
        password = text("password", password, LEVEL + 1),
        cleanSession = clean_session == true and 1
            or integer("mqtt.client", "cleanSession", clean_session, 1, 1, LEVEL + 1),
        will = will_of(will),
        version = version or "3.1.1",
    }
end

--- Where the broker is.
function arguments.check_broker(host, port)
    if type(host) ~= "string" then
        bad("mqtt:connect", "host_name", "string", host)
    elseif not port_of(port) then
        bad("mqtt:connect", "port", "0 to 65535", port)
    end
end

local TRANSPORTS = { tcp = true, tcp_ssl = true }

function arguments.check_transport(transport)
    if transport and not TRANSPORTS[transport] then
        bad("mqtt:connect", "transport", '"tcp" or "tcp_ssl"', transport)
    end
end

--- A filter of topics: `#` is a whole level and the last one, `+` a whole level; section 4.7.1. Brokers end the
-- connection for others and do not say why.
local function check_filter(name, filter, level)
    check_topic("mqtt:subscribe", name, filter, level + 1)
    for part, separator in filter:gmatch "([^/]*)(/?)" do
        if part:find "[+#]" and (#part > 1 or part == "#" and separator ~= "") then
            bad("mqtt:subscribe", name, "# as the last level and + as a whole level only", filter, level)
        end
    end
end

--- @return list of tables of `topic` and `qos`
function arguments.subscriptions(topic, qos)
    if type(topic) ~= "table" then
        check_filter("topic", topic, LEVEL)
        return { { topic = topic, qos = integer("mqtt:subscribe", "qos", qos, 0, 2, LEVEL + 1) } }
    end
    local list = {}
    for name, value in pairs(topic) do
        check_filter("a key of topic", name, LEVEL)
        local item = { topic = name, qos = integer("mqtt:subscribe", "topic[" .. show(name) .. "]", value, 0, 2,
            LEVEL + 1) }
        list[#list + 1] = item
    end
    if not list[1] then
        bad("mqtt:subscribe", "topic", "at least one topic", topic)
    end
    return list
end

--- @return list of strings
function arguments.topics(topic)
    local list = type(topic) == "table" and topic or { topic }
    for index, name in ipairs(list) do
        check_topic("mqtt:unsubscribe", topic == list and ("topic[%d]"):format(index) or "topic", name, LEVEL + 1)
    end
    if list[1] == nil then
        bad("mqtt:unsubscribe", "topic", "string or list of strings", topic)
    end
    return list
end

--- @return numbers qos and retain
function arguments.check_publish(topic, payload, qos, retain)
    check_topic("mqtt:publish", "topic", topic, LEVEL + 1)
    if topic:find "[+#]" then
        bad("mqtt:publish", "topic", "no + or #", topic)
    elseif type(payload) ~= "string" then
        bad("mqtt:publish", "payload", "string", payload)
    end
    qos = integer("mqtt:publish", "qos", qos, 0, 2, LEVEL + 1)
    if packets.publish_overhead(topic, qos) + #payload > packets.LARGEST then
        bad("mqtt:publish", "payload", "fewer than 256 MiB", #payload)
    end
    return qos, integer("mqtt:publish", "retain", retain, 0, 1, LEVEL + 1)
end

function arguments.check_receive(timeout, msg)
    if timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout or timeout < 0) then
        bad("mqtt:receive", "timeout", "number of 0 or more", timeout)
    elseif msg ~= nil and type(msg) ~= "string" then
        bad("mqtt:receive", "msg", "string", msg)
    end
end

return arguments
