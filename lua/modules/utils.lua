--- LuatOS `utils`: additions to `string`, `table` and `io`.
local use = ...
local utils = {}

-- `table` is the script's, which may lack these.
local ours = use("runtime.loader").globals.table
local pack, unpack = ours.pack, ours.unpack

-- These functions also take numbers, which have no methods: a version such as 1.5 may be split at its dot.
local gsub, find, sub, gmatch, match = string.gsub, string.find, string.sub, string.gmatch, string.match

-- ## string

--- Bytes as upper-case hexadecimal, with `separator` after each byte, the last one too.
-- @string text
-- @string[opt=""] separator
-- @return string: the digits
-- @return integer: number of bytes
function string.toHex(text, separator)
    separator = (separator or ""):gsub("%%%%", "%%")
    return gsub(text, ".", function(byte)
        return ("%02X"):format(byte:byte()) .. separator
    end)
end

--- The bytes of a hexadecimal text. White space and punctuation are skipped; text that is no pair of digits
-- stays.
-- @string text
-- @return string: the bytes
-- @return integer: number of them
function string.fromHex(text)
    return gsub(text, "[%s%p]", ""):upper():gsub("%x%x", function(pair)
        return string.char(tonumber(pair, 16))
    end)
end

--- Converts each hexadecimal digit to one byte of that value.
-- @string text
-- @return string: the bytes
-- @return integer: number of them
function string.toValue(text)
    return gsub(text, "[%s%p]", ""):upper():gsub("%x", function(digit)
        return string.char(tonumber(digit, 16))
    end)
end

--- Number of characters in UTF-8, counted by their first bytes.
-- @string text
-- @return integer
function string.utf8Len(text)
    local _, count = gsub(text, "[^\128-\193]", "")
    return count
end

--- Takes a text apart.
-- @string text
-- @return table: list of the UTF-8 characters
function string.utf8ToTable(text)
    local list = {}
    for character in gmatch(text, "[%z\1-\127\194-\253][\128-\191]*") do
        list[#list + 1] = character
    end
    return list
end

local function percent(byte)
    return ("%%%02X"):format(byte:byte())
end

--- Percent-encodes all but letters, digits and `_~.-` (RFC 3986).
-- @string text
-- @return string
function string.rawurlEncode(text)
    return (gsub(text, "[^%w_~%.%-]", percent))
end

--- Encodes as a web form does: a blank becomes `+`, all but letters, digits and `_*.-` `%XX`.
-- @string text
-- @return string
function string.urlEncode(text)
    return (gsub(text, "[^%w_%*%.%- ]", percent):gsub(" ", "+"))
end

--- A number with commas as thousands separators.
-- @param number number|string: what it is made of
-- @return string: "nil" for a value that is no number
function string.formatNumberThousands(number)
    local text = tostring(tonumber(number))
    local sign, whole, rest = text:match("^(%-?)(%d+)(.*)$")
    if not whole then
        return text
    end
    whole = whole:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
    return sign .. whole .. rest
end

--- Splits at each `delimiter`; empty fields count. An empty delimiter gives the bytes. In a delimiter that
-- begins with punctuation, all but this first character is a Lua pattern, as on the device.
-- @string text
-- @string delimiter
-- @return table: list of the fields
function string.split(text, delimiter)
    local list = {}
    if delimiter == "" then
        for character in gmatch(text, ".") do
            list[#list + 1] = character
        end
        return list
    end
    local pattern = gsub(delimiter, "^%W", "%%%0")
    local position = 1
    while true do
        local first, last = find(text, pattern, position)
        if not first or last < first then
            list[#list + 1] = sub(text, position)
            return list
        end
        list[#list + 1] = sub(text, position, first - 1)
        position = last + 1
    end
end

--- Sum of the bytes.
-- @string text
-- @number[opt=1] size 2: modulo 65536, else modulo 256
-- @return integer
function string.checkSum(text, size)
    if type(text) ~= "string" then
        error("string.checkSum: string expected, got " .. type(text), 2)
    end
    local sum = 0
    for index = 1, #text do
        sum = sum + text:byte(index)
    end
    return sum % (size == 2 and 65536 or 256)
end

-- ## table

--- Iterates over a table in the order of its sorted keys.
-- @tab list
-- @param[opt] compare fun(first: any, second: any): boolean: whether the first key comes before the second one
-- @return function: iterator over keys and values
function table.gsort(list, compare)
    local keys = {}
    for key in pairs(list) do
        keys[#keys + 1] = key
    end
    table.sort(keys, compare)
    local index = 0
    return function()
        index = index + 1
        return keys[index], list[keys[index]]
    end
end

--- Joins the strings of nested lists; returns a value that is no table unchanged.
-- @param list any: a table of strings and such tables
-- @return any: string for a table
function table.rconcat(list)
    if type(list) ~= "table" then
        return list
    end
    local texts = {}
    for index, value in ipairs(list) do
        texts[index] = table.rconcat(value)
    end
    return table.concat(texts)
end

-- ## io

--- Opens a file and returns what `body(file)` returns; nil if it cannot be opened. A desktop can open a
-- directory, but not read it, which counts as a failure.
local function with_file(path, mode, body)
    local file = io.open(path, mode)
    if not file then
        return nil
    end
    local _, _, code = file:read(0)
    if code and mode:find("r", 1, true) then
        file:close()
        return nil
    end
    local results = pack(body(file))
    file:close()
    return unpack(results, 1, results.n)
end

--- Whether there is such a file.
-- @string path
-- @return boolean
function io.exists(path)
    return with_file(path, "rb", function() return true end) or false
end

--- Reads a file.
-- @string path
-- @return string|nil: the whole content, nil if there is no such file
function io.readFile(path)
    return with_file(path, "rb", function(file) return file:read("*a") end)
end

--- Writes a file.
-- @string path
-- @string content
-- @string[opt="w+b"] mode
-- @return boolean: whether it worked
function io.writeFile(path, content, mode)
    return with_file(path, mode or "w+b", function(file)
        return file:write(content) ~= nil
    end) or false
end

--- Takes a path apart.
-- @string path
-- @return table: `dirname` (with its "/"), `filename`, `basename` and `extname` (from the first dot of the file name)
function io.pathInfo(path)
    local dirname, filename = match(path, "^(.*/)([^/]*)$")
    filename = filename or tostring(path)
    local basename, extname = filename:match("^([^.]*)(.*)$")
    return { dirname = dirname or "", filename = filename, basename = basename, extname = extname }
end

--- Asks for the size of a file.
-- @string path
-- @return integer: bytes, 0 if there is no such file
function io.fileSize(path)
    return with_file(path, "rb", function(file) return file:seek("end") end) or 0
end

--- Reads a part of a file.
-- @string path
-- @number offset bytes from the beginning
-- @number length bytes
-- @return string|nil: up to so many bytes, nil at the end or if there is no such file
function io.readStream(path, offset, length)
    return with_file(path, "rb", function(file)
        file:seek("set", offset)
        return file:read(length)
    end)
end

return utils
