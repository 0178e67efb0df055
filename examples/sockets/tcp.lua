--- A TCP client for tasks, over the firmware's socket core.
module(..., package.seeall)

require "sys"

--- Socket types of `socketcore.sock_conn_ext`.
local TCP, TLS = 0, 2

--- The clients by the number of their socket.
local clients = {}

local Client = {}
Client.__index = Client

--- Waits until a condition holds; the messages of the socket wake it.
-- @function condition
-- @number timeout in ms
-- @return whether it holds
local function wait_until(client, condition, timeout)
    local is_late = false
    local timer = sys.timerStart(function()
        is_late = true
        sys.publish(client.event)
    end, timeout)
    while not condition() and not is_late do
        sys.waitUntil(client.event)
    end
    sys.timerStop(timer)
    return condition()
end

--- Connects.
-- @string host name or address
-- @number port
-- @tab[opt] options `timeout` in ms, default 20000; `tls`: true for TLS without a check of the certificate, or a
-- table with the contents of `caCert`
-- @return client; or nil and why not
function connect(host, port, options)
    options = options or {}
    local id
    if options.tls then
        local trust = type(options.tls) == "table" and options.tls or {}
        id = socketcore.sock_conn_ext(TLS, host, port, { hostName = host, caCert = trust.caCert })
    else
        id = socketcore.sock_conn_ext(TCP, host, port)
    end
    if id < 0 then
        return nil, "no socket is free"
    end
    local client = setmetatable({ id = id, event = "TCP_" .. id, chunks = {} }, Client)
    clients[id] = client
    wait_until(client, function() return client.result ~= nil end, options.timeout or 20000)
    if client.result ~= 0 then
        client:close()
        return nil, client.result and "refused" or "timeout"
    end
    return client
end

--- Sends bytes and waits until the kernel has taken them.
-- @return whether it has
function Client:send(data, timeout)
    self.send_result = nil
    if self.is_closed or socketcore.sock_send(self.id, data) ~= 1 then
        return false
    end
    return wait_until(self, function() return self.send_result ~= nil or self.is_closed end, timeout or 20000)
        and self.send_result == 0
end

--- Receives what has arrived.
-- @return string; or nil and "closed" or "timeout"
function Client:receive(timeout)
    wait_until(self, function() return #self.chunks > 0 or self.is_closed end, timeout or 20000)
    if #self.chunks > 0 then
        return table.remove(self.chunks, 1)
    end
    return nil, self.is_closed and "closed" or "timeout"
end

--- Receives exactly this number of bytes.
-- @return string; or nil and why not
function Client:read(count, timeout)
    self.rest = self.rest or ""
    while #self.rest < count do
        local data, why = self:receive(timeout)
        if not data then
            return nil, why
        end
        self.rest = self.rest .. data
    end
    local data = self.rest:sub(1, count)
    self.rest = self.rest:sub(count + 1)
    return data
end

--- Closes the socket; the number is free again when the core has confirmed it.
function Client:close()
    if clients[self.id] == self then
        socketcore.sock_close(self.id)
        wait_until(self, function() return self.is_gone end, 5000)
    end
end

--- Registers what a message of the socket core does to the client that it is about.
local function on(message, act)
    rtos.on(message, function(msg)
        local client = clients[msg.socket_index]
        if client then
            act(client, msg)
            sys.publish(client.event)
        end
    end)
end

on(rtos.MSG_SOCK_CONN_CNF, function(client, msg)
    client.result = msg.result
    client.is_closed = msg.result ~= 0
end)
on(rtos.MSG_SOCK_SEND_CNF, function(client, msg) client.send_result = msg.result end)
on(rtos.MSG_SOCK_RECV_IND, function(client, msg)
    client.chunks[#client.chunks + 1] = socketcore.sock_recv(client.id, msg.recv_len)
end)
on(rtos.MSG_SOCK_CLOSE_IND, function(client) client.is_closed = true end)
on(rtos.MSG_SOCK_CLOSE_CNF, function(client)
    socketcore.sock_destroy(client.id)
    clients[client.id] = nil
    client.is_closed, client.is_gone = true, true
end)
