-- The modules `socket`, `http` and `mqtt` of LuatOS-Air: ours, or its own with luatos's option --lib.
-- Usage: modules.lua WORKLOAD PORT COUNT; see benches/run.
local workload, port, count = arg[1], tonumber(arg[2]), tonumber(arg[3])
-- What the modules log would get in between the lines of `mark`.
LOG_LEVEL = 0
local sys = require "sys"
require "net"
local socket, http, mqtt = require "socket", require "http", require "mqtt"
local url = "http://127.0.0.1:" .. port
local short = ("x"):rep(64)

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function exchange(data, rounds)
    local connection = socket.tcp()
    assert(connection:connect("127.0.0.1", port))
    mark "begin"
    for _ = 1, count * rounds do
        assert(connection:send(data))
        local left = #data
        while left > 0 do
            local ok, part = connection:recv()
            assert(ok, part)
            left = left - #part
        end
    end
    mark "end"
end

--- Requests one after the other, each begun by the callback of the one before.
local function requests(path, check, target)
    local left = count
    local function next_request()
        if left == 0 then
            mark "end"
            os.exit(true)
        end
        left = left - 1
        http.request("GET", url .. path, nil, nil, nil, nil, function(ok, status, _, body)
            assert(ok and status == "200", status)
            check(body)
            next_request()
        end, target)
    end
    mark "begin"
    next_request()
    -- The last callback ends the program.
    sys.waitUntil "NEVER"
end

local workloads = {}

function workloads.tcp()
    exchange(short, 1)
end

function workloads.tcp_big()
    exchange(("x"):rep(65536), 16)
end

function workloads.http()
    requests("/256", function(body) assert(#body == 256) end)
end

function workloads.http_file()
    local path = "/download"
    os.remove(path)
    requests("/" .. (16777216), function(body)
        assert(body == path)
        os.remove(path)
    end, path)
end

local function open(clean)
    local client = mqtt.client("bench", 300, nil, nil, clean)
    assert(client:connect("127.0.0.1", port))
    return client
end

local function there_and_back(qos)
    local client = open(1)
    assert(client:subscribe("bench", qos))
    mark "begin"
    for _ = 1, count do
        assert(client:publish("bench", short, qos))
        local ok, message = client:receive(20000)
        assert(ok and #message.payload == 64, message)
    end
    mark "end"
end

local function publish(qos)
    local client = open(1)
    mark "begin"
    for _ = 1, count do
        assert(client:publish("bench", short, qos))
    end
    -- With QoS 0, until the broker has got all.
    assert(client:publish("bench", short, math.max(qos, 1)))
    mark "end"
end

local function receive(qos)
    mark "begin"
    local client = open(0)
    for _ = 1, count do
        local ok, message = client:receive(20000)
        assert(ok and #message.payload == 64 and message.qos == qos, message)
    end
    mark "end"
end

for qos = 0, 2 do
    workloads["mqtt" .. qos] = function() there_and_back(qos) end
    workloads["mqtt_publish" .. qos] = function() publish(qos) end
    workloads["mqtt_receive" .. qos] = function() receive(qos) end
end

sys.taskInit(function()
    while not socket.isReady() do
        sys.waitUntil("IP_READY_IND", 1000)
    end
    workloads[workload]()
    os.exit(true)
end)
-- LuatOS-Air's own `sys.run` needs what `sys.init` sets up.
PROJECT, VERSION = "bench", "1.0.0"
sys.init(0, 0)
sys.run()
