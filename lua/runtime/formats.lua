--- `string.pack` and `string.unpack` of Lua 5.3 for Lua 5.1, as far as our modules use them: unsigned numbers of up to
-- eight bytes, and strings with their length before them. Without `>` the lowest byte comes first.
local byte, char, find = string.byte, string.char, string.find
local match, reverse, sub = string.match, string.reverse, string.sub
local concat, floor, tonumber, type = table.concat, math.floor, tonumber, type
local unpack = unpack

local formats = {}

--- The parts of a format: kind `I` or `s`, and the bytes of the number.
local function parts(format)
    local place = find(format, "^>") and 2 or 1
    return function()
        local kind, size = match(format, "^([BIs])(%d?)", place)
        if not kind then
            return nil
        end
        place = place + 1 + #size
        return kind == "s" and kind or "I", tonumber(size) or 1
    end
end

--- A number as bytes.
local function number_bytes(number, size, is_big)
    local bytes = {}
    for index = 1, size do
        bytes[index] = number % 256
        number = floor(number / 256)
    end
    local text = char(unpack(bytes))
    return is_big and reverse(text) or text
end

--- @string format
-- @param ... what it names
-- @return string
function formats.pack(format, ...)
    local is_big, values, index, texts = sub(format, 1, 1) == ">", { ... }, 0, {}
    for kind, size in parts(format) do
        index = index + 1
        local value = values[index]
        if kind == "s" then
            texts[#texts + 1] = number_bytes(#value, size, is_big)
            texts[#texts + 1] = value
        else
            texts[#texts + 1] = number_bytes(type(value) == "string" and tonumber(value) or value, size, is_big)
        end
    end
    return concat(texts)
end

--- @string format
-- @string data
-- @number[opt=1] place
-- @return what it names, and the place after that
function formats.unpack(format, data, place)
    local is_big, values = sub(format, 1, 1) == ">", {}
    place = place or 1
    for kind, size in parts(format) do
        local text = sub(data, place, place + size - 1)
        if #text < size then
            error("data string too short", 2)
        end
        text = is_big and text or reverse(text)
        local number = 0
        for index = 1, size do
            number = number * 256 + byte(text, index)
        end
        place = place + size
        if kind == "s" then
            if place + number - 1 > #data then
                error("data string too short", 2)
            end
            values[#values + 1] = sub(data, place, place + number - 1)
            place = place + number
        else
            values[#values + 1] = number
        end
    end
    values[#values + 1] = place
    return unpack(values)
end

return formats
