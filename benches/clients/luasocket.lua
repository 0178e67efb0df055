-- LuaSocket, which blocks. Usage: luasocket.lua WORKLOAD PORT COUNT; see benches/run.
local socket = require "socket"
local workload, port, count = arg[1], tonumber(arg[2]), tonumber(arg[3])

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function exchange(data, rounds)
    local connection = assert(socket.connect("127.0.0.1", port))
    connection:setoption("tcp-nodelay", true)
    mark "begin"
    for _ = 1, count * rounds do
        assert(connection:send(data))
        assert(#connection:receive(#data) == #data)
    end
    mark "end"
end

local workloads = {
    tcp = function() exchange(("x"):rep(64), 1) end,
    tcp_big = function() exchange(("x"):rep(64 << 10), 16) end,
}

workloads[workload]()
