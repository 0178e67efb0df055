--- Reads text messages as the network delivers them: SMS-DELIVER of 3GPP TS 23.040, 9.2.2.1.
module(..., package.seeall)

require "utils"

--- The characters of the GSM 7 bit alphabet, from 0 (3GPP TS 23.038, 6.2.1); code 27 is an escape to the second table.
local GSM = {}
for character in ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\027ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    .. "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"):gmatch "[%z\1-\127\194-\244][\128-\191]*" do
    GSM[#GSM + 1] = character
end

--- Those behind an escape (6.2.1.1), by code.
local GSM_MORE = {
    [10] = "\f", [20] = "^", [40] = "{", [41] = "}", [47] = "\\", [60] = "[", [61] = "~", [62] = "]", [64] = "|",
    [101] = "€",
}

local ESCAPE = 27

--- A character in UTF-8.
local function utf8_of(code)
    if code < 0x80 then
        return string.char(code)
    end
    local rest = ""
    local limit = 0x40
    repeat
        rest = string.char(0x80 + code % 0x40) .. rest
        code = math.floor(code / 0x40)
        limit = math.floor(limit / 2)
    until code < limit
    return string.char(256 - 2 * limit + code) .. rest
end

local function gsm_text(codes)
    local out, is_escaped = {}, false
    for index = 1, #codes do
        local code = codes:byte(index)
        if is_escaped then
            out[#out + 1] = GSM_MORE[code] or GSM[code + 1]
            is_escaped = false
        elseif code == ESCAPE then
            is_escaped = true
        else
            out[#out + 1] = GSM[code + 1]
        end
    end
    return table.concat(out)
end

--- Text of UTF-16: messages have characters beyond the UCS2 of the standard, too.
local function ucs2_text(octets)
    local out, high = {}, nil
    for index = 1, #octets - 1, 2 do
        local unit = octets:byte(index) * 256 + octets:byte(index + 1)
        if high and unit >= 0xDC00 and unit < 0xE000 then
            unit = 0x10000 + (high - 0xD800) * 0x400 + unit - 0xDC00
            high = nil
        end
        if unit >= 0xD800 and unit < 0xDC00 then
            high = unit
        elseif unit < 0xDC00 or unit >= 0xE000 then
            out[#out + 1] = utf8_of(unit)
        end
    end
    return table.concat(out)
end

--- 8 bit data have no alphabet; most are Latin.
local function octet_text(octets)
    return (octets:gsub("[\128-\255]", function(octet) return utf8_of(octet:byte()) end))
end

local TEXT = { gsm = gsm_text, ucs2 = ucs2_text, octets = octet_text }

--- The text of `data` of one part, or of several joined: a character may be split between two parts.
-- @string alphabet as `read` returns it
-- @string data likewise
-- @return string in UTF-8
function text(alphabet, data)
    return TEXT[alphabet](data)
end

--- The alphabet of a data coding scheme (3GPP TS 23.038, 4).
local function alphabet_of(scheme)
    local group = math.floor(scheme / 16)
    local kind = math.floor(scheme / 4) % 4
    if group < 8 then
        return ({ [0] = "gsm", "octets", "ucs2", "gsm" })[kind]
    elseif group == 15 then
        return kind % 2 == 1 and "octets" or "gsm"
    end
    return group == 14 and "ucs2" or "gsm"
end

--- Unpacks the codes of 7 bits (6.1.2.1).
-- @number first bits before the first code
-- @return string of `count` codes
local function septets(octets, first, count)
    local codes = {}
    for bit = first, first + 7 * (count - 1), 7 do
        local index, shift = math.floor(bit / 8) + 1, bit % 8
        local pair = (octets:byte(index) or 0) + (octets:byte(index + 1) or 0) * 256
        codes[#codes + 1] = string.char(math.floor(pair / 2 ^ shift) % 128)
    end
    return table.concat(codes)
end

--- Digits of a number, two to an octet with the first in the lower half (9.1.2.3).
local function digits(octets)
    local out = octets:gsub(".", function(octet)
        local value = octet:byte()
        local first, second = math.floor(value % 16), math.floor(value / 16)
        return ("0123456789*#abc"):sub(first + 1, first + 1) .. ("0123456789*#abc"):sub(second + 1, second + 1)
    end)
    return out
end

--- The sender's address (9.1.2.5).
local function sender(length, kind, octets)
    local type_of_number = math.floor(kind / 16) % 8
    if type_of_number == 5 then
        return gsm_text(septets(octets, 0, math.floor(length * 4 / 7)))
    end
    return (type_of_number == 1 and "+" or "") .. digits(octets):sub(1, length)
end

--- The time in the form of ISO 8601; its last octet is the zone in quarters of an hour, with a sign (9.2.3.11).
local function time(octets)
    local year, month, day, hour, minute, second = digits(octets:sub(1, 6)):match "(..)(..)(..)(..)(..)(..)"
    local zone = octets:byte(7)
    local quarters = zone % 8 * 10 + math.floor(zone / 16)
    return ("20%s-%s-%sT%s:%s:%s%s%02d:%02d"):format(year, month, day, hour, minute, second,
        math.floor(zone / 8) % 2 == 1 and "-" or "+", math.floor(quarters / 4), quarters % 4 * 15)
end

--- What the header says of the parts of a long message (9.2.3.24.1, 9.2.3.24.8).
-- @return reference, number of parts, number of this one; nothing for a message of one part
local function concatenation(header)
    local position = 1
    while position + 1 <= #header do
        local kind, length = header:byte(position, position + 1)
        local a, b, c, d = header:byte(position + 2, position + 1 + length)
        if kind == 0 and length == 3 then
            return a, b, c
        elseif kind == 8 and length == 4 then
            return a * 256 + b, c, d
        end
        position = position + 2 + length
    end
end

--- Takes octets from the beginning of a string, one after the other.
local function reader(octets)
    local position = 1
    return function(count)
        local taken = octets:sub(position, position + count - 1)
        assert(#taken == count, "it ends too early")
        position = position + count
        return taken
    end
end

local function parse(octets)
    local take = reader(octets)
    local function number()
        return take(1):byte()
    end
    take(number()) -- the service centre
    local first = number()
    assert(first % 4 == 0, "it is no SMS-DELIVER")
    local length, kind = number(), number()
    local from = sender(length, kind, take(math.ceil(length / 2)))
    number() -- the protocol
    local alphabet = alphabet_of(number())
    local sent = time(take(7))
    local size = number()
    local is_packed = alphabet == "gsm"
    local data = take(is_packed and math.ceil(size * 7 / 8) or size)
    local header, skipped = "", 0
    if math.floor(first / 64) % 2 == 1 then
        skipped = data:byte(1) + 1
        header = data:sub(2, skipped)
    end
    if is_packed then
        -- Behind a header, codes begin at a multiple of 7 bits.
        local codes = math.ceil(skipped * 8 / 7)
        data = septets(data, codes * 7, size - codes)
    else
        data = data:sub(skipped + 1)
    end
    local reference, total, number_of_part = concatenation(header)
    return {
        from = from, time = sent, alphabet = alphabet, data = data,
        reference = reference, total = total or 1, number = number_of_part or 1,
    }
end

--- Reads a message.
-- @string hexadecimal its octets in hexadecimal digits, as `AT+CMGL` shows them: the service centre first
-- @return table: `from`, `time` (ISO 8601), `alphabet` and `data` for `text`; `total` parts, the `number` of this one,
-- and if there are several, their `reference`; or nil and why it cannot be read
function read(hexadecimal)
    local ok, result = pcall(parse, (hexadecimal:fromHex()))
    if ok then
        return result
    end
    return nil, tostring(result)
end
