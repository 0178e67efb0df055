--- Conversations of a spec with `socketcore`, and the server of `socket_peer.py`, whose behaviour a test
-- writes in Python. The end of each test closes and destroys its sockets.
local busted = require "busted"
local peer = require "peer"

local sockets = {}

--- Messages that came and were not asked for yet.
local messages = {}

--- Published with each message.
local ARRIVED = "SOCKETS_MESSAGE"

--- Longest wait for a message, in ms; only a broken test reaches it.
local LIMIT = 20000

local NAMES = {}

local host

--- Starts to collect the messages: after `require "luatos"`, before a test runs.
function sockets.collect()
    local sys = require "sys"
    local rtos = require "rtos"
    host = debug.getregistry()["luatos.use"] "native.host"
    for _, name in ipairs { "CONN_CNF", "SEND_CNF", "RECV_IND", "CLOSE_IND", "CLOSE_CNF" } do
        local id = rtos["MSG_SOCK_" .. name]
        NAMES[id] = name
        rtos.on(id, function(message)
            messages[#messages + 1] = message
            sys.publish(ARRIVED)
        end)
    end
end

--- The first collected message for a socket, of one name if given; it is not collected any more.
local function take(id, name)
    for index, message in ipairs(messages) do
        if message.socket_index == id and (not name or NAMES[message.id] == name) then
            return table.remove(messages, index)
        end
    end
end

--- Waits for a message; the loop runs meanwhile.
-- @number id of the socket
-- @string[opt] name such as "CONN_CNF"; nil: the next one
-- @return the message
function sockets.wait(id, name)
    local sys = require "sys"
    while true do
        local message = take(id, name)
        if message then
            return message
        end
        assert(sys.waitUntil(ARRIVED, LIMIT), ("no %s of socket %d"):format(name or "message", id))
    end
end

--- Waits for the next message of a socket, whatever it is.
-- @return its name, and the message
function sockets.next(id)
    local message = sockets.wait(id)
    return NAMES[message.id], message
end

--- Names of the messages for a socket that came and were not asked for, in their order.
function sockets.names(id)
    local list = {}
    for _, message in ipairs(messages) do
        if message.socket_index == id then
            list[#list + 1] = NAMES[message.id]
        end
    end
    return table.concat(list, " ")
end

--- Connects to a server of this computer, which has to succeed.
-- @number kind 0 TCP, 1 UDP, 2 TLS
-- @param port
-- @param ... further arguments of `sock_conn_ext`
-- @return number id
function sockets.connect(kind, port, ...)
    local socketcore = require "socketcore"
    local id = socketcore.sock_conn_ext(kind, "127.0.0.1", port, ...)
    assert(id >= 0, "no socket: " .. id)
    local message = sockets.wait(id, "CONN_CNF")
    assert(message.result == 0, "not connected")
    return id
end

--- Sends, and waits until that is confirmed.
-- @return the confirmation
function sockets.send(id, data)
    local socketcore = require "socketcore"
    local ok, errno = socketcore.sock_send(id, data)
    assert(ok == 1 and errno == 0, "not sent: " .. errno)
    return sockets.wait(id, "SEND_CNF")
end

--- Takes what arrives until this number of bytes is there or the peer has closed.
-- @return the bytes, and whether the peer has closed
function sockets.read(id, count)
    local socketcore = require "socketcore"
    local parts, got = {}, 0
    while got < count do
        local name, message = sockets.next(id)
        if name == "CLOSE_IND" then
            return table.concat(parts), true
        elseif name == "RECV_IND" then
            local part = socketcore.sock_recv(id, message.recv_len)
            assert(#part == message.recv_len, "announced were " .. message.recv_len .. ", taken " .. #part)
            parts[#parts + 1] = part
            got = got + #part
        end
    end
    return table.concat(parts), false
end

--- Closes and destroys.
function sockets.close(id)
    local socketcore = require "socketcore"
    assert(socketcore.sock_close(id) == 1)
    sockets.wait(id, "CLOSE_CNF")
    socketcore.sock_destroy(id)
end

--- Waits until nothing is left of closed connections: what the peer has not acknowledged keeps one for a while.
function sockets.settle()
    peer.eventually(function() return host.sources() == 0 end, "the end of all connections")
end

local function hex(text)
    return (text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Lets the peer of a spec file do what one command says, which makes a server.
-- @return number port
local function command(server, ...)
    local before = #server:log "port"
    server.process:write(table.concat({ ... }, " "), "\n")
    server.process:flush()
    local record = peer.eventually(function() return server:log "port" [before + 1] end, "a port of the peer")
    return tonumber(record[3])
end

--- A server for a spec file. Further methods: `tcp(code)`, `udp(code)`, `tls(code, folder, name, what)`, each of
-- which returns the port of a new server, and `go()`. See `socket_peer.py`.
function sockets.peer()
    local server = peer.new "socket_peer.py"
    busted.setup(function()
        server:run()
        sockets.collect()
    end)
    busted.teardown(function() server:stop() end)
    busted.before_each(function()
        server:forget()
        messages = {}
    end)
    busted.after_each(function()
        for id = 0, 9 do
            sockets.close(id)
        end
        sockets.settle()
        for _, record in ipairs(server:log "problem") do
            error("socket_peer.py: " .. record[3], 0)
        end
    end)
    function server.tcp(_, code) return command(server, "tcp", hex(code)) end
    function server.udp(_, code) return command(server, "udp", hex(code)) end
    function server.tls(_, code, ...) return command(server, "tls", hex(code), ...) end
    function server.go()
        server.process:write "go\n"
        server.process:flush()
    end
    --- Waits for a log line of the Python text; returns its values.
    function server.logged(_, name)
        local record = peer.eventually(function() return server:log(name)[1] end, "log line " .. name)
        return table.unpack(record, 3)
    end
    return server
end

return sockets
