--- An SSD1306 at I2C bus 2 that notes what it is sent: commands behind 0x00, the picture behind 0x40.
local commands, data = {}, {}

device.i2c(2, 0x3c, function(written)
    local kind, byte = written:byte(1, 2)
    table.insert(kind == 0x40 and data or commands, byte)
    return ""
end)

--- Switches the display on.
local DISPLAY_ON = 0xaf

for _ = 1, 400 do
    sys.wait(50)
    if #commands > 20 and #data > 0 then
        for _, command in ipairs(commands) do
            if command == DISPLAY_ON then
                return
            end
        end
    end
end
error(("%d commands and %d bytes of a picture came"):format(#commands, #data))
