---@meta
-- For editors (LuaLS, EmmyLua): the websocket module of LuatOS-Air as this project provides it.

---@class websocket
websocket = {}

---@class websocket.Cert
---@field caCert? string PEM file; the chain must lead to it and to no other root. nil: the server is not checked
---@field clientCert? string PEM file
---@field clientKey? string PEM file
---@field clientPassword? string password of clientKey
---@field insist? 0|1 0 refuses a certificate made out to another host; 1 or nil accepts it

---@class websocket.Options
---@field headers? table<string, string|number> further request headers
---@field subprotocols? string[] in order of preference
---@field maxMessageSize? integer bytes, default 16777216
---@field queueSize? integer bytes that `send` keeps at most, default 1048576
---@field compression? boolean|websocket.Compression offer permessage-deflate (RFC 7692), default false

---@class websocket.Compression
---@field threshold? integer bytes; shorter messages go out uncompressed, default 64
---@field level? integer 0 (none) to 9 (best), default 6
---@field contextTakeover? boolean messages may refer to earlier ones, default true
---@field windowBits? integer largest window of both sides, 9 to 15, default 15

---@class websocket.Object
local ws = {}

---Makes a WebSocket object; nothing is connected yet.
---@param url string `ws://` or `wss://`
---@param cert? websocket.Cert
---@param options? websocket.Options
---@return websocket.Object
function websocket.new(url, cert, options) end

---Ends `start`, in any phase; without a running `start` it closes.
---@param object websocket.Object
function websocket.exit(object) end

---Sets or, with nil, removes the callback of an event.
---@param event "open"|"message"|"sent"|"pong"|"error"|"close"
---@param callback? fun(...)
---@overload fun(self: websocket.Object, event: "message", callback?: fun(data: string, opcode: 1|2))
---@overload fun(self: websocket.Object, event: "close", callback?: fun(code: integer, reason: string))
function ws:on(event, callback) end

---@param timeout? number ms for everything, default 20000
---@return boolean ok
---@return string? reason
function ws:connect(timeout) end

---Queues a message; it may be called in any state.
---@param data string|number|nil
---@param text? boolean a text message, else binary
---@return boolean ok
---@return string? reason
function ws:send(data, text) end

---@param fin boolean
---@param opcode integer 0 to 15
---@param data? string|number
---@return boolean ok
---@return string? reason
function ws:sendFrame(fin, opcode, data) end

---@param data? string|number at most 125 bytes
---@return boolean ok
---@return string? reason
function ws:ping(data) end

---@param data? string|number at most 125 bytes
---@return boolean ok
---@return string? reason
function ws:pong(data) end

---@param timeout? number ms; nil waits until the connection ends
---@return boolean ok
---@return string data the message, or the reason
function ws:recv(timeout) end

---@param code? integer 1000-1003, 1007-1014, 3000-4999
---@param reason? string at most 123 bytes
function ws:close(code, reason) end

---@return "CONNECTING"|"OPEN"|"CLOSING"|"CLOSED"
function ws:state() end

---@return boolean open
function ws:online() end

---@param keepAlive? number seconds between pings, 0 or nil for none
---@param proc? fun(data: string)
---@param reconnTime? number seconds between the end of a connection and the next attempt, default 1
---@return boolean exited
function ws:start(keepAlive, proc, reconnTime) end

return websocket
