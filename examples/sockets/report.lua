--- Sends a line of readings every second, and logs each line that the server sends. Connects again when the
-- connection is lost.
module(..., package.seeall)

require "sys"
require "log"
require "socket"
require "tcp"

local HOST, PORT = "report.example", 7007

local function readings(count)
    return json.encode { count = count, memory = math.floor(collectgarbage "count"), signal = net.getRssi() } .. "\r\n"
end

--- Sends and receives until the connection is lost.
local function talk(client)
    for count = 1, math.huge do
        if not client:send(readings(count)) then
            return "not sent"
        end
        local line, why = client:receive(1000)
        if line then
            log.info("report", "answer", (line:gsub("%s+$", "")))
            sys.wait(1000)
        elseif why == "closed" then
            return why
        end
    end
end

sys.taskInit(function()
    while true do
        while not socket.isReady() do
            sys.waitUntil("IP_READY_IND")
        end
        local client, why = tcp.connect(HOST, PORT)
        if client then
            log.info("report", "connected")
            why = talk(client)
            client:close()
        end
        log.warn("report", "no connection", why)
        sys.wait(2000)
    end
end)
