-- LuaSocket. Usage: luasocket.lua MODE WORKLOAD PORT COUNT, with MODE `blocking` or `copas`; see benches/run.
local workload, port, count = arg[2], tonumber(arg[3]), tonumber(arg[4])
-- It has to be loaded first.
local copas = arg[1] == "copas" and require "copas"
local socket, http, ltn12 = require "socket", require "socket.http", require "ltn12"
local url = "http://127.0.0.1:" .. port

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

--- Makes an unconnected TCP socket.
local function tcp()
    local connection = assert(socket.tcp())
    if not copas then
        return connection
    end
    -- What copas 1.2 leaves out, and `socket.http` calls.
    local wrapped = copas.wrap(connection)
    wrapped.connect = function(_, host, to)
        local ok, problem = copas.connect(connection, host, to)
        return ok or problem == "already connected" or nil, problem
    end
    wrapped.receive = function(_, ...) return copas.receive(connection, ...) end
    wrapped.settimeout = function() return true end
    wrapped.close = function() return connection:close() end
    return wrapped
end

local function exchange(data, rounds)
    local connection = tcp()
    assert(connection:connect("127.0.0.1", port))
    local plain = copas and connection.socket or connection
    plain:setoption("tcp-nodelay", true)
    mark "begin"
    for _ = 1, count * rounds do
        assert(connection:send(data))
        assert(#connection:receive(#data) == #data)
    end
    mark "end"
end

--- Requests one after the other, into what `sink` returns.
local function requests(path, sink, done)
    mark "begin"
    for _ = 1, count do
        local ok, status = http.request { url = url .. path, create = tcp, sink = sink() }
        assert(ok and status == 200, status)
        done()
    end
    mark "end"
end

local workloads = {}

function workloads.tcp()
    exchange(("x"):rep(64), 1)
end

function workloads.tcp_big()
    exchange(("x"):rep(64 << 10), 16)
end

function workloads.http()
    local parts
    requests("/256", function()
        parts = {}
        return ltn12.sink.table(parts)
    end, function()
        assert(#table.concat(parts) == 256)
    end)
end

function workloads.http_file()
    local path = os.getenv "BENCH_FOLDER" .. "/luasocket"
    local file
    requests("/" .. (16 << 20), function()
        file = assert(io.open(path, "wb"))
        return ltn12.sink.file(file)
    end, function() end)
end

if copas then
    copas.addthread(function()
        workloads[workload]()
        os.exit(true)
    end)
    copas.loop()
else
    workloads[workload]()
end
