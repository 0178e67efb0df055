-- evening.lua
device.sms("+8613800000000", "on")
device.wait("sms", 10000)
