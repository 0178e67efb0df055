--- ST7789: a colour display of up to 240 x 320 pixels on SPI. Facts: the data sheet of Sitronix's ST7789V.
local use = ...

return use("device.dcs_part")({ id = { 0x85, 0x85, 0x52 }, memory_width = 240, memory_height = 320 },
    { width = 240, height = 240, is_inverted = true })
