-- main.lua
PROJECT, VERSION = "GREENHOUSE", "1.0.0"
require "log"
require "sys"
require "net"
require "sms"

require "panel"
require "climate"
require "fan"

-- Whoever sends a message gets the values back; "fan" switches the fan.
sms.setNewSmsCb(function(from, text)
    log.info("main", from, text)
    if text == "fan" then
        fan.set(not fan.isOn())
    end
    local values = ("%.1f degrees, %.0f %%"):format(climate.temperature, climate.humidity)
    sms.send(from, values .. ", fan " .. (fan.isOn() and "on" or "off"))
end)

sys.init(0, 0)
sys.run()
