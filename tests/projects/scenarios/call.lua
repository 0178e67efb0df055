--- Somebody calls; the demo rings, and answers when the power key is pressed. It speaks, and notices keys in the call.
sys.wait(3000)
device.call "13800000000"
assert(device.wait("audio", 10000, function(what, path) return what == "play" and path:find "call%.mp3" end))
sys.wait(200)
device.press("POWERKEY", 200)
assert(device.wait("answer", 10000) == "13800000000")
assert(device.wait("audio", 10000, function(what) return what == "speak" end))
device.dtmf "5"
sys.wait(500)
device.hang_up()
sys.wait(3600000)
