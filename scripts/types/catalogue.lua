--- The summaries in Chinese: a line for each function and each module, by its name.
local catalogue = {}

local FILES = { "core", "language", "network", "device", "media", "door" }

local lines

--- All of them, by name.
-- @return table
function catalogue.all()
    if not lines then
        lines = {}
        for _, file in ipairs(FILES) do
            for prefix, list in pairs(dofile("scripts/types/zh/" .. file .. ".lua")) do
                for name, line in pairs(list) do
                    lines[name == "_" and prefix or prefix .. "." .. name] = line
                end
            end
        end
    end
    return lines
end

--- The line of a name; "" if there is none.
-- @string name
-- @return string
function catalogue.of(name)
    return catalogue.all()[name] or ""
end

return catalogue
