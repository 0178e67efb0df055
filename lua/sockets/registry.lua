--- The sockets of `socket4G` by their ids in the socket core, and what the core's messages do to them.
--
-- A message about a socket that is not in here is the script's, which may use `socketcore` itself.
local use = ...
local rtos = use "native.rtos"
local socketcore = use "native.socketcore"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local network_hooks = use "runtime.network_hooks"
local tasks = use "runtime.tasks"
local waiting = use "sockets.waiting"

local publish, wake = messages.publish, waiting.wake
local sock_recv, sock_close, sock_destroy = socketcore.sock_recv, socketcore.sock_close, socketcore.sock_destroy
local take_all = use("native.sockets").take
local next, pairs, status = next, pairs, coroutine.status

local registry = {}

--- The sockets by id, from the attempt to connect until the core has confirmed the close.
local sockets = {}

--- Bytes that are kept for a script that does not take them. Beyond that they stay in the core, and the peer has
-- to wait.
local MOST_KEPT = 512 * 1024

--- The connection has come or gone.
local function set_connected(socket, is_connected)
    if socket.connected ~= is_connected then
        socket.connected = is_connected
        network_hooks.count_socket(is_connected and 1 or -1)
    end
end

--- Takes what has arrived once the core has announced some of it, if the script may keep that much and does not read
-- by a callback. The core announces 2 KiB at a time, and each announcement is a message.
function registry.take(socket)
    if socket.announced and not socket.rcvProcFnc and socket.input.bytes < MOST_KEPT then
        socket.announced = nil
        local data = take_all(socket.id)
        -- The script may have read by `socketcore` itself.
        if data ~= "" then
            socket.input:add(data)
        end
    end
end

--- Puts a socket under its id.
function registry.add(socket)
    sockets[socket.id] = socket
end

--- Closes a socket in the core and forgets it when that is confirmed, without a wait.
function registry.close(socket)
    if socket.id and not socket.is_closing then
        socket.is_closing = true
        sock_close(socket.id)
    end
end

--- Closes the sockets whose tasks have ended: nobody can close them any more.
-- @return whether there is one
function registry.close_orphans()
    local is_any = false
    for _, socket in pairs(sockets) do
        if socket.co and status(socket.co) == "dead" then
            registry.close(socket)
            set_connected(socket, false)
            is_any = true
        end
    end
    return is_any
end

--- Visits the sockets.
-- @function visit called with each
function registry.each(visit)
    for _, socket in next, sockets do
        visit(socket)
    end
end

--- Visits the tasks that wait for a socket.
-- @function visit called with each
function registry.each_waiting(visit)
    for _, socket in next, sockets do
        if socket.pending and socket.co then
            visit(socket.co)
        end
    end
end

local function forget(socket)
    sock_destroy(socket.id)
    sockets[socket.id] = nil
    socket.announced = nil
end

local function confirmed_connection(socket, message)
    socket.result, socket.reason = message.result == 0, message.reason
    if socket.result then
        set_connected(socket, true)
    else
        forget(socket)
        socket.id = nil
    end
    wake(socket)
end

local function confirmed_send(socket, message)
    socket.unconfirmed = socket.unconfirmed - 1
    if message.result ~= 0 then
        socket.sent = false
    elseif socket.unconfirmed == 0 then
        socket.sent = true
    end
    wake(socket)
end

--- Reads for the callback of `setRcvProc`, now or later. The core announces nothing more before all is read.
-- @return string
local function read(socket, id, count)
    local announced = socket.announced
    if id ~= socket.id or not announced then
        return ""
    end
    local data = sock_recv(id, count)
    -- What is not read of a datagram is lost.
    local rest = socket.protocol == "UDP" and 0 or announced - #data
    socket.announced = rest > 0 and rest or nil
    return data
end

local function received(socket, message)
    socket.announced = message.recv_len
    local callback = socket.rcvProcFnc
    if callback then
        tasks.guard("socket:setRcvProc callback", callback, function(id, count)
            return read(socket, id, count)
        end, socket.id, message.recv_len)
        return
    end
    registry.take(socket)
    if socket.is_receiving then
        wake(socket)
    else
        publish("SOCKET_RECV", socket.id)
    end
end

local function ended(socket)
    socket.error = socket.error or "CLOSED"
    set_connected(socket, false)
    publish("LIB_SOCKET_CLOSE_IND", socket.ssl, socket.protocol, socket.address, socket.port)
    wake(socket)
end

local function confirmed_close(socket)
    forget(socket)
    socket.is_closing = false
    socket.id = nil
    set_connected(socket, false)
    wake(socket)
end

local ACTIONS = {
    [rtos.MSG_SOCK_CONN_CNF] = confirmed_connection,
    [rtos.MSG_SOCK_SEND_CNF] = confirmed_send,
    [rtos.MSG_SOCK_RECV_IND] = received,
    [rtos.MSG_SOCK_CLOSE_IND] = ended,
    [rtos.MSG_SOCK_CLOSE_CNF] = confirmed_close,
}

for id, act in pairs(ACTIONS) do
    scheduler.claim(id, function(message)
        local socket = sockets[message.socket_index]
        if not socket then
            return false
        elseif not socket.is_closing or act == confirmed_close then
            act(socket, message)
        end
        return true
    end)
end

messages.subscribe("IP_ERROR_IND", function()
    -- A task that goes on may add sockets.
    local list = {}
    for _, socket in next, sockets do
        list[#list + 1] = socket
    end
    for _, socket in next, list do
        socket.error = socket.error or "IP_ERROR_IND"
        wake(socket)
    end
end)

return registry
