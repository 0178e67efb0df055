--- SSD1306: a display of 128 x 64 pixels that are lit or not, on I2C or, with the setting `dc`, on SPI. Facts: the data
-- sheet of Solomon Systech's SSD1306.
local use = ...
local native = use "native.parts"

local rep = string.rep

--- Buses where none is given.
local USUAL_I2C, USUAL_SPI = 2, 0

return {
    settings = { address = 0x3c, width = 128, height = 64 },
    optional = { bus = "number", cs = "number", dc = "number" },
    attach = function(part)
        local settings = part.settings
        settings.bus = settings.bus or (settings.dc and USUAL_SPI or USUAL_I2C)
        if settings.width > 128 or settings.height > 64 then
            error("width, height: up to 128 and 64 expected, got " .. settings.width .. " and " .. settings.height, 0)
        end
        part:screen(settings.width, settings.height, 1)
        local transfer = native.ssd1306(part.name, settings.width, settings.height)
        if settings.dc then
            local dc = part:pin "dc"
            part:spi(function(bytes)
                return transfer(bytes, part:level(dc))
            end)
        else
            part:i2c(function(written, count)
                return rep(transfer(written), count)
            end)
        end
    end,
}
