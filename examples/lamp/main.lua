-- main.lua
PROJECT, VERSION = "LAMP", "1.0.0"
require "log"
require "sys"
require "net"
require "pins"
require "sms"

local lamp = pins.setup(pio.P0_10, 0)

sms.setNewSmsCb(function(from, text)
    log.info("lamp", from, text)
    lamp(text == "on" and 1 or 0)
    sms.send(from, "the lamp is " .. text)
end)

sys.init(0, 0)
sys.run()
