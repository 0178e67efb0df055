--- LuatOS `common`: character sets, telephone numbers in BCD, and times in other zones.
--
-- Other than with `iconv`, a text loses nothing that the other character set has: a character outside the basic
-- plane (an emoji) is a surrogate pair in UCS-2, and bytes that are no character become U+FFFD instead of ending the
-- text. What GB2312 does not have becomes its wide space.
local use = ...
local transcode = use "native.transcode"
local check = use "runtime.check"
local show = use("runtime.text").show

local floor = math.floor

local common = {}

-- ## Character sets

--- Makes the conversion of that name, between character sets of `transcode`. Of `ucs2` the low byte comes first.
local function conversion(name, from, to)
    local what = "common." .. name .. ": text"
    return function(text)
        return transcode.convert(to, from, check.text(what, text))
    end
end

--- Converts UCS-2 with the low byte first to GB2312.
-- @string text
-- @return string
common.ucs2ToGb2312 = conversion("ucs2ToGb2312", "ucs2", "gb2312")

--- Converts GB2312 to UCS-2 with the low byte first.
-- @string text
-- @return string
common.gb2312ToUcs2 = conversion("gb2312ToUcs2", "gb2312", "ucs2")

--- Converts UCS-2 with the high byte first to GB2312.
-- @string text
-- @return string
common.ucs2beToGb2312 = conversion("ucs2beToGb2312", "ucs2be", "gb2312")

--- Converts GB2312 to UCS-2 with the high byte first.
-- @string text
-- @return string
common.gb2312ToUcs2be = conversion("gb2312ToUcs2be", "gb2312", "ucs2be")

--- Converts UCS-2 with the low byte first to UTF-8.
-- @string text
-- @return string
common.ucs2ToUtf8 = conversion("ucs2ToUtf8", "ucs2", "utf8")

--- Converts UTF-8 to UCS-2 with the low byte first.
-- @string text
-- @return string
common.utf8ToUcs2 = conversion("utf8ToUcs2", "utf8", "ucs2")

--- Converts UCS-2 with the high byte first to UTF-8.
-- @string text
-- @return string
common.ucs2beToUtf8 = conversion("ucs2beToUtf8", "ucs2be", "utf8")

--- Converts UTF-8 to UCS-2 with the high byte first.
-- @string text
-- @return string
common.utf8ToUcs2be = conversion("utf8ToUcs2be", "utf8", "ucs2be")

--- Converts UTF-8 to GB2312.
-- @string text
-- @return string
common.utf8ToGb2312 = conversion("utf8ToGb2312", "utf8", "gb2312")

--- Converts GB2312 to UTF-8.
-- @string text
-- @return string
common.gb2312ToUtf8 = conversion("gb2312ToUtf8", "gb2312", "utf8")

-- ## Hexadecimal UCS-2

--- The characters of a text in hexadecimal UCS-2, of each the low byte.
-- @string digits such as "00310032", high byte first
-- @return string: such as "12"
function common.ucs2ToAscii(digits)
    if type(digits) ~= "string" or #digits % 4 ~= 0 or digits:find "%X" then
        error("common.ucs2ToAscii: digits: four hexadecimal digits for each character expected, got "
            .. show(digits), 2)
    end
    return (digits:gsub("%x%x(%x%x)", function(low) return string.char(tonumber(low, 16)) end))
end

--- A text of ASCII, such as a telephone number, in hexadecimal UCS-2.
-- @string text such as "+12"
-- @return string: such as "002B00310032"
function common.nstrToUcs2Hex(text)
    text = check.text("common.nstrToUcs2Hex: text", text)
    if text:find "[\128-\255]" then
        error("common.nstrToUcs2Hex: text: string of ASCII expected, got " .. show(text), 2)
    end
    return (text:gsub(".", function(character) return ("%04X"):format(character:byte()) end))
end

-- ## Telephone numbers

--- The digits by their values (3GPP TS 24.008 section 10.5.4.7).
local DIGITS = "0123456789*#abc"

--- Fills the last byte of an odd number of digits.
local FILL = 0x0f

--- A telephone number as swapped semi-octets: two digits a byte, the first in the lower half.
-- @string number digits, `*`, `#`, `a` to `c`
-- @number[opt] length bytes of the result, filled with 0xff or cut; by default as many as the digits take
-- @return string
function common.numToBcdNum(number, length)
    if type(number) ~= "string" or number:find "[^%d*#abc]" then
        error("common.numToBcdNum: number: digits, *, #, a to c as a string expected, got " .. show(number), 2)
    end
    length = check.optional_integer("common.numToBcdNum: length", length, 0, 0xffff, "bytes")
        or floor((#number + 1) / 2)
    local function value(index)
        local digit = number:sub(index, index)
        return digit ~= "" and DIGITS:find(digit, 1, true) - 1 or FILL
    end
    local bytes = {}
    for index = 1, length do
        bytes[index] = string.char(value(2 * index - 1) + value(2 * index) * 16)
    end
    return table.concat(bytes)
end

--- @return the digit of a value; a zero byte for the filler
local function digit(value)
    return value == FILL and "\0" or DIGITS:sub(value + 1, value + 1)
end

--- The reverse of `common.numToBcdNum`: the digits before the first that fills.
-- @string bytes swapped semi-octets
-- @return string
function common.bcdNumToNum(bytes)
    check.string("common.bcdNumToNum: bytes", bytes)
    local digits = bytes:gsub(".", function(byte)
        local value = byte:byte()
        return digit(value % 16) .. digit(floor(value / 16))
    end)
    return digits:match "^%Z*"
end

-- ## Time zones

--- Values of the days' fields, in the order of the arguments.
local FIELDS = { "year", "month", "day", "hour", "min", "sec" }

--- A time in another zone.
-- @number year of four digits, or of two after 2000
-- @number month
-- @number day
-- @number hour
-- @number min
-- @number sec
-- @number from zone of that time, hours east of Greenwich; may have a fraction
-- @number to likewise the other zone
-- @return table: year (of as many digits), month, day, hour, min, sec
function common.timeZoneConvert(year, month, day, hour, min, sec, from, to)
    local given, values = { year, month, day, hour, min, sec, from, to }, {}
    for index = 1, 8 do
        values[index] = tonumber(given[index]) or error(("common.timeZoneConvert: %s: number expected, got %s"):format(
            FIELDS[index] or index == 7 and "source zone" or "target zone", show(given[index])), 2)
    end
    local century = values[1] < 100 and 2000 or 0
    local seconds = os.time {
        year = floor(values[1]) + century, month = floor(values[2]), day = floor(values[3]),
        hour = floor(values[4]), min = floor(values[5]), sec = floor(values[6]),
    }
    local there = os.date("*t", seconds + floor((values[8] - values[7]) * 3600))
    local result = { year = there.year - century }
    for index = 2, #FIELDS do
        result[FIELDS[index]] = there[FIELDS[index]]
    end
    return result
end

return common
