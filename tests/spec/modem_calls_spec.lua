--- Calls at the AT port, through `ril`.
require "luatos"
require "sys"
local ril = require "ril"
local board = require "board"
local eventually = require("peer").eventually
local runner = require "runner"

local URCS = { "RING", "+CLIP", "+CCWA", "CONNECT", "NO CARRIER", "NO ANSWER", "BUSY", "+DTMFDET" }

local ask = require("modem").ask

--- What the modem has said unasked.
local said = {}
local function hears(...)
    local expected = { ... }
    eventually(function() return #said >= #expected end, table.concat(expected, ", "))
    assert.same(expected, said)
    said = {}
end

--- The calls as `cc` finds them in the answer, each line with its end.
local function calls()
    local ok, text = ask "AT+CLCC"
    assert.is_true(ok)
    local list = {}
    for direction, state, number in (text or ""):gmatch '%+CLCC:%s*%d+,(%d),(%d),%d,%d,"([^"]*)".-\r\n' do
        list[#list + 1] = direction .. state .. " " .. number
    end
    return list
end

setup(function()
    for _, urc in ipairs(URCS) do
        ril.regUrc(urc, function(line) said[#said + 1] = line end)
    end
    eventually(function() return select(2, ask "AT+CGATT?") == "+CGATT: 1" end, "the network")
    for _, command in ipairs { "ATX4", "AT+CLIP=1", "AT+CCWA=1", "AT+DTMFDET=1", "ATS7=60" } do
        assert.is_true(ask(command))
    end
end)

teardown(function()
    for _, urc in ipairs(URCS) do
        ril.deRegUrc(urc)
    end
end)

describe("a call to the device", function()
    it("rings, is answered, and ends at the other side", function()
        board.call "13800000000"
        hears("RING", '+CLIP: "13800000000",129,,,,0')
        assert.same({ "14 13800000000" }, calls())
        assert.is_true(ask "ATA")
        hears "CONNECT"
        assert.same({ "10 13800000000" }, calls())
        board.dtmf "5#"
        hears("+DTMFDET:53", "+DTMFDET:35")
        board.hang_up()
        hears "NO CARRIER"
        assert.same({}, calls())
    end)

    it("is refused", function()
        board.call()
        hears("RING", '+CLIP: "",129,,,,1')
        assert.is_true(ask "AT+CHUP")
        assert.same({}, calls())
        hears()
    end)

    it("waits behind another, which it leaves alone", function()
        board.call "1"
        hears("RING", '+CLIP: "1",129,,,,0')
        ask "ATA"
        hears "CONNECT"
        board.call "2"
        hears '+CCWA: "2",129,1'
        assert.same({ "10 1", "15 2" }, calls())
        assert.is_true(ask "AT+CHLD=12")
        assert.same({ "10 1" }, calls())
        ask "AT+CHUP"
    end)
end)

it("calls end with the network", function()
    board.call "1"
    hears("RING", '+CLIP: "1",129,,,,0')
    ask "ATA"
    hears "CONNECT"
    board.network(false)
    hears "NO CARRIER"
    assert.same({}, calls())
    assert.is_true(ask "ATD10086;")
    hears "NO CARRIER"
    board.network(true)
    eventually(function() return select(2, ask "AT+CGATT?") == "+CGATT: 1" end, "the network")
end)

it("what is no number and no key is refused", function()
    for text, act in pairs {
        ["call: from: up to 20 digits after an optional +"] = function() board.call "somebody" end,
        ["dtmf: keys: 0 to 9, *, # and A to D expected, got \"1x\""] = function() board.dtmf "1x" end,
    } do
        local ok, problem = pcall(act)
        assert.is_false(ok)
        assert.truthy(tostring(problem):find(text, 1, true), problem)
    end
end)

it("--modem sets how often it rings", function()
    local output = runner.run([[
        PROJECT, VERSION = "rings", "1.0.0"
        local sys, ril = require "sys", require "ril"
        local device = require("luatos").device
        local rings = 0
        ril.regUrc("RING", function()
            rings = rings + 1
            if rings == 3 then
                ril.request("AT+CHUP", nil, function() os.exit(0) end)
            end
        end)
        sys.subscribe("NET_STATE_REGISTERED", function() device.call "1" end)
        require "net"
        sys.init(0, 0)
        sys.run()
    ]], "--trace=call --timeout 20 --modem register_after=0 --modem ring_every=50")
    assert.truthy(output:find("call: 1 is hung up", 1, true), output)
end)

describe("a call from the device", function()
    it("is answered, and ends at the device", function()
        assert.is_true(ask "ATD10086;")
        assert.same({ "02 10086" }, calls())
        eventually(function() return calls()[1] == "03 10086" end, "ringing there")
        board.pick_up()
        hears "CONNECT"
        assert.same({ "00 10086" }, calls())
        assert.is_true(ask "AT+VTS=12")
        assert.is_true(ask "AT+CHUP")
        assert.same({}, calls())
    end)

    it("is not wanted there", function()
        ask "ATD+8610086;"
        board.hang_up()
        hears "BUSY"
        assert.same({}, calls())
    end)

    it("is not answered", function()
        ask "ATS7=1"
        ask "ATD10086;"
        hears "NO ANSWER"
        ask "ATS7=60"
    end)
end)

it("a call that rings keeps the script alive, and ends by itself", function()
    local output, status = runner.run([[
        PROJECT, VERSION = "calls", "1.0.0"
        local sys, ril = require "sys", require "ril"
        for _, urc in ipairs { "CONNECT", "NO ANSWER" } do
            ril.regUrc(urc, print)
        end
        sys.subscribe("NET_STATE_REGISTERED", function()
            ril.request "ATS7=1"
            ril.request "ATD10086;"
        end)
        require "net"
        sys.init(0, 0)
        sys.run()
    ]], "--trace")
    assert.equal(0, status)
    assert.truthy(output:find("call: 10086 is called\n", 1, true), output)
    assert.truthy(output:find("NO ANSWER NO ANSWER\n", 1, true), output)
end)

it("what the device does is shown, and who cannot reach it", function()
    local output = runner.run([[
        PROJECT, VERSION = "calls", "1.0.0"
        local sys, ril = require "sys", require "ril"
        local board = debug.getregistry()["luatos.use"] "native.device"
        sys.taskInit(function()
            board.call "1"
            sys.waitUntil "NET_STATE_REGISTERED"
            board.call "2"
            ril.request "ATA"
            ril.request "AT+VTS=5"
            ril.request("AT+CHUP", nil, function() sys.publish "DONE" end)
            sys.waitUntil "DONE"
            os.exit(0)
        end)
        require "net"
        sys.init(0, 0)
        sys.run()
    ]], "--trace --modem register_after=100")
    local shown = {}
    for line in output:gmatch "call: (%d [^\n]+)" do
        shown[#shown + 1] = line
    end
    assert.same({
        "1 calls", "1 does not come through: the device is not in the network",
        "2 calls", "2 is answered", "2 hears the keys 5", "2 is hung up",
    }, shown, output)
end)
