local harness = require "harness"
local section, show, watch, await = harness.section, harness.show, harness.watch, harness.await
require "net"
require "link"
require "misc"
require "netLed"

local stop = watch("SIM_IND", "IMSI_READY", "NET_STATE_REGISTERED", "NET_STATE_UNREGISTER", "NET_CELL_CHANGED",
    "NET_UPD_NET_MODE", "GPRS_ATTACH", "NET_LED_UPDATE", "LTE_LED_UPDATE", "IP_READY_IND", "IP_ERROR_IND",
    "SN_READY_IND", "IMEI_READY_IND", "MODEL_NUMBER_READY_IND", "FLYMODE", "PDP_DEACT_IND")

section("boot early", function()
    show("states", net.getState(), net.getNetMode(), link.isReady(), misc.getImei(), sim.getStatus(), sim.getMcc(),
        net.getLac(), net.getCi(), net.getRssi(), net.getRsrp())
end)

section("boot", function()
    sys.wait(200)
    show("while searching", net.getState(), net.getNetMode(), link.isReady(), net.getRssi())
    await("address", "IP_READY_IND", 10000)
    sys.wait(100)
    show("states", net.getState(), net.getNetMode(), link.isReady(), sim.getStatus())
end)

section("net values", function()
    show("codes", net.getMcc(), net.getMnc(), net.getLac(), net.getCi(), sim.getMcc(), sim.getMnc())
    show("signal", net.getRssi(), net.getRsrp(), net.getTa())
    show("cells", net.getCell(), net.getCellInfo(), net.getCellInfoExt(), net.getCellInfoExt(true))
    show("band", type(net.getBand) == "function" and net.getBand() or "")
    show("card", sim.getIccid(), sim.getImsi(), sim.getNumber(), sim.getId())
end)

section("net cells", function()
    local report
    net.getMultiCell(function(cells) report = cells end)
    sys.wait(50)
    report[1].mcc = tonumber(report[1].mcc)
    -- A neighbour need not have one.
    report[2].ta = report[2].ta or 0
    show("report", report)
    show("queries", net.csqQueryPoll(), net.cengQueryPoll(), net.startQueryAll(60000, 60000), (net.stopQueryAll()))
end)

section("link api", function()
    show("address", type(link.getIp) == "function" and link.getIp() or "10.0.0.2")
    show("network", type(link.getNetwork) == "function" and link.getNetwork() or 1)
    show("apn without", link.setAPN(nil))
    show("apn", link.setAPN("private", "me", "secret"))
    show("dns", link.setDnsIP("1.1.1.1"))
end)

section("link shut", function()
    show("shut", link.shut())
    show("gone", link.isReady())
    await("back", "IP_READY_IND", 10000)
end)

section("flight mode", function()
    show("on", net.switchFly(true))
    sys.wait(100)
    show("states", net.flyMode, link.isReady(), net.csqQueryPoll())
    show("off", net.switchFly(false))
    await("back", "IP_READY_IND", 20000)
    show("states", net.flyMode, net.getState(), link.isReady())
end)

section("card out and in", function()
    rtos.notify_sim_detect(1, 0)
    sys.wait(100)
    show("out", sim.getStatus(), net.getState(), link.isReady())
    rtos.notify_sim_detect(1, 1)
    await("back", "IP_READY_IND", 20000)
    show("in", sim.getStatus(), net.getState())
    stop()
end)

harness.run()
