--- Values as Lua source, which gives the same values again in Lua 5.1 and 5.3.
local type, format, error, tostring, next = type, string.format, error, tostring, next
local math_type = math.type
local concat, sort = table.concat, table.sort

local literal = {}

local RESERVED = {}
local WORDS = "and break continue do else elseif end false for function goto if in local nil not or repeat return then "
    .. "true until while"
for word in WORDS:gmatch "%a+" do
    RESERVED[word] = true
end

--- How deep tables can be in tables: Lua reads up to 200 levels of anything within each other.
local DEEPEST = 100

--- Whether a value can be a name in Lua, on the device too.
function literal.is_name(value)
    return type(value) == "string" and value:find "^[%a_][%w_]*$" ~= nil and not RESERVED[value]
end

local function number(value)
    if math_type(value) == "integer" then
        -- The least integer has no decimal form that reads as an integer.
        return value == math.mininteger and "-0x7fffffffffffffff-1" or format("%d", value)
    elseif value ~= value then
        return "0/0"
    elseif value == math.huge or value == -math.huge then
        return value > 0 and "1/0" or "-1/0"
    end
    local digits = format("%.17g", value)
    return digits:find "[.e]" and digits or digits .. ".0"
end

--- Keys in an order that is always the same.
-- @tab t
-- @return list
function literal.sorted_keys(t)
    local keys = {}
    for key in next, t do
        keys[#keys + 1] = key
    end
    sort(keys, function(a, b)
        if type(a) == "number" and type(b) == "number" then
            return a < b
        elseif type(a) ~= type(b) then
            return type(a) < type(b)
        end
        return tostring(a) < tostring(b)
    end)
    return keys
end

local write

--- Appends a table, whose place among the values is `path`; `outer` has the tables that it is in, and their number.
local function write_table(out, value, path, outer)
    if outer[value] then
        error(format("%s is a table that it is in itself", path), 0)
    elseif outer.depth == DEEPEST then
        error(format("%s...: tables up to %d deep in each other expected", path:sub(1, 60), DEEPEST), 0)
    end
    outer[value], outer.depth = true, outer.depth + 1
    out[#out + 1] = "{\n"
    for _, key in ipairs(literal.sorted_keys(value)) do
        local place = format("%s[%s]", path, type(key) == "string" and format("%q", key) or tostring(key))
        out[#out + 1] = "["
        write(out, key, "a key of " .. path, outer)
        out[#out + 1] = "] = "
        write(out, value[key], place, outer)
        out[#out + 1] = ",\n"
    end
    out[#out + 1] = "}"
    outer[value], outer.depth = nil, outer.depth - 1
end

function write(out, value, path, outer)
    local kind = type(value)
    if kind == "number" then
        out[#out + 1] = number(value)
    elseif kind == "string" then
        out[#out + 1] = format("%q", value)
    elseif kind == "boolean" then
        out[#out + 1] = tostring(value)
    elseif kind == "table" then
        write_table(out, value, path, outer)
    else
        error(format("%s: number, string, boolean or a table of these expected, got %s", path, tostring(value)), 0)
    end
end

--- A value as Lua source.
-- @param value number, string, boolean, or table of these
-- @string name what the value is called in errors
-- @return string; or nil and a message that says which value within it has no such form
function literal.of(value, name)
    local out = {}
    local ok, problem = pcall(write, out, value, name, { depth = 0 })
    if not ok then
        return nil, problem
    end
    return concat(out)
end

--- A copy that shares no table with the value.
function literal.copy(value)
    if type(value) ~= "table" then
        return value
    end
    local result = {}
    for key, inner in next, value do
        result[key] = literal.copy(inner)
    end
    return result
end

return literal
