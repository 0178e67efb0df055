-- A device whose doings the page shows: it answers messages, mirrors an input and the keys, blinks, keeps a WebSocket.
PROJECT, VERSION = "BOARD", "1.0.0"
require "log"
require "sys"
require "net"
require "pins"
require "sms"
require "cc"
require "websocket"

local SOMEBODY = "+8613900000000"

--- Row of the key that restarts the device.
local RESTART = 2

local mirror = pins.setup(pio.P0_10, 0)
pins.setup(pio.P0_12, function(edge) mirror(edge == cpu.INT_GPIO_POSEDGE and 1 or 0) end)

local held = pins.setup(pio.P0_11, 0)
rtos.init_module(rtos.MOD_KEYPAD, 0, 0x0f, 0x0f)
rtos.on(rtos.MSG_KEYPAD, function(message)
    held(message.pressed and 1 or 0)
    if message.key_matrix_row == RESTART and not message.pressed then
        sys.restart "asked to"
    end
end)

local blinker, level = pins.setup(pio.P0_13, 0), 0
sys.timerLoopStart(function()
    level = 1 - level
    blinker(level)
end, 200)

sms.setNewSmsCb(function(from, text)
    sms.send(from, "heard: " .. text)
end)

sys.subscribe("CALL_INCOMING", function(number) cc.accept(number) end)

local connections = 0
local ws = websocket.new "ws://127.0.0.1:1/"
ws:on("open", function()
    connections = connections + 1
    sms.send(SOMEBODY, "connection " .. connections)
end)
sys.taskInit(ws.start, ws, 60, nil, 1)

sys.init(0, 0)
sys.run()
