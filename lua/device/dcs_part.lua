--- Models of colour displays on SPI, whose controllers know the same commands.
local use = ...
local native = use "native.parts"

local check = use "runtime.check"

local pairs = pairs

--- Last column and row of a memory.
local LAST = 0xffff

--- Makes a model.
-- @tab panel as for `native.parts.dcs`, what the model has whatever its settings are
-- @tab settings its settings with defaults: `width` and `height` among them, and `left` and `top`, the first column and
-- row of the memory that the panel shows
return function(panel, settings)
    local all = { bus = 0, is_bgr = false, is_inverted = false, left = 0, top = 0 }
    for name, value in pairs(settings) do
        all[name] = value
    end
    return {
        settings = all,
        optional = { cs = "number", dc = "number" },
        attach = function(part)
            local given = part.settings
            local dc = part:pin "dc"
            check.integer("left", given.left, 0, LAST)
            check.integer("top", given.top, 0, LAST)
            part:screen(given.width, given.height, 16)
            local memory_width, memory_height = panel.memory_width, panel.memory_height
            local transfer = native.dcs(part.name, {
                width = given.width, height = given.height, left = given.left, top = given.top,
                -- What is left on one side is left on the other, where the panel is smaller than the memory.
                memory_width = memory_width or given.width + 2 * given.left,
                memory_height = memory_height or given.height + 2 * given.top,
                is_bgr = given.is_bgr, is_inverted = given.is_inverted, id = panel.id,
            })
            part:spi(function(bytes)
                return transfer(bytes, part:level(dc))
            end)
        end,
    }
end
