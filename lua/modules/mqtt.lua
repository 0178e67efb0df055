--- LuatOS `mqtt`: a client of MQTT 3.1 and 3.1.1 with QoS 0 to 2. See `lua/mqtt/client.lua` for its methods: `connect`,
-- `subscribe`, `unsubscribe`, `publish`, `receive`, `disconnect`.
local use = ...
local arguments = use "mqtt.arguments"
local session = use "mqtt.session"

local setmetatable = setmetatable

local mqtt = {}

--- Longest wait in ms for an answer of the broker; the field `commandTimeout` of a client.
local COMMAND_TIMEOUT = 60000

--- Makes a client. Its fields may be read: the arguments under their names, `connected`, and the socket `io` while
-- there is a connection. `commandTimeout` may be set: the longest wait in ms for an answer of the broker.
-- @string clientId
-- @number[opt=300] keepAlive seconds without a packet after which the client asks the broker whether it is there; 0:
-- never. A broker that is silent for as long again (at most `commandTimeout`) is given up
-- @string[opt=""] username "" for none
-- @string[opt=""] password "" for none
-- @number[opt=1] cleanSession 0: subscriptions, and messages of QoS 1 and 2 that are under way, outlive a connection
-- @param[opt] will mqtt.Will: the message that the broker publishes when the connection breaks: `topic`, `payload`,
-- `qos` and `retain`, 0 where left out
-- @string[opt="3.1.1"] version "3.1.1" or "3.1"
-- @return mqtt.Client: not connected yet
function mqtt.client(clientId, keepAlive, username, password, cleanSession, will, version)
    local client = arguments.client(clientId, keepAlive, username, password, cleanSession, will, version)
    client.commandTimeout = COMMAND_TIMEOUT
    client.connected = false
    client.session = session.new()
    client.getNextPacketId = function() return client.session:next_id() end
    return setmetatable(client, use "mqtt.client")
end

return mqtt
