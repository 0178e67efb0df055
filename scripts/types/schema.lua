--- JSON schemas of types as LuaCATS writes them, for what the API takes and returns.
local schema = {
    --- A list without anything in it, for `schema.json`.
    EMPTY = {},
}

--- Schemas by the name of a type. Bytes that are no UTF-8 have a form of their own.
local PLAIN = {
    string = { ["$ref"] = "#/components/schemas/Bytes" },
    number = { type = "number" },
    integer = { type = "integer" },
    boolean = { type = "boolean" },
    table = { type = "object" },
    any = {},
    ["nil"] = { type = "null" },
    ["true"] = { const = true },
    ["false"] = { const = false },
}

local OPENING, CLOSING = { ["<"] = true, ["{"] = true, ["("] = true }, { [">"] = true, ["}"] = true, [")"] = true }

--- Splits at a separator that is within no brackets and no quotes.
local function split(text, separator)
    local parts, depth, part, is_quoted = {}, 0, "", false
    for char in text:gmatch "." do
        if char == '"' then
            is_quoted = not is_quoted
        elseif not is_quoted then
            depth = depth + (OPENING[char] and 1 or CLOSING[char] and -1 or 0)
        end
        if char == separator and depth == 0 and not is_quoted then
            parts[#parts + 1] = part
            part = ""
        else
            part = part .. char
        end
    end
    parts[#parts + 1] = part
    return parts
end

local function trimmed(text)
    return (text:match "^%s*(.-)%s*$")
end

--- A type and what stands behind it in a line of a comment.
-- @return both texts
function schema.type_and_rest(text)
    local depth, is_quoted, place = 0, false, 0
    for char in text:gmatch "." do
        if char == '"' then
            is_quoted = not is_quoted
        elseif not is_quoted then
            depth = depth + (OPENING[char] and 1 or CLOSING[char] and -1 or 0)
            local is_colon = text:sub(place, place) == ":"
            if char == " " and depth == 0 and not is_colon then
                return text:sub(1, place), trimmed(text:sub(place + 1))
            end
        end
        place = place + 1
    end
    return text, ""
end

--- The fields of an object.
local function object(text)
    local result = { type = "object", properties = {}, required = {} }
    for _, field in ipairs(split(text, ",")) do
        local name, optional, of = field:match "^%s*([%w_]+)(%??):%s*(.*)$"
        result.properties[name] = schema.of(of)
        if optional == "" then
            result.required[#result.required + 1] = name
        end
    end
    return result
end

--- The schema of a type without alternatives.
local function single(text)
    local items = text:match "^(.*)%[%]$"
    if items then
        return { type = "array", items = schema.of(items) }
    elseif PLAIN[text] then
        return PLAIN[text]
    elseif text:find '^"' then
        return { const = text:sub(2, -2) }
    elseif text:find "^%d+$" then
        return { const = math.tointeger(text) }
    elseif text:find "^{.*}$" then
        return object(text:sub(2, -2))
    elseif text:find "^table<" then
        -- Keys of objects are texts.
        local _, value = table.unpack(split(text:match "^table<(.*)>$", ","))
        return { type = "object", additionalProperties = schema.of(trimmed(value)) }
    end
    local name = text:match "^device%.(%w+)$" or error("no schema for the type " .. text)
    return { ["$ref"] = "#/components/schemas/" .. name }
end

--- The schema of a type, as a value of tables.
-- @string text such as `string|nil`
function schema.of(text)
    local alternatives = {}
    for _, part in ipairs(split(text, "|")) do
        part = trimmed(part)
        -- A function cannot be given.
        if not part:find "^fun%(" then
            alternatives[#alternatives + 1] = single(part)
        end
    end
    return #alternatives == 1 and alternatives[1] or { anyOf = alternatives }
end

--- A schema with further fields.
function schema.with(of, fields)
    local result = {}
    for _, part in ipairs { of, fields } do
        for key, value in pairs(part) do
            result[key] = value
        end
    end
    return result
end

--- JSON of such a value, with sorted keys; `{}` is an object.
function schema.json(value, indent)
    indent = indent or ""
    local inner = indent .. " "
    if type(value) == "string" then
        return '"' .. value:gsub('[%c"\\]', function(char)
            return char == "\n" and "\\n" or char:find '["\\]' and "\\" .. char or ("\\u%04x"):format(char:byte())
        end) .. '"'
    elseif type(value) ~= "table" then
        return tostring(value)
    elseif value == schema.EMPTY then
        return "[]"
    end
    local texts = {}
    for _, item in ipairs(value) do
        texts[#texts + 1] = inner .. schema.json(item, inner)
    end
    if texts[1] then
        return "[\n" .. table.concat(texts, ",\n") .. "\n" .. indent .. "]"
    end
    local keys = {}
    for key, item in pairs(value) do
        -- An empty list of what is required says nothing.
        if not (key == "required" and type(item) == "table" and next(item) == nil) then
            keys[#keys + 1] = key
        end
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
        texts[#texts + 1] = inner .. schema.json(key) .. ": " .. schema.json(value[key], inner)
    end
    return texts[1] and "{\n" .. table.concat(texts, ",\n") .. "\n" .. indent .. "}" or "{}"
end

return schema
