--- Who carries a tracker of davidfrz/Air820_102: a message tells it a number, a long press begins to report where it
-- is, and then one key sends that to the number and another one calls it.
local NUMBER = "13800000000"

sys.wait(5000)
device.sms("13900000000", NUMBER)
sys.wait(2000)
device.press(1, 0, 4000)
sys.wait(6000)
device.press(1, 1, 200)
local to, text = device.wait("sms", 20000)
assert(to == NUMBER and text:find "^我在", text)
device.press(2, 0, 4000)
assert(device.wait("call", 20000) == NUMBER)
device.pick_up()
sys.wait(8000)
device.hang_up()
