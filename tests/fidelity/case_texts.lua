--- Character sets, numbers of telephones, time zones; volumes; parameters.
local harness = require "harness"
local section, show, try, watch = harness.section, harness.show, harness.try, harness.watch
require "common"
require "utils"
require "audio"
require "nvm"

section("character sets", function()
    for _, set in ipairs { "ucs2", "ucs2be" } do
        for _, other in ipairs { "Gb2312", "Utf8" } do
            local to, from = set .. "To" .. other, other:lower() .. "To" .. set:gsub("^u", "U")
            for _, text in ipairs { "", "\96\79", "a\0b\0", "\0a\0b" } do
                try(to, common[to], text)
            end
            for _, text in ipairs { "", "abc", other == "Utf8" and "您" or "\196\250" } do
                try(from, common[from], text)
            end
            try(from .. " of a number", common[from], 12)
            try(from .. " of nothing", common[from], nil)
        end
    end
    show("utf8ToGb2312", common.utf8ToGb2312("a您"), common.gb2312ToUtf8("a\196\250"))
end)

section("telephone numbers", function()
    show("ascii", common.ucs2ToAscii("00310032"), common.nstrToUcs2Hex("+12"), common.nstrToUcs2Hex(12))
    for _, number in ipairs { "", "12", "123" } do
        show("bcd", common.numToBcdNum(number), common.numToBcdNum(number, 3), common.numToBcdNum(number, 1))
    end
    show("number", common.bcdNumToNum("\33\67"), common.bcdNumToNum("\33\243"), common.bcdNumToNum(""))
end)

section("time zones", function()
    for _, time in ipairs { { 2020, 5, 6, 7, 8, 9, 0, 8 }, { 20, 12, 31, 23, 59, 59, 0, 8 },
        { 2020, 3, 1, 1, 0, 0, 8, 0 }, { 2019, 1, 1, 0, 0, 0, 8, -12 }, { 2019, 1, 1, 0, 0, 0, 8, 8 } } do
        show("time", common.timeZoneConvert(unpack(time)))
    end
end)

section("volumes", function()
    sys.wait(100)
    show("at first", audio.getVolume(), audio.getCallVolume(), audio.getMicVolume())
    for _, volume in ipairs { 0, 7, "3" } do
        audio.setVolume(volume)
        show("calls", audio.setCallVolume(volume), audio.setMicVolume(volume))
        sys.wait(50)
        show("then", tonumber(audio.getVolume()), tonumber(audio.getCallVolume()), audio.getMicVolume())
    end
    for _, speed in ipairs { 0, 100, 101, "5" } do
        show("speed", audio.setTTSSpeed(speed) or false)
    end
    show("gain", audio.setMicGain("call", 7), audio.setMicGain("record", 0), audio.setMicGain("x", 1))
end)

section("parameters", function()
    local stop = watch("PARA_CHANGED_IND", "TPARA_CHANGED_IND")
    show("early", nvm.get("word"))
    nvm.init("defaults.lua")
    show("get", nvm.get("word"), nvm.get("count"), nvm.get("list"), nvm.get("none"))
    show("set", nvm.set("word", "new", "why"), nvm.set("word", "new", "why"), nvm.set("count", 5))
    show("later", nvm.set("is", true, 1, false))
    show("sett", nvm.sett("list", "a", 2, "why"), nvm.sett("list", "a", 2, "why"), nvm.sett("list", "b", { 1 }, "why"))
    show("then", nvm.get("word"), nvm.get("count"), nvm.get("is"), nvm.gett("list", "a"), nvm.gett("list", "c"))
    try("no list", nvm.gett, "none", "x")
    nvm.set("word", nil, "why")
    show("places", nvm.paraname, nvm.paranamebak, io.exists(nvm.paraname))
    nvm.remove()
    show("removed", io.exists(nvm.paraname))
    sys.wait(20)
    stop()
end)

harness.run()
