--- `test.websocket`: a WebSocket server whose behaviour is Lua (RFC 6455), over `test.tcp`.
local use = ...
local peers = use "testing.peers"
local waiting = use "testing.waiting"
local http = use "testing.http"
local crypto = use "native.crypto"
local check = use "runtime.check"
local bxor = use("native.bit").bxor

local setmetatable, tonumber = setmetatable, tonumber
local char, byte, sub, pack, unpack = string.char, string.byte, string.sub, string.pack, string.unpack
local concat, min = table.concat, math.min

local websocket = {}

--- Is joined to the key of a request (section 1.3).
local GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

--- Bytes of the length behind a head whose length is one of these.
local LENGTHS = { [126] = 2, [127] = 8 }

--- Milliseconds that the rest of a frame may take.
local NO_LIMIT = 0x7fffffff

local TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

--- A frame of a server, which is not masked (section 5.2).
-- @bool[opt] is_part whether another frame continues the message
local function frame(opcode, data, is_part)
    local size = #data
    local length = size < 126 and char(size) or size < 65536 and pack(">BI2", 126, size) or pack(">BI8", 127, size)
    return char((is_part and 0 or 0x80) + opcode) .. length .. data
end

local function unmasked(data, key)
    local keys, parts = { byte(key, 1, 4) }, {}
    for first = 1, #data, 4096 do
        local bytes = { byte(data, first, min(first + 4095, #data)) }
        for index = 1, #bytes do
            bytes[index] = bxor(bytes[index], keys[(first + index - 2) % 4 + 1])
        end
        parts[#parts + 1] = char(table.unpack(bytes))
    end
    return concat(parts)
end

--- Receives the rest of a frame, however long that takes.
local function receive_all(stream, count)
    if count == 0 then
        return ""
    end
    return stream:receive(count, NO_LIMIT)
end

--- Reads one frame.
-- @number[opt] ms time limit until it begins
-- @return boolean|nil: whether it is the last of its message; nil if none comes
-- @return number|string: opcode, or the reason
-- @return string|nil: data
local function read_frame(stream, ms)
    local head, why = stream:receive(2, ms)
    if not head then
        return nil, why
    end
    local first, second = byte(head, 1, 2)
    local size = second % 128
    local count = LENGTHS[size]
    if count then
        head, why = stream:receive(count, NO_LIMIT)
        if not head then
            return nil, why
        end
        size = unpack(">I" .. count, head)
    end
    local is_masked = second >= 0x80
    local rest
    rest, why = receive_all(stream, size + (is_masked and 4 or 0))
    if not rest then
        return nil, why
    end
    return first >= 0x80, first % 16, is_masked and unmasked(sub(rest, 5), rest) or rest
end

--- What answers the key of a request (section 4.2.2).
local function accepted(key)
    local text = key .. GUID
    local digest = crypto.sha1(text, #text):gsub("%x%x", function(digits) return char(tonumber(digits, 16)) end)
    return crypto.base64_encode(digest, #digest)
end

local Peer = {}
Peer.__index = Peer

--- Waits for a message. Pings are answered meanwhile.
-- @number[opt=10000] ms time limit for each frame
-- @return string|nil: the message
-- @return number|string: 1 for text, 2 for binary; or the reason if there is none: "timeout", or "closed" with the code
-- if the device has sent one
function Peer:receive(ms)
    local parts, kind = {}, nil
    while true do
        local is_last, opcode, data = read_frame(self.stream, ms)
        if is_last == nil then
            return nil, opcode
        elseif opcode == PING then
            self.stream:reply(frame(PONG, data))
        elseif opcode == CLOSE then
            self.stream:reply(frame(CLOSE, data))
            self.stream:close()
            return nil, #data >= 2 and "closed " .. unpack(">I2", data) or "closed"
        elseif opcode ~= PONG then
            kind = kind or opcode
            parts[#parts + 1] = data
            if is_last then
                return concat(parts), kind
            end
        end
    end
end

--- Sends a message.
-- @string data
-- @bool[opt] is_binary whether it is no text
-- @return boolean: whether the connection is open
function Peer:send(data, is_binary)
    check.text("peer:send: data", data)
    return self.stream:reply(frame(is_binary and BINARY or TEXT, data))
end

--- Sends one frame, such as a part of a message.
-- @number opcode 0 to 15: 0 continues a message, 1 is text, 2 binary, 8 close, 9 ping, 10 pong
-- @string[opt=""] data
-- @bool[opt] is_part whether another frame continues the message
-- @return boolean: whether the connection is open
function Peer:send_frame(opcode, data, is_part)
    opcode = check.integer("peer:send_frame: opcode", opcode, 0, 15)
    return self.stream:reply(frame(opcode, check.text("peer:send_frame: data", data or ""), is_part))
end

--- Sends a close frame, and closes the connection once the device has answered it, or after two seconds.
-- @number[opt=1000] code
-- @string[opt=""] reason
function Peer:close(code, reason)
    code = check.optional_integer("peer:close: code", code, 0, 65535)
    check.text("peer:close: reason", reason or "")
    self.stream:reply(frame(CLOSE, pack(">I2", code or 1000) .. (reason or "")))
    repeat
        local is_last, opcode = read_frame(self.stream, 2000)
    until is_last == nil or opcode == CLOSE
    self.stream:close()
end

--- Does nothing for a time.
-- @number ms
function Peer:stall(ms)
    self.stream:stall(ms)
end

--- Breaks the connection, without a close frame.
function Peer:drop()
    self.stream:drop()
end

--- Starts a WebSocket server on a free port of 127.0.0.1, which is there until the end of the test.
-- @function[opt] serve called in a task for each connection, once its handshake has succeeded; without it what comes is
-- sent back
-- @return table: the server, as of `test.tcp`, with `clients` and the method `client([ms])`, which waits for the next
-- one that was not asked for before
function websocket.serve(serve)
    check.optional_callback("test.websocket: serve", serve)
    local server
    server = peers.serve("test.websocket", function(stream)
        local request = http.read(stream)
        local key = request and request.head["sec-websocket-key"]
        if not key then
            return http.answer(stream, 400, "a WebSocket handshake was expected")
        end
        local accept = accepted(key)
        stream:reply("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            .. "Sec-WebSocket-Accept: " .. accept .. "\r\n\r\n")
        local peer = setmetatable({ stream = stream, path = request.path, head = request.head }, Peer)
        server.clients[#server.clients + 1] = peer
        waiting.look()
        if serve then
            return serve(peer)
        end
        for data, kind in function() return peer:receive(0x7fffffff) end do
            peer:send(data, kind == BINARY)
        end
    end)
    server.clients = {}
    function server.client(this, ms)
        return peers.next_of(this, "clients", ms)
    end
    return server
end

return websocket
