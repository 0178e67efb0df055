--- The demo plays the file that it has copied to the card.
assert(device.wait("audio", 20000, function(what, path) return what == "play" and path == "/sdcard0/pwron.mp3" end))
assert(device.wait("audio", 20000, function(what) return what == "end" end))
