--- Somebody calls, and is answered.
sys.wait(3000)
device.call "13800000000"
assert(device.wait("answer", 20000) == "13800000000")
sys.wait(1000)
device.hang_up()
sys.wait(3600000)
