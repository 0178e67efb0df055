---@meta
-- Written by luatos for editors; do not edit.

---A client of MQTT 3.1 and 3.1.1 with QoS 0 to 2.
---
---MQTT 3.1 与 3.1.1 客户端，支持 QoS 0 到 2。
---@class mqtt
mqtt = {}

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

---Makes a client. Its fields may be read: the arguments under their names, `connected`, and the socket `io` while
---there is a connection. `commandTimeout` may be set: the longest wait in ms for an answer of the broker.
---
---创建 MQTT 客户端，此时还未连接。
---@param clientId string
---@param keepAlive? number seconds without a packet after which the client asks the broker whether it is there; 0: never. A broker that is silent for as long again (at most `commandTimeout`) is given up; default 300
---@param username? string "" for none; default ""
---@param password? string "" for none; default ""
---@param cleanSession? number 0: subscriptions, and messages of QoS 1 and 2 that are under way, outlive a connection; default 1
---@param will? mqtt.Will the message that the broker publishes when the connection breaks: `topic`, `payload`, `qos` and `retain`, 0 where left out
---@param version? string "3.1.1" or "3.1"; default "3.1.1"
---@return mqtt.Client # not connected yet
function mqtt.client(clientId, keepAlive, username, password, cleanSession, will, version) end

---Connects, in the task that uses the client from then on. With a clean session of 0, what was published and not
---acknowledged before is sent again.
---
---连接 MQTT 服务器。
---@param host_name string name or address of the broker
---@param port number|string 1 to 65535
---@param transport? string "tcp" or "tcp_ssl"; default "tcp"
---@param cert? socket.Cert for TLS, as that of `socket.tcp`. A table makes it TLS whatever `transport` is
---@param timeout? number seconds for name look-up, TCP and TLS. For the broker's answer there are `commandTimeout`, 60000 ms; default 120
---@return boolean # whether it is connected
---@return integer|string|nil # if not, the broker's return code (1 to 5), or why there is no connection: "TIMEOUT", "timeout" (no answer to CONNECT), "CLOSED", "IP_ERROR_IND", or a text
function Client:connect(host_name, port, transport, cert, timeout) end

---Disconnects, with a farewell. Messages that have arrived stay for `receive`.
---
---断开连接。
function Client:disconnect() end

---Publishes. With QoS 1 and 2 it waits for the broker's acknowledgement, 60 s at most (`commandTimeout`, in ms).
---
---After false with QoS 1 or 2 it is not known whether the broker has the message. With a clean session of 0 the next
---`connect` of this object sends it again as MQTT provides for; a call that repeats it goes on with the same message,
---so that a message of QoS 2 which is published until true is returned arrives once.
---
---发布消息；QoS 1、2 会等待服务器确认。
---@param topic string without the wildcards + and #
---@param payload string
---@param qos? number 0, 1 or 2; default 0
---@param retain? number 1: the broker keeps it for those that subscribe later; default 0
---@return boolean # whether it worked
---@return string|nil # the reason if not: "timeout", "TIMEOUT" (it could not be sent), "CLOSED", "IP_ERROR_IND", or a text
function Client:publish(topic, payload, qos, retain) end

---Receives a message. What has arrived before is returned at once, also after the end of the connection. It also keeps
---the connection alive: a client that calls it too seldom is cut off by the broker. A message has at most 16 MiB, and
---64 MiB may wait for this call: a broker that sends more is given up.
---
---接收消息，同时维持心跳。
---@param timeout? number ms; none: no limit
---@param msg? string a message of `sys.publish` that ends the wait; see `recv` of the module `socket`
---@return boolean # whether a message was received
---@return mqtt.Message|string # `topic`, `payload`, `qos`, `retain`, `dup`, `packetId` (with QoS 1 and 2) and `id`, which is 3; or the reason: "timeout", `msg`, "CLOSED" (by the broker, because it does not answer, or because it does not speak MQTT), "IP_ERROR_IND" (the network was lost); nil without a connection
---@return string|nil # with `msg`, the value that it was published with
---@return_overload true, mqtt.Message, nil
---@return_overload false, string, string|nil
function Client:receive(timeout, msg) end

---Subscribes, and waits for the broker's answer, 60 s at most (`commandTimeout`, in ms).
---
---订阅主题，并等待服务器应答。
---@param topic string|table one, or QoS by topic
---@param qos? number of a single topic: 0, 1 or 2; default 0
---@return boolean # whether it worked
---@return string|nil # the reason if not: "refused" (by the broker), "timeout", "CLOSED", "IP_ERROR_IND", or a text
function Client:subscribe(topic, qos) end

---Ends subscriptions, and waits for the broker's answer, as `subscribe`.
---
---取消订阅主题。
---@param topic string|table one, or a list of them
---@return boolean # whether it worked
---@return string|nil # the reason if not
function Client:unsubscribe(topic) end

return mqtt
