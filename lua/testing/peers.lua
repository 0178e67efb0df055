--- Servers that a test plays for the script, on 127.0.0.1 and in the test's own loop: `test.tcp`. What they do is Lua,
-- in a task for each connection.
local use = ...
local world = use "testing.world"
local waiting = use "testing.waiting"
local check = use "runtime.check"
local show = use("runtime.text").show

local error, ipairs, setmetatable = error, ipairs, setmetatable
local find, sub = string.find, string.sub

local peers = {}

--- Milliseconds, of the device's time, that a wait lasts without a limit of its own.
local LIMIT = 10000

--- The servers of the present test.
local servers = {}

--- As of `waiting.wait_until`.
local function wait_until(is_over, ms, call)
    return waiting.wait_until(world.use "device.waits", is_over, ms, call)
end

local function limit_of(call, ms)
    return check.optional_integer(call .. ": time", ms, 0, 0x7fffffff, "ms") or LIMIT
end

-- ## Connections

local Peer = {}
Peer.__index = Peer

--- Takes what has come.
local function fill(peer)
    local data, ended = world.use("native.peers").read(peer.native)
    peer.received = peer.received .. data
    peer.ended = ended
end

--- Waits until a function finds what it looks for in what has come, or nothing more can come.
-- @return what the function returns, or nil and the reason
local function wait_for(peer, look_for, ms, call)
    local found
    local is_in_time = wait_until(function()
        fill(peer)
        found = look_for(peer.received)
        return found ~= nil or peer.ended ~= nil
    end, limit_of(call, ms), call)
    if found ~= nil then
        return found
    end
    return nil, is_in_time and peer.ended or "timeout"
end

--- Takes the first bytes of what has come.
local function take(peer, count)
    local data = sub(peer.received, 1, count)
    peer.received = sub(peer.received, count + 1)
    return data
end

--- Waits for bytes.
-- @number[opt] count how many; without it all that has come, at least one
-- @number[opt=10000] ms time limit
-- @return string|nil: the bytes
-- @return string|nil: the reason if there are none: "timeout", "closed", or an error
function Peer:receive(count, ms)
    count = check.optional_integer("peer:receive: count", count, 1, 0x7fffffff, "bytes")
    local found, why = wait_for(self, function(received)
        return #received >= (count or 1) and (count or #received) or nil
    end, ms, "peer:receive")
    if not found then
        return nil, why
    end
    return take(self, found)
end

--- Waits for a line.
-- @number[opt=10000] ms time limit
-- @return string|nil: the line, without its end
-- @return string|nil: the reason if there is none
function Peer:receive_line(ms)
    local found, why = wait_for(self, function(received) return find(received, "\n", 1, true) end, ms,
        "peer:receive_line")
    if not found then
        return nil, why
    end
    return (take(self, found):gsub("\r?\n$", ""))
end

--- Waits for a text, and raises an error if something else comes.
-- @string text
-- @number[opt=10000] ms time limit
function Peer:expect(text, ms)
    text = check.text("peer:expect: text", text)
    local _, why = wait_for(self, function(received)
        return (#received >= #text or received ~= sub(text, 1, #received)) or nil
    end, ms, "peer:expect")
    if sub(self.received, 1, #text) ~= text then
        error(("peer:expect: %s expected, got %s%s"):format(show(text), show(self.received),
            why and " (" .. why .. ")" or ""), 2)
    end
    take(self, #text)
end

--- Sends.
-- @string data
-- @return boolean: whether the connection is open
function Peer:reply(data)
    return world.use("native.peers").write(self.native, check.text("peer:reply: data", data))
end

--- Does nothing for a time.
-- @number ms
function Peer.stall(_, ms)
    world.use("modules.sys").wait(ms)
end

--- Closes the connection, once all is sent.
function Peer:close()
    world.use("native.peers").close(self.native)
end

--- Breaks the connection: the device sees a reset.
function Peer:drop()
    world.use("native.peers").reset(self.native)
end

-- ## Servers

local Server = {}
Server.__index = Server

--- Has the function of a server serve a connection, which breaks if the function fails.
local function serve_peer(server, peer)
    local tasks = world.use "runtime.tasks"
    local ok, text = tasks.xpcall(server.serve, tasks.with_traceback, peer)
    if not ok then
        peer:drop()
        world.use("runtime.diagnostics").error(server.call, text)
    end
end

--- Takes the connections that wait, each in a task of its own.
local function accept(server)
    local native = world.use "native.peers"
    local connection = server.native and native.accept(server.native)
    while connection do
        local peer = setmetatable({ native = connection, received = "" }, Peer)
        server.connections[#server.connections + 1] = peer
        world.use("runtime.tasks").spawn(serve_peer, server, peer)
        connection = native.accept(server.native)
    end
end

--- Listens, in the runtime that is the present one.
local function open(server)
    server.native, server.port = world.use("native.peers").listen(server.port or 0)
end

local function start()
    world.use("runtime.scheduler").on(world.use("native.rtos").MSG_PEERS, function()
        for _, server in ipairs(servers) do
            accept(server)
        end
        waiting.look()
    end)
end

--- The rule that leads connections to an address here, for the option `connect_to` of `test.project`.
-- @string address such as "example.com:80"
-- @return string: the rule
function Server:at(address)
    check.text("server:at: address", address)
    if not find(address, "^[^:]*:%d*$") then
        error("server:at: address: HOST:PORT expected, got " .. show(address), 2)
    end
    return ("%s:127.0.0.1:%d"):format(address, self.port)
end

--- Waits for the next entry of a list of a server.
-- @string name of the list
-- @number[opt=10000] ms time limit
-- @return the entry, or nil when the time is up
function peers.next_of(server, name, ms)
    local number = (server.taken[name] or 0) + 1
    local is_there = wait_until(function() return server[name][number] ~= nil end, limit_of("server", ms), "server")
    if is_there then
        server.taken[name] = number
        return server[name][number]
    end
end

--- Waits until something has connected that was not asked for before.
-- @number[opt=10000] ms time limit
-- @return table|nil: the connection; nil when the time is up
function Server:connection(ms)
    return peers.next_of(self, "connections", ms)
end

--- Takes no more connections.
function Server:stop()
    if self.native then
        world.use("native.peers").shut(self.native)
        self.native = nil
    end
    self.is_stopped = true
end

--- Takes connections again, on the same port.
function Server:restart()
    self.is_stopped = nil
    open(self)
end

--- Starts a TCP server on a free port of 127.0.0.1, which is there until the end of the test.
-- @function[opt] serve called in a task for each connection
-- @return table: the server, with `port` and `connections`
function peers.tcp(serve)
    check.optional_callback("test.tcp: serve", serve)
    return peers.serve("test.tcp", serve or function() end)
end

--- Likewise for another kind of server.
-- @string call for errors
-- @function serve
function peers.serve(call, serve)
    local server = setmetatable({ call = call, serve = serve, connections = {}, taken = {} }, Server)
    open(server)
    if #servers == 0 then
        start()
    end
    servers[#servers + 1] = server
    return server
end

--- The test leaves a runtime: its ports become free.
function peers.leave()
    for _, server in ipairs(servers) do
        if server.native then
            world.use("native.peers").shut(server.native)
            server.native = nil
        end
    end
end

--- A new runtime is there: the servers of the test listen in it, on the same ports.
function peers.enter()
    if #servers > 0 then
        start()
    end
    for _, server in ipairs(servers) do
        if not server.is_stopped then
            open(server)
        end
    end
end

--- The test has ended.
function peers.forget()
    servers = {}
    waiting.forget()
end

return peers
