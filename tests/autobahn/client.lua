-- Runs every case of an Autobahn|Testsuite fuzzing server with the documented calls only:
-- echoes each message with its type.
-- Usage: client.lua URL AGENT
require "websocket"

local url, agent = arg[1], arg[2]

-- Section 9 sends messages of up to 16 MiB, some in one piece.
local OPTIONS = {
    maxMessageSize = 32 * 1024 * 1024,
    queueSize = 64 * 1024 * 1024,
    compression = true,
}

--- Connects; the server may still be starting when the first attempt is made.
local function open(path, attempts)
    local ws = websocket.new(url .. path, nil, OPTIONS)
    local ok, why
    for _ = 1, attempts or 1 do
        ok, why = ws:connect(10000)
        if ok then
            return ws
        end
        os.execute("sleep 0.1")
    end
    error(path .. ": " .. why)
end

local ws = open("/getCaseCount", 300)
local _, count = assert(ws:recv(10000))
ws:close()

for case = 1, tonumber(count) do
    ws = open("/runCase?case=" .. case .. "&agent=" .. agent)
    local object = ws
    ws:on("message", function(data, opcode)
        object:send(data, opcode == 1)
    end)
    repeat
        local ok = ws:recv(60000)
    until not ok
    ws:close()
end

ws = open("/updateReports?agent=" .. agent)
ws:recv(60000)
ws:close()
print(count .. " cases run")
