-- Our own client. Usage: ours.lua MODE WORKLOAD PORT COUNT [SIZE], with MODE `blocking` or `task`,
-- under lua5.3 (with `-l luatos` for tasks) or luatos. What each workload does and says: benches/run.
local mode, workload, port, count, size = arg[1], arg[2], arg[3], tonumber(arg[4]), tonumber(arg[5])
local websocket = require "websocket"
local url = "ws://127.0.0.1:" .. port .. "/"
local short = ("x"):rep(64)

-- Without buffering on our side: the other end measures between these lines.
local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function open()
    local ws = websocket.new(url, nil, { queueSize = 16 << 20 })
    assert(ws:connect(20000))
    return ws
end

-- With the server's own certificate as the one to trust.
local function open_tls()
    local ws = websocket.new("wss://127.0.0.1:" .. port .. "/", { caCert = os.getenv "BENCH_CERT" })
    assert(ws:connect(20000))
    return ws
end

local function receive(ws, length)
    local ok, data = ws:recv()
    assert(ok and #data == length, data)
end

local function round_trips(payload, text)
    local ws = open()
    mark "begin"
    for _ = 1, count do
        ws:send(payload, text)
        receive(ws, #payload)
    end
    mark "end"
    ws:close()
end

local workloads = {}

function workloads.rtt()
    round_trips(short, true)
end

function workloads.big()
    round_trips(("x"):rep(1 << 20), false)
end

function workloads.size()
    round_trips(("x"):rep(size), false)
end

function workloads.pipeline()
    local ws = open()
    mark "begin"
    for _ = 1, count // 64 do
        for _ = 1, 64 do
            ws:send(short, true)
        end
        for _ = 1, 64 do
            receive(ws, 64)
        end
    end
    mark "end"
    ws:close()
end

function workloads.connect()
    mark "begin"
    for _ = 1, count do
        open():close()
    end
    mark "end"
end

function workloads.connect_tls()
    mark "begin"
    for _ = 1, count do
        open_tls():close()
    end
    mark "end"
end

function workloads.idle()
    local held = { open() }
    collectgarbage()
    mark "begin"
    for index = 2, count do
        held[index] = open()
    end
    collectgarbage()
    assert(#held == count)
    mark "end"
end

local function open_many()
    local held = {}
    for index = 1, size or 1000 do
        held[index] = open()
    end
    return held
end

-- One message each in turn over many connections.
function workloads.many()
    local held = open_many()
    mark "begin"
    for _ = 1, count // #held do
        for _, ws in ipairs(held) do
            ws:send(short, true)
            receive(ws, 64)
        end
    end
    mark "end"
end

-- A task for each of many connections.
function workloads.crowd()
    local sys = require "sys"
    local held = open_many()
    local left = #held
    mark "begin"
    for _, ws in ipairs(held) do
        sys.taskInit(function()
            for _ = 1, count // #held do
                ws:send(short, true)
                receive(ws, 64)
            end
            left = left - 1
            if left == 0 then
                sys.publish "DONE"
            end
        end)
    end
    sys.waitUntil "DONE"
    mark "end"
end

-- `tasks` tasks, each waiting 5 ms again and again, `count` times in all.
local function waits(tasks)
    local sys = require "sys"
    local left = tasks
    mark "begin"
    for _ = 1, tasks do
        sys.taskInit(function()
            for _ = 1, count // tasks do
                sys.wait(5)
            end
            left = left - 1
            if left == 0 then
                sys.publish "DONE"
            end
        end)
    end
    sys.waitUntil "DONE"
    mark "end"
end

function workloads.wait()
    waits(1000)
end

function workloads.wait10k()
    waits(10000)
end

function workloads.timers()
    local sys = require "sys"
    local left = count
    local function expired()
        left = left - 1
        if left == 0 then
            sys.publish "DONE"
        end
    end
    mark "begin"
    for index = 1, count do
        sys.timerStart(expired, 5 + index * 7919 % 996, index)
    end
    sys.waitUntil "DONE"
    mark "end"
end

-- Two tasks answer one another.
function workloads.publish()
    local sys = require "sys"
    sys.taskInit(function()
        while true do
            local _, number = sys.waitUntil "PING"
            sys.publish("PONG", number)
        end
    end)
    mark "begin"
    for index = 1, count // 2 do
        sys.publish("PING", index)
        local _, number = sys.waitUntil "PONG"
        assert(number == index)
    end
    mark "end"
end

if mode == "task" then
    local sys = require "sys"
    sys.taskInit(function()
        workloads[workload]()
        os.exit(true)
    end)
    sys.run()
else
    workloads[workload]()
end
