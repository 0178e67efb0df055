--- Cards at the AT port, through `ril` and `sim`: taken out, exchanged, locked, in the second slot.
local device = require("luatos").device
local sys = require "sys"
require "ril"
local sim = require "sim"
local eventually = require("peer").eventually
local run = require("runner").run

local ask = require("modem").ask

--- `SIM_IND` since the last look.
local seen = {}
local function see(state)
    seen[#seen + 1] = state
end

local function sees(...)
    local expected = { ... }
    eventually(function() return #seen >= #expected end, table.concat(expected, ", "))
    assert.same(expected, seen)
    seen = {}
end

local function registered()
    eventually(function() return select(2, ask "AT+CGATT?") == "+CGATT: 1" end, "the network")
end

setup(function()
    registered()
    sys.subscribe("SIM_IND", see)
end)

teardown(function()
    sys.unsubscribe("SIM_IND", see)
    device.sim { iccid = "89860012345678901234", imsi = "460001234567890", number = "+8613000000000" }
    registered()
end)

it("a card is taken out and put back", function()
    device.sim(false)
    sees "NORDY"
    assert.is_false(sim.getStatus())
    assert.is_false(ask "AT+ICCID")
    assert.is_false(ask "AT+CMGR=1")
    device.sim(true)
    sees "RDY"
    registered()
end)

it("another card in its place is reported as both, and has the numbers that are not said", function()
    device.sim { number = "10010", imsi = "460011111111111" }
    sees("NORDY", "RDY")
    eventually(function() return sim.getImsi() == "460011111111111" end, "the identity")
    assert.equal('+CNUM: "","10010",129\r\n', select(2, ask "AT+CNUM"))
    assert.equal("+ICCID: 89860012345678901234", select(2, ask "AT+ICCID"))
    registered()
end)

it("a locked card wants its PIN, and after three wrong ones its PUK", function()
    device.sim { pin = "1234" }
    sees("NORDY", "SIM_PIN", "NORDY")
    assert.is_true(ask "AT+CPIN?")
    sees("SIM_PIN", "NORDY")
    assert.is_false(ask "AT+CIMI")
    for _ = 1, 3 do
        assert.is_false(ask 'AT+CPIN="0000"')
    end
    sees "NORDY"
    assert.is_false(ask 'AT+CPIN="1234"')
    assert.is_true(ask 'AT+CPIN="12345678","4321"')
    sees "RDY"
    device.sim(false)
    device.sim(true)
    sees("NORDY", "SIM_PIN", "NORDY")
    assert.is_true(ask 'AT+CPIN="4321"')
    sees "RDY"
    -- Without its property, another card has no PIN.
    device.sim {}
    sees("NORDY", "RDY")
    registered()
end)

it("the second slot is empty until a card is in it", function()
    assert.is_true(ask "AT+SIMCROSS=1")
    sees "NIST"
    assert.equal("+SIMCROSS: 1", select(2, ask "AT+SIMCROSS?"))
    device.sim({ imsi = "460022222222222" }, 1)
    sees "RDY"
    assert.equal("460022222222222", select(2, ask "AT+CIMI"))
    assert.is_true(ask "AT+SIMCROSS=0")
    sees "RDY"
    assert.is_true(ask "AT*SIMAUTO=1")
    device.sim(false)
    sees "RDY"
    assert.equal("460022222222222", select(2, ask "AT+CIMI"))
    ask "AT*SIMAUTO=0"
    device.sim(true)
    device.sim(false, 1)
    sees "NORDY"
    ask "AT+SIMCROSS=0"
    sees "RDY"
    registered()
end)

it("a script that watches the switch says what happened", function()
    rtos.notify_sim_detect(1, 0)
    sees "NORDY"
    rtos.notify_sim_detect(1, 1)
    sees "RDY"
    -- The slot that is not in use does not show.
    rtos.notify_sim_detect(2, 0)
    rtos.notify_sim_detect(2, 1)
    ask "AT+CGMM"
    assert.same({}, seen)
    local ok, problem = pcall(rtos.notify_sim_detect, 3, 1)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("slot: 1 or 2 expected, got 3", 1, true), problem)
    registered()
end)

it("what is no card is refused", function()
    for text, values in pairs {
        ["sim: iccid: 19 or 20 digits expected, got \"1\""] = { { iccid = "1" } },
        ["sim: pin: 4 to 8 digits expected, got \"12\""] = { { pin = "12" } },
        ["sim: one of iccid, imsi, number, pin, puk expected, got \"nummer\""] = { { nummer = "1" } },
        ["device.sim: slot: nil or 0 to 1 expected, got 2"] = { true, 2 },
        ["device.sim: state: true, false or a table of the card's properties expected, got nil"] = {},
    } do
        local ok, problem = pcall(device.sim, values[1], values[2])
        assert.is_false(ok)
        assert.truthy(tostring(problem):find(text, 1, true), problem)
    end
    ask "AT+CGMM"
    assert.same({}, seen)
end)

it("another card registers anew", function()
    local output = run([[
        PROJECT, VERSION = "card", "1.0.0"
        local sys, socket = require "sys", require "socket"
        local device = require("luatos").device
        sys.taskInit(function()
            sys.waitUntil "IP_READY_IND"
            device.sim {}
            print(sys.waitUntil("IP_ERROR_IND", 5000))
            print(sys.waitUntil("IP_READY_IND", 10000))
            os.exit(0)
        end)
        require "net"
        sys.init(0, 0)
        sys.run()
    ]], "--modem register_after=100")
    assert.truthy(output:find "true\ntrue\n$", output)
end)

it("--modem puts a card into the second slot", function()
    local output = run([[
        PROJECT, VERSION = "cards", "1.0.0"
        local sys, sim = require "sys", require "sim"
        sys.taskInit(function()
            sys.waitUntil "IMSI_READY"
            print(sim.getImsi())
            sim.setId(1, function(ok) print(ok, sim.getId()) end)
            sys.waitUntil "IMSI_READY"
            print(sim.getImsi(), sim.getIccid())
            os.exit(0)
        end)
        sys.init(0, 0)
        sys.run()
    ]], "--modem imsi=310150123456789 --modem imsi2=310260123456789 --modem iccid2=8901234567890123456")
    assert.truthy(output:find "310150123456789\ntrue%s1\n310260123456789%s8901234567890123456\n$", output)
end)
