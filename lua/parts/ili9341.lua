--- ILI9341: a colour display of 240 x 320 pixels on SPI. Facts: the data sheet of Ilitek's ILI9341.
local use = ...

return use("device.dcs_part")({ id = { 0, 0, 0 }, memory_width = 240, memory_height = 320 },
    { width = 240, height = 320, is_bgr = true })
