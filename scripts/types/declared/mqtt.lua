---@class mqtt.Will
---@field topic string
---@field payload string
---@field qos? 0|1|2 default 0
---@field retain? 0|1 default 0

---@class mqtt.Message
---@field topic string
---@field payload string
---@field qos 0|1|2
---@field retain boolean
---@field dup boolean
---@field packetId? integer with QoS 1 and 2
---@field id 3

---@class mqtt.Client
---@field clientId string
---@field keepAlive number
---@field connected boolean
---@field commandTimeout integer longest wait for an answer of the broker, ms; may be set
---@field io? socket.Client while there is a connection
local Client = {}
