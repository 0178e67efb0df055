--- Values as text for people: tables with what is in them, two levels deep, in a form that is mostly Lua's own.
local use = ...
local type, tostring, pcall, next, rawget, rawlen, ipairs = type, tostring, pcall, next, rawget, rawlen, ipairs
local is_utf8 = use("native.transcode").is_utf8
local math_type, raw_metatable = math.type, debug.getmetatable
local format, gsub, find, byte, rep = string.format, string.gsub, string.find, string.byte, string.rep
local concat, sort = table.concat, table.sort

--- How deep tables are shown, and how many entries of each.
local MAX_DEPTH, MOST_ENTRIES = 2, 50

--- Longest table in one line, in bytes.
local LINE = 76

--- Words that are no names.
local KEYWORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true"
    .. " until while"):gmatch "%a+" do
    KEYWORDS[word] = true
end

local ESCAPES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\""] = "\\\"", ["\\"] = "\\\\" }

local function escape(char)
    return ESCAPES[char] or format("\\x%02x", byte(char))
end

--- A string as a literal in one line; what is no UTF-8 by numbers.
local function literal(text)
    return "\"" .. gsub(text, is_utf8(text) and "[%c\"\\]" or "[%c\"\\\128-\255]", escape) .. "\""
end

local show

local function key_text(key)
    if type(key) == "string" then
        return find(key, "^[%a_][%w_]*$") and not KEYWORDS[key] and key or "[" .. literal(key) .. "]"
    end
    return "[" .. (type(key) == "table" and tostring(key) or show(key, MAX_DEPTH, {})) .. "]"
end

--- Numbers first, then texts, then the rest.
local RANKS = { number = 1, string = 2 }

local function is_before(a, b)
    local first, second = RANKS[type(a)] or 3, RANKS[type(b)] or 3
    if first ~= second then
        return first < second
    elseif first < 3 then
        return a < b
    end
    return tostring(a) < tostring(b)
end

--- The keys of a table that are no part of its list, in order.
local function further_keys(value, count)
    local keys = {}
    for key in next, value do
        if math_type(key) ~= "integer" or key < 1 or key > count then
            keys[#keys + 1] = key
        end
    end
    -- Not a number compares with nothing, but is no key.
    sort(keys, is_before)
    return keys
end

--- The entries of a table as texts.
local function entries(value, depth, path)
    local texts, left = {}, 0
    local function add(text)
        if #texts < MOST_ENTRIES then
            texts[#texts + 1] = text()
        else
            left = left + 1
        end
    end
    local count = rawlen(value)
    for index = 1, count do
        add(function() return show(rawget(value, index), depth + 1, path) end)
    end
    for _, key in ipairs(further_keys(value, count)) do
        add(function() return key_text(key) .. " = " .. show(rawget(value, key), depth + 1, path) end)
    end
    if left > 0 then
        texts[#texts + 1] = ("... %d more"):format(left)
    end
    return texts
end

local function show_table(value, depth, path)
    if path[value] then
        return "<cycle>"
    elseif depth >= MAX_DEPTH then
        return next(value) == nil and "{}" or "{...}"
    end
    path[value] = true
    local texts = entries(value, depth, path)
    path[value] = nil
    if not texts[1] then
        return "{}"
    end
    local line = "{ " .. concat(texts, ", ") .. " }"
    if #line <= LINE and not find(line, "\n", 1, true) then
        return line
    end
    local indent = rep("  ", depth + 1)
    return "{\n" .. indent .. concat(texts, ",\n" .. indent) .. "\n" .. rep("  ", depth) .. "}"
end

--- A value at some depth; `path` has the tables that it is within.
function show(value, depth, path)
    local kind = type(value)
    if kind == "string" then
        return literal(value)
    end
    local meta = raw_metatable(value)
    if meta and type(meta) == "table" and rawget(meta, "__tostring") ~= nil then
        local ok, text = pcall(tostring, value)
        return ok and text or "<" .. kind .. " whose __tostring fails>"
    end
    return kind == "table" and show_table(value, depth, path) or tostring(value)
end

--- @param value any
-- @return string
return function(value)
    return show(value, 0, {})
end
