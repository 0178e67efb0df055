--- Who is called answers, and hears what is to be told.
assert(device.wait("call", 90000) == "10086")
device.pick_up()
assert(device.wait("audio", 20000, function(what) return what == "speak" end))
assert(device.wait("hang_up", 30000))
sys.wait(3600000)
