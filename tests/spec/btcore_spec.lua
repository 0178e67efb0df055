--- `btcore`: a radio that sees nobody.
require "luatos"
require "sys"
local btcore = require "btcore"
local peer = require "peer"

local messages = {}

local function wait_for_message()
    peer.eventually(function() return #messages > 0 end, "a message")
    return table.remove(messages, 1)
end

before_each(function()
    messages = {}
    rtos.on(rtos.MSG_BLUETOOTH, function(message) messages[#messages + 1] = message end)
end)

after_each(function()
    if btcore.close() == 0 then
        wait_for_message()
    end
    rtos.on(rtos.MSG_BLUETOOTH, function() end)
end)

local function open(mode)
    assert.equal(0, btcore.open(mode))
    assert.same({ id = rtos.MSG_BLUETOOTH, event = btcore.MSG_OPEN_CNF, result = 0 }, wait_for_message())
end

it("is switched on and off, and says so", function()
    assert.equal(-1, btcore.state())
    assert.equal(-1, btcore.close())
    open(0)
    assert.equal(0, btcore.state())
    assert.equal(0, btcore.close())
    assert.same({ id = rtos.MSG_BLUETOOTH, event = btcore.MSG_CLOSE_CNF, result = 0 }, wait_for_message())
    assert.equal(-1, btcore.open(3))
end)

it("looks for others and finds nobody", function()
    assert.equal(-1, btcore.scan(1))
    open(1)
    for _, enable in ipairs { 1, 0 } do
        assert.equal(0, btcore.scan(enable))
        local expected = { id = rtos.MSG_BLUETOOTH, event = btcore.MSG_BLE_SCAN_CNF, enable = enable, result = 0 }
        assert.same(expected, wait_for_message())
    end
end)

it("cannot connect", function()
    assert.equal(-1, btcore.connect("11:22:33:44:55:66"))
    open(1)
    assert.equal(0, btcore.connect("11:22:33:44:55:66", 0))
    local message = wait_for_message()
    assert.equal(btcore.MSG_BLE_CONNECT_CNF, message.event)
    assert.not_equal(0, message.result)
    assert.equal("integer", math.type(message.handle))
    assert.equal(-1, btcore.disconnect(message.handle))
end)

it("takes settings while it is on", function()
    assert.equal(-1, btcore.setname("Luat"))
    open(0)
    assert.equal(0, btcore.setname("Luat"))
    assert.equal(0, btcore.addservice(0xfee0))
    assert.equal(0, btcore.addservice("9ecadc240ee5a9e093f3a3b50100406e"))
    assert.equal(0, btcore.addcharacteristic(0xfee1, 0x08, 0x0002))
    assert.equal(0, btcore.adddescriptor(0x2902, 1))
    assert.equal(0, btcore.setadvparam(0x80, 0xa0, 0, 0, 7, 0, 0, "11:22:33:44:55:66"))
    assert.equal(0, btcore.setscanparam(1, 48, 6, 0, 0))
    assert.equal(0, btcore.setadvdata("\2\1\6"))
    assert.equal(0, btcore.setbeacondata("AB8190D5D11E4941ACC442F30510B408", 10107, 50179))
    assert.equal(0, btcore.advertising(1))
    assert.equal(-1, btcore.scan(1))
    assert.equal(-1, btcore.connect("11:22:33:44:55:66"))
end)

it("has nobody to talk to", function()
    open(1)
    assert.equal(-1, btcore.send("data", 0xfee1, 0))
    assert.equal(-1, btcore.findservice())
    assert.equal(-1, btcore.findcharacteristic(0xfee0))
    assert.equal(-1, btcore.opennotification("9ecadc240ee5a9e093f3a3b50200406e"))
    assert.same({ "", "", 0 }, { btcore.recv(3) })
    assert.truthy(btcore.getaddr():find "^%x%x:%x%x:%x%x:%x%x:%x%x:%x%x$")
end)

it("has the settings of classic Bluetooth", function()
    open(2)
    assert.equal(0, btcore.setvisibility(0x11))
    assert.equal(0x11, btcore.getvisibility())
    assert.equal(0, btcore.setavrcpvol(100))
    assert.equal(-1, btcore.setavrcpvol(128))
    assert.equal(100, btcore.getavrcpvol())
    assert.equal(-1, btcore.hfpcalldial("10086"))
    assert.equal(-1, btcore.setavrcpsongs(1))
end)

it("checks its arguments", function()
    local cases = {
        ["btcore.connect: address: string expected, got nil"] = { "connect" },
        ["btcore.scan: 0 or 1: number expected, got nil"] = { "scan" },
        ["btcore.addservice: uuid: number or string expected, got table"] = { "addservice", {} },
        ["btcore.setbeacondata: major: number expected, got nil"] = { "setbeacondata", "uuid" },
        ["btcore.send: data: string expected, got nil"] = { "send" },
    }
    for expected, call in pairs(cases) do
        local ok, problem = pcall(btcore[call[1]], table.unpack(call, 2))
        assert.is_false(ok)
        assert.equal(expected, (problem:gsub("^[^:]*:%d+: ", "")))
    end
end)

it("all events are different numbers", function()
    local seen, count = {}, 0
    for name, value in pairs(btcore) do
        if name:find "^MSG_" then
            assert.is_nil(seen[value], name)
            seen[value], count = name, count + 1
        end
    end
    assert.equal(21, count)
end)
