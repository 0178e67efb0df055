--- `sms`: the parts of long texts, in whatever order the network sends them, and however often.
local outside = require "outside"

--- What the scenario has: `part(from, reference, total, index, text)` arrives, of up to 9 characters of the Basic
-- Multilingual Plane, as a message of the card's that the modem tells of.
local PART = [[
    local place = 0
    local function swapped(digits)
        return (digits .. ("F"):rep(#digits % 2)):gsub("(.)(.)", "%2%1")
    end
    local function part(from, reference, total, index, text)
        local units = text:gsub(utf8.charpattern, function(character)
            return ("%04X"):format(utf8.codepoint(character))
        end)
        local data = ("050003%02X%02X%02X"):format(reference, total, index) .. units
        local digits = ("44%02X91%s000862116290807023%02X%s"):format(#from, swapped(from), math.floor(#data / 2), data)
        place = place + 1
        device.at("AT+CMGR=" .. place, ("+CMGR: 0,,%d\r\n00%s\r\nOK"):format(math.floor(#digits / 2), digits))
        device.urc(('+CMTI: "SM",%d'):format(place))
        sys.waitUntil("SMS_READ_CNF", 10000)
    end
    if not sms.getsmsstate() then sys.waitUntil("SMS_READY", 10000) end
]]

--- What the script is given after these parts.
local function given(parts)
    return (outside.run([[
        require "sms"
        sms.setNewSmsCb(function(from, text) print(from, text) end)
    ]], PART .. parts, "--lib-version 2.4.3"))
end

it("of several senders under the same reference go to their own texts", function()
    assert.equal("13900000002 一二\n13900000001 甲乙\n", given [[
        part("8613900000001", 7, 2, 1, "甲")
        part("8613900000002", 7, 2, 1, "一")
        part("8613900000002", 7, 2, 2, "二")
        part("8613900000001", 7, 2, 2, "乙")
    ]])
end)

it("that come twice count once, also the last one", function()
    assert.equal("13900000003 abc\n13900000003 de\n", given [[
        for _, index in ipairs { 3, 3, 1, 3, 2, 2 } do
            part("8613900000003", 8, 3, index, ("abc"):sub(index, index))
        end
        part("8613900000003", 9, 2, 2, "e")
        part("8613900000003", 9, 2, 1, "d")
    ]])
end)

it("of another text under the same reference end a text that lacks some", function()
    assert.equal("13900000003 old\n13900000003 new text\n", given [[
        part("8613900000003", 9, 2, 1, "old")
        part("8613900000003", 9, 2, 1, "new ")
        part("8613900000003", 9, 2, 2, "text")
    ]])
end)
