--- ST7735: a colour display of 128 x 160 pixels on SPI. Facts: the data sheet of Sitronix's ST7735S.
local use = ...

return use("device.dcs_part")({ id = { 0x7c, 0x89, 0xf0 } }, { width = 128, height = 160 })
