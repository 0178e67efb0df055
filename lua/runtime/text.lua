--- Values as text, for error messages and reports.
local type, tostring, pcall, pairs = type, tostring, pcall, pairs
local format, raw_metatable = string.format, debug.getmetatable
local sort, concat = table.sort, table.concat

local text = {}

--- A string as a Lua literal, any other value as `tostring` shows it.
function text.show(value)
    return type(value) == "string" and format("%q", value) or tostring(value)
end

--- The keys of a table in their order, such as the options that are known.
-- @tab set keys are texts
-- @return string: such as "lib, modem"
function text.names(set)
    local names = {}
    for name in pairs(set) do
        names[#names + 1] = name
    end
    sort(names)
    return concat(names, ", ")
end

--- The text of an error, also of one whose `__tostring` fails.
-- @param err what `error` was called with
-- @return string
function text.describe(err)
    local kind = type(err)
    if kind == "string" then
        return err
    elseif kind == "number" then
        return tostring(err)
    end
    local meta = raw_metatable(err)
    if not meta or meta.__tostring == nil then
        return "(error object is a " .. kind .. " value)"
    end
    local ok, shown = pcall(tostring, err)
    if ok then
        return shown
    end
    return "(error object is a " .. kind .. " value, and its __tostring failed: "
        .. (type(shown) == "string" and shown or "error object is a " .. type(shown) .. " value") .. ")"
end

return text
