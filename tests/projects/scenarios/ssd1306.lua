--- The SSD1306 shows a picture, and is on.
assert(device.wait("picture", 20000, function(display) return display == "ssd1306" end))
for _, display in ipairs(device.state().displays) do
    assert(display.name ~= "ssd1306" or not display.asleep, "it is off")
end
