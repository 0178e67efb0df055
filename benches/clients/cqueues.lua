-- The scheduler cqueues. Usage: cqueues.lua WORKLOAD PORT COUNT; see benches/run.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local workload, count = arg[1], tonumber(arg[3])

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local loop = cqueues.new()
local workloads = {}

local function waits(tasks)
    for _ = 1, tasks do
        loop:wrap(function()
            for _ = 1, count // tasks do
                cqueues.sleep(0.005)
            end
        end)
    end
end

function workloads.wait()
    waits(1000)
end

function workloads.wait10k()
    waits(10000)
end

function workloads.timers()
    for index = 1, count do
        loop:wrap(function()
            cqueues.sleep((5 + index * 7919 % 996) / 1000)
        end)
    end
end

function workloads.publish()
    local ping, pong = condition.new(), condition.new()
    local value
    loop:wrap(function()
        for _ = 1, count // 2 do
            if not value then
                ping:wait()
            end
            value = nil
            pong:signal()
        end
    end)
    loop:wrap(function()
        for index = 1, count // 2 do
            value = index
            ping:signal()
            if value then
                pong:wait()
            end
        end
    end)
end

local function exchange(data, rounds)
    local socket = require "cqueues.socket"
    loop:wrap(function()
        local connection = assert(socket.connect { host = "127.0.0.1", port = arg[2], nodelay = true })
        connection:setmode("bf", "bn")
        assert(connection:connect())
        mark "begin"
        for _ = 1, count * rounds do
            assert(connection:xwrite(data, "bn"))
            assert(#connection:xread(#data) == #data)
        end
        mark "end"
    end)
end

local exchanges = {
    tcp = function() exchange(("x"):rep(64), 1) end,
    tcp_big = function() exchange(("x"):rep(64 << 10), 16) end,
}

if exchanges[workload] then
    exchanges[workload]()
    assert(loop:loop())
    return
end
mark "begin"
workloads[workload]()
assert(loop:loop())
mark "end"
