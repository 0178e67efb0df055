-- luamqtt over LuaSocket, in its blocking loop. Usage: luamqtt.lua WORKLOAD PORT COUNT; see benches/run.
--
-- Its connector gets TCP_NODELAY, which it does not set: otherwise acknowledgements wait for one another.
-- With QoS 2 it takes PUBREC for the end, one round trip earlier than the others.
local mqtt = require "mqtt"
local plain = require "mqtt.luasocket"
local workload, port, count = arg[1], arg[2], tonumber(arg[3])
local kind, qos = workload:match "^(%a+_?%a*)(%d)$"
qos = tonumber(qos)
local short = ("x"):rep(64)

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local connector = setmetatable({}, { __index = plain })

function connector.connect(connection)
    local ok, problem = plain.connect(connection)
    return ok and connection.sock:setoption("tcp-nodelay", true), problem
end

local client = mqtt.client {
    uri = "127.0.0.1:" .. port, id = "bench", clean = kind ~= "mqtt_receive", version = mqtt.v311,
    connector = connector,
}

local function finish()
    mark "end"
    os.exit(true)
end

local function publish(level, callback)
    assert(client:publish { topic = "bench", payload = short, qos = level, callback = callback })
end

local begin = {}

function begin.mqtt()
    assert(client:subscribe { topic = "bench", qos = qos, callback = function()
        mark "begin"
        publish(qos)
    end })
end

function begin.mqtt_publish()
    mark "begin"
    local left = count
    if qos == 0 then
        for _ = 1, count do
            publish(0)
        end
        publish(1, finish)
        return
    end
    local function next_one()
        if left == 0 then
            finish()
        end
        left = left - 1
        publish(qos, next_one)
    end
    next_one()
end

function begin.mqtt_receive() end

local received = 0

client:on {
    error = error,
    connect = function(answer)
        assert(answer.rc == 0)
        begin[kind]()
    end,
    message = function(message)
        assert(client:acknowledge(message))
        assert(#message.payload == 64)
        received = received + 1
        if received == count then
            finish()
        elseif kind == "mqtt" then
            publish(qos)
        end
    end,
}

if kind == "mqtt_receive" then
    mark "begin"
end
mqtt.run_sync(client)
error "the connection has ended"
