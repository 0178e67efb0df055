--- `common`: character sets, BCD and time zones.
require "luatos"
require "utils"
local common = require "common"
local fails = require "fails"

--- A text in every character set.
local FORMS = {
    utf8 = "a我", gb2312 = "a\xce\xd2", ucs2 = "a\0\x11\x62", ucs2be = "\0a\x62\x11",
}

describe("the conversions", function()
    local function call(name, text)
        return common[name](text)
    end

    for name, sets in pairs {
        ucs2ToGb2312 = { "ucs2", "gb2312" }, gb2312ToUcs2 = { "gb2312", "ucs2" },
        ucs2beToGb2312 = { "ucs2be", "gb2312" }, gb2312ToUcs2be = { "gb2312", "ucs2be" },
        ucs2ToUtf8 = { "ucs2", "utf8" }, utf8ToUcs2 = { "utf8", "ucs2" },
        ucs2beToUtf8 = { "ucs2be", "utf8" }, utf8ToUcs2be = { "utf8", "ucs2be" },
        utf8ToGb2312 = { "utf8", "gb2312" }, gb2312ToUtf8 = { "gb2312", "utf8" },
    } do
        it(name, function()
            assert.same({ n = 1, FORMS[sets[2]] }, table.pack(call(name, FORMS[sets[1]])))
            assert.equal("", call(name, ""))
            fails(("common.%s: text: string expected, got nil"):format(name), call, name)
            fails(("common.%s: text: string expected, got true"):format(name), call, name, true)
            assert.equal(call(name, "12"), call(name, 12))
        end)
    end

    it("keep characters that UCS-2 lacks", function()
        assert.equal("D83DDE000061", (common.utf8ToUcs2be("😀a"):toHex()))
        assert.equal("😀a", common.ucs2beToUtf8(("D83DDE000061"):fromHex()))
        assert.equal("\xa1\xa1a", common.utf8ToGb2312 "😀a")
    end)

    it("go on after what is no character", function()
        assert.equal("\0a\xff\xfd\0b", common.utf8ToUcs2be "a\xffb")
        assert.equal("a\u{fffd}b", common.gb2312ToUtf8 "a\xffb")
    end)
end)

it("hexadecimal UCS-2", function()
    assert.equal("1234", common.ucs2ToAscii "0031003200330034")
    assert.equal("002B0031003200330034", common.nstrToUcs2Hex "+1234")
    assert.equal("*#", common.ucs2ToAscii(common.nstrToUcs2Hex "*#"))
    fails("common.ucs2ToAscii: digits: four hexadecimal digits for each character expected, got \"003\"",
        common.ucs2ToAscii, "003")
    fails("common.nstrToUcs2Hex: text: string expected, got nil", common.nstrToUcs2Hex)
end)

describe("BCD", function()
    it("has the digits of telephone numbers", function()
        for digits, bytes in pairs {
            ["8618126324567"] = "688121364265F7", ["12"] = "21", ["1"] = "F1", [""] = "", ["*#1abc"] = "BAC1ED",
        } do
            assert.equal(bytes, (common.numToBcdNum(digits):toHex()))
            assert.equal(digits, common.bcdNumToNum(common.numToBcdNum(digits)))
        end
    end)

    it("has the length that is asked for", function()
        assert.equal("21F3FFFF", (common.numToBcdNum("123", 4):toHex()))
        assert.equal("21", (common.numToBcdNum("1234", 1):toHex()))
        assert.equal("123", common.bcdNumToNum "\x21\xf3\xff\x44")
        assert.equal("", common.bcdNumToNum "\xff")
    end)

    it("refuses what is no number", function()
        fails("common.numToBcdNum: number: digits, *, #, a to c as a string expected, got \"+86\"",
            common.numToBcdNum, "+86")
        fails("common.numToBcdNum: length: nil or 0 to 65535 bytes expected, got -1", common.numToBcdNum, "1", -1)
        fails("common.bcdNumToNum: bytes: string expected, got 5", common.bcdNumToNum, 5)
    end)
end)

describe("timeZoneConvert", function()
    local function convert(...)
        local t = common.timeZoneConvert(...)
        return ("%d-%d-%d %d:%d:%d"):format(t.year, t.month, t.day, t.hour, t.min, t.sec)
    end

    it("crosses days, months and years", function()
        assert.equal("2018-1-2 2:0:0", convert(2018, 1, 1, 18, 0, 0, 0, 8))
        assert.equal("2019-1-1 1:30:59", convert(2018, 12, 31, 17, 30, 59, 0, 8))
        assert.equal("2024-2-29 20:0:0", convert(2024, 3, 1, 4, 0, 0, 8, 0))
        assert.equal("18-1-2 2:0:0", convert(18, 1, 1, 18, 0, 0, 0, 8))
        assert.equal("2026-1-1 5:30:0", convert("2026", "1", "1", "0", 0, 0, 0, 5.5))
        assert.equal("2026-1-2 2:0:0", convert(2026, 1, 1, 0, 0, 0, -12, 14))
    end)

    it("names what is missing", function()
        fails("common.timeZoneConvert: min: number expected, got nil", common.timeZoneConvert, 2018, 1, 1, 18)
        fails("common.timeZoneConvert: target zone: number expected, got \"x\"",
            common.timeZoneConvert, 2018, 1, 1, 18, 0, 0, 0, "x")
    end)
end)
