local harness = require "harness"
local section, show, try, watch = harness.section, harness.show, harness.try, harness.watch
require "net"
require "misc"

section("misc values", function()
    sys.wait(100)
    show("numbers", misc.getImei(), misc.getSn(), misc.getModelType(), misc.getMuid())
    show("radio", misc.getCalib(), misc.getAnt())
    show("power", misc.getVbatt(), misc.getVbus())
    show("week", misc.getWeek() == tonumber(os.date("%w")) or misc.getWeek() == 7, type(misc.getClock()))
    show("version", misc.getVersion())
end)

section("misc temperature", function()
    misc.getTemperature(function(degrees) show("callback", degrees) end)
    sys.wait(50)
end)

section("misc numbers", function()
    misc.setSn("A1", function(ok) show("setSn", ok) end)
    sys.wait(50)
    show("sn", misc.getSn())
    misc.setSn("A1", function(ok) show("same", ok) end)
    misc.setImei("123456789012345", function(ok) show("setImei", ok) end)
    sys.wait(50)
    show("imei", misc.getImei())
    try("no number", misc.setSn, nil)
end)

section("misc clock", function()
    local stop = watch("TIME_UPDATE_IND", "TIME_CLK_IND")
    misc.setClock({ year = 2024, month = 5, day = 6, hour = 7, min = 8, sec = 58 }, function(now, ok)
        show("set", now, ok)
    end)
    sys.wait(2600)
    show("now", os.date("%Y-%m-%d %H:%M"))
    stop()
    misc.setClock("now", function(_, ok) show("wrong", ok) end)
end)

section("ril", function()
    local function answer(...) show("answer", ...) end
    ril.request("AT+CSQ", nil, answer)
    ril.request("AT+CGSN", nil, answer)
    ril.request("AT+WISN?", nil, answer)
    ril.request("AT+RNDISCALL=0,1", nil, answer)
    ril.request("AT+CFUN=x", nil, answer)
    ril.request("AT+CIND?", nil, answer, 20)
    sys.wait(100)
    show("regRsp", ril.regRsp("+FIDELITY", answer), ril.regRsp("+CSQ", answer, 4))
    ril.request "AT+FIDELITY=1"
    sys.wait(50)
    ril.regUrc("+FIDELITY", function(line, prefix) show("urc", line, prefix) end)
    show("deRegUrc", ril.deRegUrc "+FIDELITY")
    show("transparent", ril.sendtransparentdata("x"))
    try("no command", ril.request, "hello")
end)

harness.run()
