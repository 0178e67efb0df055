-- lua-http, over cqueues. Usage: lua_http.lua WORKLOAD PORT COUNT; see benches/run.
local websocket = require "http.websocket"
local workload, port, count = arg[1], arg[2], tonumber(arg[3])
local url = "ws://127.0.0.1:" .. port .. "/"
local short = ("x"):rep(64)

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function open()
    local ws = websocket.new_from_uri(url)
    assert(ws:connect(20))
    return ws
end

local function receive(ws, size)
    local data = assert(ws:receive())
    assert(#data == size)
end

local function round_trips(payload, opcode)
    local ws = open()
    mark "begin"
    for _ = 1, count do
        assert(ws:send(payload, opcode))
        receive(ws, #payload)
    end
    mark "end"
    ws:close()
end

local workloads = {}

function workloads.rtt()
    round_trips(short, "text")
end

function workloads.big()
    round_trips(("x"):rep(1 << 20), "binary")
end

function workloads.pipeline()
    local ws = open()
    mark "begin"
    for _ = 1, count // 64 do
        for _ = 1, 64 do
            assert(ws:send(short, "text"))
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
    os.exit(true)
end

function workloads.many()
    local held = {}
    for index = 1, 1000 do
        held[index] = open()
    end
    mark "begin"
    for _ = 1, count // 1000 do
        for _, ws in ipairs(held) do
            assert(ws:send(short, "text"))
            receive(ws, 64)
        end
    end
    mark "end"
    os.exit(true)
end

function workloads.crowd()
    local cqueues = require "cqueues"
    local loop = cqueues.new()
    local held = {}
    for index = 1, 1000 do
        held[index] = open()
    end
    mark "begin"
    for _, ws in ipairs(held) do
        loop:wrap(function()
            for _ = 1, count // 1000 do
                assert(ws:send(short, "text"))
                receive(ws, 64)
            end
        end)
    end
    assert(loop:loop())
    mark "end"
    os.exit(true)
end

--- Requests one after the other, each over a connection of its own.
local function requests(path, take)
    local request = require "http.request"
    mark "begin"
    for _ = 1, count do
        local headers, stream = assert(request.new_from_uri("http://127.0.0.1:" .. port .. path):go(20))
        assert(headers:get ":status" == "200")
        take(stream)
        stream:shutdown()
    end
    mark "end"
end

function workloads.http()
    requests("/256", function(stream)
        assert(#assert(stream:get_body_as_string()) == 256)
    end)
end

function workloads.http_file()
    local path = os.getenv "BENCH_FOLDER" .. "/lua_http"
    requests("/" .. (16 << 20), function(stream)
        local file = assert(io.open(path, "wb"))
        assert(stream:save_body_to_file(file))
        file:close()
    end)
end

workloads[workload]()
