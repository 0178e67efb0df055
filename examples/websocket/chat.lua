--- Keeps one WebSocket connection, sends a numbered line every second and logs what comes back.
module(..., package.seeall)

require "utils"
require "websocket"

local ws = websocket.new("ws://echo.example:8800/chat?device=air724")

ws:on("open", function()
    log.info("chat", "open")
    -- Without the second argument: a binary message.
    ws:send("hello from " .. _G.PROJECT)
end)
ws:on("message", function(data, opcode)
    log.info("chat", opcode == 1 and "text" or "binary", data)
end)
ws:on("sent", function()
    log.debug("chat", "sent")
end)
ws:on("error", function(text)
    log.error("chat", text)
end)
ws:on("close", function(code, reason)
    log.warn("chat", "closed", code, reason)
end)

-- A ping every 180 seconds; a lost connection is made again after a second.
sys.taskInit(ws.start, ws, 180)

local count = 0
sys.taskInit(function()
    while true do
        sys.wait(1000)
        count = count + 1
        ws:send("line " .. count, true)
    end
end)

sys.timerLoopStart(function()
    log.info("memory", string.format("%.1f KB", collectgarbage("count")))
    log.info("flash", rtos.get_fs_free_size(), "bytes free")
end, 3000)
