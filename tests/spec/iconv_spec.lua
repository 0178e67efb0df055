--- `iconv`: character sets, beside Python's codecs.
require "luatos"
local vectors = require "vectors"

local iconv = require "iconv"

local function convert(to, from, text)
    return iconv.open(to, from):iconv(text)
end

--- UCS-2 with the two bytes of each character swapped.
local function swapped(text)
    return (text:gsub("(.)(.)", "%2%1"))
end

it("converts every character that Python converts, there and back", function()
    for _, vector in ipairs(vectors "iconv") do
        local name, text, wide = table.unpack(vector)
        if convert("ucs2be", name, text) ~= wide or convert(name, "ucs2be", wide) ~= text
            or convert("ucs2", name, text) ~= swapped(wide) or convert(name, "ucs2", swapped(wide)) ~= text then
            assert.same({ name, text, wide }, { name, convert(name, "ucs2be", wide), convert("ucs2be", name, text) })
            error("little endian: " .. text)
        end
    end
end)

it("converts texts of any length", function()
    local text = ("我abc"):rep(5000)
    assert.equal(text, convert("utf8", "ucs2", convert("ucs2", "utf8", text)))
    assert.equal("", convert("ucs2", "utf8", ""))
end)

it("reads GBK where it says GB2312", function()
    assert.equal("\x95\x72", convert("gb2312", "ucs2be", "\x66\x42"))
    assert.equal("時", convert("utf8", "ucs2", convert("ucs2", "gb2312", "\x95\x72")))
end)

it("writes a space where GB2312 has no such character", function()
    assert.equal("a\xa1\xa1b", convert("gb2312", "ucs2be", "\0a\x0e\x01\0b"))
end)

it("converts what comes before a mistake, and says what it is", function()
    assert.same({ "\0a", iconv.ERROR_INCOMPLETE }, { convert("ucs2be", "utf8", "a\xe6\x88") })
    assert.same({ "\0a", iconv.ERROR_INCOMPLETE }, { convert("ucs2be", "utf8", "a\xf0\x9f\x98\x80") })
    assert.same({ "\0a", iconv.ERROR_INCOMPLETE }, { convert("ucs2be", "gb2312", "a\xce") })
    assert.same({ "\0a", iconv.ERROR_INVALID }, { convert("ucs2be", "gb2312", "a\xff\xff") })
    assert.same({ "a" }, { convert("utf8", "ucs2be", "\0a\0") })
end)

it("has the firmware's conversions and no others", function()
    assert.is_nil(iconv.open("utf8", "gb2312"))
    assert.is_nil(iconv.open("ucs2", "latin1"))
    assert.equal("userdata", type(iconv.open("UCS2", "Utf8")))
    assert.equal("\0a", iconv.iconv(iconv.new("ucs2be", "utf8"), "a"))
end)

it("names what is wrong", function()
    assert.has_error(function() return iconv.open("utf8") end, "iconv.open: from: string expected, got nil")
    local cd = iconv.open("utf8", "ucs2")
    assert.has_error(function() return cd:iconv({}) end, "iconv: text: string expected, got table")
    assert.has_error(function() return cd.iconv "x" end,
        'iconv.iconv: object of iconv.open expected, called as object:iconv(text), got "x"')
end)
