--- Listens to the demo: one text, spoken again and again.
local first
for _ = 1, 2 do
    local _, text = assert(device.wait("audio", 20000, function(what) return what == "speak" end))
    first = first or text
    assert(text == first and #text > 20)
    assert(device.wait("audio", 20000, function(what) return what == "end" end))
end
