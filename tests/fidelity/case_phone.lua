--- Text messages, calls and the phone book, with the other side played.
local harness = require "harness"
local section, show, try, watch = harness.section, harness.show, harness.try, harness.watch
require "net"
require "sms"
require "cc"
require "pb"
local device = require("luatos").device

--- A moment of the device: 2026-11-26 01:08:07 UTC.
local TIME = 1795655287

local stop

--- A callback that shows what it gets, after the subscribers of messages, whose order is open.
local function later(label)
    return function(...)
        sys.timerStart(show, 10, label, ...)
    end
end

section("messages that come", function()
    show("early", sms.getsmsstate() or false, sms.read(1), sms.delete(1))
    sys.waitUntil("SMS_READY", 10000)
    sys.wait(2000)
    show("ready", sms.getsmsstate())
    stop = watch("SMS_NEW_MSG_IND", "SMS_READ_CNF", "SMS_DELETE_CNF", "LONG_SMS_MERGR_CNF", "SMS_SEND_CNF")
    sms.setNewSmsCb(later "came")
    for _, text in ipairs { "hello {}", "您好" } do
        device.sms("+8613800000000", text, TIME)
        sys.wait(500)
    end
end)

section("a long message that comes", function()
    device.sms("10086", ("十"):rep(71), TIME)
    sys.wait(1000)
end)

section("messages that go", function()
    local note = later "callback"
    local stop_sent = device.on("sms", later "sent")
    show("send", sms.send("+8613800000000", "hello", note))
    sys.wait(4000)
    try("number", sms.send, 10086, 12)
    sys.wait(4000)
    sms.send("", "x", note)
    sms.send("10086", nil, note)
    show("no place", sms.read(0), sms.read(nil), sms.delete(0), sms.delete(nil))
    stop_sent()
    stop()
end)

section("calls", function()
    stop = watch("CALL_INCOMING", "CALL_CONNECTED", "CALL_DISCONNECTED", "CALL_DTMF_DETECT")
    show("none", cc.anyCallExist(), cc.getState("10086"), cc.dial(""), cc.dial(nil))
    show("dial", cc.dial("10086"), cc.getState("10086"))
    sys.wait(1000)
    show("rings", cc.anyCallExist(), cc.getState("10086"))
    device.pick_up()
    cc.dtmfDetect(true)
    sys.wait(500)
    device.dtmf("5#")
    show("keys", cc.sendDtmf("12#"))
    sys.wait(500)
    show("talks", cc.getState("10086"))
    device.hang_up()
    sys.wait(500)
    show("over", cc.anyCallExist(), cc.getState("10086"))
    device.call("+8613800000000")
    sys.wait(500)
    show("comes", cc.anyCallExist(), cc.getState("+8613800000000"))
    cc.accept("+8613800000000")
    sys.wait(500)
    show("answered", cc.getState("+8613800000000"))
    cc.hangUp("+8613800000000")
    sys.wait(500)
    show("hung up", cc.getState("+8613800000000"))
    device.call()
    sys.wait(500)
    device.hang_up()
    sys.wait(500)
    device.call("+8613800000000")
    sys.wait(500)
    cc.accept("13800000000")
    cc.hangUp("13800000000")
    sys.wait(500)
    show("hung up under another number", cc.anyCallExist())
    stop()
end)

section("phone book", function()
    stop = watch("PB_READ_CNF", "PB_WRITE_CNF")
    local note = later "callback"
    for _, call in ipairs { { "write", 1, "name", "10086" }, { "read", 1 }, { "read", 2 }, { "read", "1" },
        { "read", 1000 }, { "delete", 1 }, { "write", 1, 12, 10086 }, { "setStorage", "SM" },
        { "setStorage", "XX" } } do
        local fn = pb[call[1]]
        call[#call + 1] = note
        fn(unpack(call, 2))
        sys.wait(300)
    end
    show("nothing", pb.read(nil), pb.read(""), pb.write(1, nil, "1"), pb.delete(nil))
    stop()
end)

harness.run()
