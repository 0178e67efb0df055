-- Our own client with compression. Usage: deflate.lua VARIANT FILE WORKLOAD PORT COUNT; see
-- benches/compression.
local variant, path, workload, port, count = arg[1], arg[2], arg[3], arg[4], tonumber(arg[5])
local websocket = require "websocket"

local VARIANTS = {
    off = false,
    takeover = { threshold = 0 },
    ["no-takeover"] = { threshold = 0, contextTakeover = false },
    window10 = { threshold = 0, windowBits = 10 },
}
local IN_FLIGHT = 16
-- Connections before those that are measured.
local WARM_UP = 20

local messages = {}
for line in io.lines(path) do
    messages[#messages + 1] = line
end

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function open()
    local ws = websocket.new("ws://127.0.0.1:" .. port .. "/", nil, { compression = VARIANTS[variant] })
    assert(ws:connect(20000))
    return ws
end

--- `times` messages there and back, from number `first` on.
local function exchange(ws, first, times)
    for index = first, first + times - 1 do
        ws:send(messages[index % #messages + 1], true)
    end
    for index = first, first + times - 1 do
        local ok, data = ws:recv()
        assert(ok and data == messages[index % #messages + 1], data)
    end
end

if workload == "echo" then
    local ws = open()
    exchange(ws, 0, IN_FLIGHT)
    mark "begin"
    for first = IN_FLIGHT, count, IN_FLIGHT do
        exchange(ws, first, IN_FLIGHT)
    end
    mark "end"
    ws:close()
else
    local held = {}
    local function hold(more)
        for _ = 1, more do
            local ws = open()
            exchange(ws, #held, 4)
            held[#held + 1] = ws
        end
        collectgarbage()
    end
    hold(WARM_UP)
    mark "begin"
    hold(count)
    mark "end"
    os.exit(true)
end
