--- W25Q: a flash memory on SPI. Facts: the data sheet of Winbond's W25Q32JV.
local use = ...
local native = use "native.parts"

local SIZES = { [1] = true, [2] = true, [4] = true, [8] = true, [16] = true }

return {
    settings = { bus = 0, megabytes = 4, keep = true },
    optional = { cs = "number", file = "string" },
    attach = function(part)
        local settings = part.settings
        if not SIZES[settings.megabytes] then
            error("megabytes: 1, 2, 4, 8 or 16 expected, got " .. tostring(settings.megabytes), 0)
        end
        local path = settings.file and part:path(settings.file) or settings.keep and native.kept_file(part.name) or nil
        local transfer = native.flash(settings.megabytes, path)
        part:spi(function(bytes, is_new)
            if not settings.cs then
                is_new = nil
            end
            return transfer(bytes, is_new)
        end)
    end,
}
