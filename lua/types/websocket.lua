---@meta
-- Written by luatos for editors; do not edit.

---A WebSocket client (RFC 6455).
---
---WebSocket 客户端（RFC 6455）。
---@class websocket
websocket = {}

---@class websocket.Cert
---@field caCert? string PEM file with the only trusted roots; nil: the certificate of the server is not checked
---@field clientCert? string PEM file
---@field clientKey? string PEM file
---@field clientPassword? string password of clientKey
---@field insist? 0|1 0 refuses a certificate issued to another host; 1 or nil accepts it

---@class websocket.Options
---@field headers? table<string, string|number> further request headers
---@field subprotocols? string[] in order of preference
---@field maxMessageSize? integer bytes, default 16777216
---@field queueSize? integer limit of the send queue in bytes, default 1048576
---@field compression? boolean|websocket.Compression offer permessage-deflate (RFC 7692), default false

---@class websocket.Compression
---@field threshold? integer bytes; shorter messages are sent uncompressed, default 64
---@field level? integer 0 (none) to 9 (best), default 6
---@field contextTakeover? boolean messages may refer to earlier ones, default true
---@field windowBits? integer largest window of both sides, 9 to 15, default 15

---@class websocket.Object
local ws = {}

---Makes a WebSocket object, without connecting it.
---
---创建 WebSocket 对象，此时还未连接。
---@param url string `ws://` or `wss://`
---@param cert? websocket.Cert
---@param options? websocket.Options
---@return websocket.Object
function websocket.new(url, cert, options) end

---Ends `start` in any phase; if `start` is not running, closes the connection.
---
---让 start 退出；没有运行 start 时只关闭连接。
---@param object websocket.Object
function websocket.exit(object) end

---Sets or, with nil, removes the callback of an event.
---
---设置事件回调，nil 表示取消。
---@param event "open"|"message"|"sent"|"pong"|"error"|"close"
---@param callback? fun(...)
---@overload fun(self: websocket.Object, event: "open"|"sent", callback?: fun())
---@overload fun(self: websocket.Object, event: "pong", callback?: fun(data: string))
---@overload fun(self: websocket.Object, event: "error", callback?: fun(text: string))
---@overload fun(self: websocket.Object, event: "message", callback?: fun(data: string, opcode: 1|2))
---@overload fun(self: websocket.Object, event: "close", callback?: fun(code: integer, reason: string))
function ws:on(event, callback) end

---Connects: name look-up, TCP, TLS and upgrade within one time limit.
---
---连接服务器：域名解析、TCP、TLS 和握手共用一个超时时间。
---@param timeout? number ms, default 20000
---@return boolean ok
---@return string? reason
function ws:connect(timeout) end

---Queues a message; it may be called in any state.
---
---发送一条消息（放入发送队列），任何状态下都可调用。
---@param data string|number|nil
---@param text? boolean true: a text message, else a binary one
---@return boolean ok
---@return string? reason
function ws:send(data, text) end

---Sends one frame, masked; the script is responsible for the order of fragments.
---
---发送单个帧，分片的次序由脚本负责。
---@param fin boolean
---@param opcode integer 0 to 15
---@param data? string|number
---@return boolean ok
---@return string? reason
function ws:sendFrame(fin, opcode, data) end

---Sends a ping; the answer comes as the event `pong`.
---
---发送 ping，应答由 pong 事件返回。
---@param data? string|number at most 125 bytes
---@return boolean ok
---@return string? reason
function ws:ping(data) end

---Sends an unsolicited pong; pings are answered automatically.
---
---主动发送 pong；收到的 ping 会自动应答。
---@param data? string|number at most 125 bytes
---@return boolean ok
---@return string? reason
function ws:pong(data) end

---Waits for the next complete message.
---
---等待下一条完整的消息。
---@param timeout? number ms; nil waits until the connection ends
---@return boolean ok
---@return string data the message, or the reason
function ws:recv(timeout) end

---Closes the connection, with the closing handshake.
---
---关闭连接，包括关闭握手。
---@param code? integer default 1001; 1000-1003, 1007-1014, 3000-4999
---@param reason? string at most 123 bytes
function ws:close(code, reason) end

---查询连接状态。
---@return "CONNECTING"|"OPEN"|"CLOSING"|"CLOSED"
function ws:state() end

---连接是否处于打开状态。
---@return boolean is_open
function ws:online() end

---Connects, receives messages and connects again after the end of the connection, until `websocket.exit`.
---
---连接、接收消息，断开后自动重连，直到 websocket.exit。
---@param keepAlive? number seconds between pings, 0 or nil for none
---@param proc? fun(data: string) called with the data of each message
---@param reconnTime? number seconds between the end of a connection and the next attempt, default 1
---@return boolean exited false if `start` is running already
function ws:start(keepAlive, proc, reconnTime) end

return websocket
