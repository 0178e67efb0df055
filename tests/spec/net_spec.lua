--- `net`, `sim` and `link` when the state of the network changes.
require "luatos"
local sys = require "sys"
local net, sim, link = require "net", require "sim", require "link"
local modem = require "modem"
local eventually = require("peer").eventually

--- Names and values of messages, in their order; ends with the test.
local ends = {}

local function record(...)
    local seen = {}
    for _, id in ipairs { ... } do
        local function note(...)
            local texts = { id }
            for index = 1, select("#", ...) do
                texts[#texts + 1] = tostring((select(index, ...)))
            end
            seen[#seen + 1] = table.concat(texts, " ")
        end
        sys.subscribe(id, note)
        ends[#ends + 1] = function() sys.unsubscribe(id, note) end
    end
    return seen
end

before_each(function()
    eventually(function() return link.isReady() and net.getState() == "REGISTERED" end, "the network")
end)

after_each(function()
    for _, stop in ipairs(ends) do
        stop()
    end
    ends = {}
end)

describe("sim", function()
    it("tells what is wrong with the card, and that it is back", function()
        local seen = record("SIM_IND", "NET_STATE_UNREGISTER", "IMSI_READY", "NET_STATE_REGISTERED")
        modem.says "+CPIN: NOT INSERTED"
        eventually(function() return seen[2] end)
        assert.is_false(sim.getStatus())
        assert.equal("UNREGISTER", net.getState())
        modem.says "+CPIN: SIM PIN"
        eventually(function() return seen[4] end)
        modem.says "+CPIN: READY"
        -- After the card is inserted again, it has to register.
        eventually(function() return seen[7] end)
        assert.same({ "SIM_IND NIST", "NET_STATE_UNREGISTER", "SIM_IND SIM_PIN", "SIM_IND NORDY", "SIM_IND RDY",
            "IMSI_READY", "NET_STATE_REGISTERED" }, seen)
        assert.is_true(sim.getStatus())
        assert.same({ "460", "00" }, { sim.getMcc(), sim.getMnc() })
    end)

    it("asks for its number only if told to", function()
        assert.equal("", sim.getNumber())
        sim.setQueryNumber(true)
        modem.says "+CPIN: READY"
        eventually(function() return sim.getNumber() ~= "" end)
        assert.truthy(sim.getNumber():find "^%d+$")
        sim.setQueryNumber(false)
    end)

    it("chooses the slot, and says at once if it is that one already", function()
        eventually(function() return sim.getId() end)
        local answers = {}
        local function note(ok) answers[#answers + 1] = ok end
        sim.setId(1, note)
        assert.same({}, answers)
        eventually(function() return answers[1] end)
        assert.equal(1, sim.getId())
        sim.setId(1, note)
        assert.same({ true, true }, answers)
        sim.setId(0, note)
        eventually(function() return answers[3] end)
        assert.equal(0, sim.getId())
        -- The last one counts, also before the modem has answered.
        sim.setId(1, note)
        sim.setId(0, note)
        eventually(function() return answers[5] end)
        assert.equal(0, sim.getId())
        assert.has_error(function() sim.setId("left") end)
    end)
end)

describe("net", function()
    it("follows the registration", function()
        local seen = record("NET_STATE_UNREGISTER", "NET_STATE_REGISTERED", "NET_CELL_CHANGED", "NET_UPD_NET_MODE")
        modem.says "+CEREG: 2"
        eventually(function() return net.getState() == "UNREGISTER" end)
        assert.equal(net.NetMode_noNet, net.getNetMode())
        modem.says('+CREG: 5,"1a2b","3c4d",3')
        eventually(function() return net.getState() == "REGISTERED" and net.getNetMode() ~= 0 end)
        assert.equal(net.NetMode_EDGE, net.getNetMode())
        assert.same({ "1a2b", "3c4d" }, { net.getLac(), net.getCi() })
        modem.says('+CREG: 1,"18be","93e1",7')
        eventually(function() return net.getNetMode() == net.NetMode_LTE and #seen == 7 end)
        assert.same({ "NET_STATE_UNREGISTER", "NET_UPD_NET_MODE 0", "NET_STATE_REGISTERED", "NET_CELL_CHANGED",
            "NET_UPD_NET_MODE 2", "NET_CELL_CHANGED", "NET_UPD_NET_MODE 4" }, seen)
    end)

    it("reads signal and cells", function()
        local report
        net.getMultiCell(function(cells) report = cells end)
        eventually(function() return report end)
        report = nil
        modem.says "+EEMLTESVC: 1120, 2, 1, 100, 0, 1, 1, 5, 3, 200, 0, 0, 0, 0, 99, 0"
        eventually(function() return report end)
        assert.equal(11, report.cnt)
        assert.same({ mcc = "1120", mnc = "1", lac = 100, ci = 200, rssi = 31, ta = 0 }, report[1])
        for index = 2, 11 do
            assert.same({ lac = 0, ci = 0, rssi = 0, ta = 0 }, report[index])
        end
        assert.equal("5", net.getBand())
        assert.equal("460.1.100.200.31;", net.getCellInfoExt())
        -- Lines that describe no cell change nothing.
        modem.says("+EEMLTESVC: 1120, 2, 1", "+EEMLTESVC: 1120, 2, 1, 0, 0, 1, 1, 1, 3, 0, 0, 0, 0, 0, 60, 0",
            "+EEMLTESVC: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p")
        sys.wait(20)
        assert.equal("100.200.31;", net.getCellInfo())
        report = nil
        net.startQueryAll()
        eventually(function() return report end)
        assert.equal("6334.37857.20;6334.37858.16;", net.getCellInfo())
        -- A neighbour's line comes after the report, which it belongs to.
        assert.same({ mcc = "1120", mnc = "0", lac = 6334, ci = 37858, rssi = 16, ta = 0 }, report[2])
        modem.says("+EEMLTEINTER: 0, 98, 39148, 51, 21, 1120, 0, 6311, 25418539",
            "+EEMLTEINTERRAT:0,16,1120,0,6213,26862,627,1,-77")
        eventually(function() return report[4].ci ~= 0 end)
        assert.equal("6311.25418539.17;6213.26862.0;", (net.getCellInfo():match ";[^;]*;(.*)$"))
    end)

    it("asks again and again; a question in between does not end that, stopQueryAll does", function()
        local seen = record("GSM_SIGNAL_REPORT_IND")
        assert.is_true(net.csqQueryPoll(20))
        assert.is_true(net.csqQueryPoll())
        eventually(function() return #seen >= 5 end)
        assert.equal("GSM_SIGNAL_REPORT_IND true 24", seen[1])
        assert.is_true(net.startQueryAll(20, 20))
        net.stopQueryAll()
        sys.wait(20)
        local count = #seen
        sys.wait(100)
        assert.equal(count, #seen)
    end)
end)

describe("link", function()
    it("loses and regains the address when the network says so", function()
        local seen = record("IP_ERROR_IND", "PDP_DEACT_IND", "IP_READY_IND")
        modem.says "*CGEV: NW PDN DEACT,5"
        eventually(function() return seen[1] end)
        assert.is_false(link.isReady())
        eventually(function() return seen[3] end)
        assert.is_true(link.isReady())
        assert.same({ "IP_ERROR_IND", "PDP_DEACT_IND", "IP_READY_IND" }, seen)
        -- Other contexts are ignored.
        modem.says "*CGEV: NW PDN DEACT,1"
        sys.wait(20)
        assert.is_true(link.isReady())
    end)

    it("is lost in flight mode and comes back after it", function()
        local seen = record("IP_ERROR_IND", "IP_READY_IND", "FLYMODE")
        net.switchFly(true)
        eventually(function() return seen[2] end)
        assert.is_false(link.isReady())
        net.switchFly(false)
        eventually(link.isReady)
        eventually(function() return seen[4] end)
        assert.same({ "FLYMODE true", "IP_ERROR_IND", "FLYMODE false", "IP_READY_IND" }, seen)
    end)

    it("shut always tells", function()
        local seen = record("IP_ERROR_IND", "IP_READY_IND")
        link.shut()
        link.shut()
        eventually(function() return seen[3] end)
        assert.same({ "IP_ERROR_IND", "IP_ERROR_IND", "IP_READY_IND" }, seen)
    end)

    it("takes an access point, and nothing that would break out of the command", function()
        link.setAPN("private", "me", "secret")
        for _, wrong in ipairs { 'a"b', "a\rb" } do
            local ok, problem = pcall(link.setAPN, wrong)
            assert.is_false(ok)
            assert.truthy(problem:find("link.setAPN: apn: text without quotes expected", 1, true), problem)
        end
        local ok, problem = pcall(link.setAuthApn, 1, "apn", nil, "password")
        assert.is_false(ok)
        assert.truthy(problem:find("link.setAuthApn: user", 1, true), problem)
        link.setAuthApn(1, "apn", "", "")
        local seen = record("IP_READY_IND")
        link.shut()
        eventually(function() return seen[1] end)
    end)
end)

describe("after the start", function()
    local run = require("runner").run

    --- Runs a script with a device that searches for its network for some milliseconds. Lines of the log are
    -- left out.
    local function searching(ms, script)
        script = 'PROJECT, VERSION = "P", "1.0.0"\n' .. script
        return (run(script, "--timeout 20", "LUATOS_MODEM=register_after=" .. ms):gsub("%[I%][^\n]*\n", ""))
    end

    it("a task that does something else first still sees the address come", function()
        local output = searching(600, [[
            require "sys" require "net" require "link"
            sys.taskInit(function()
                sys.wait(300)
                print("in between", net.getState(), link.isReady(), net.getRssi())
                print("came", sys.waitUntil("IP_READY_IND", 10000))
                print("then", net.getState(), link.isReady())
                os.exit(0)
            end)
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal("in between UNREGISTER false 0\ncame true\nthen REGISTERED true\n",
            output:match("(in between.*)$"))
    end)

    it("a search is no loss of the network", function()
        local output = searching(100, [[
            require "sys" require "net" require "link"
            for _, id in ipairs { "NET_STATE_REGISTERED", "NET_STATE_UNREGISTER", "IP_ERROR_IND", "IP_READY_IND" } do
                sys.subscribe(id, function() print(id) end)
            end
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal("NET_STATE_REGISTERED\nIP_READY_IND\n", output)
    end)

    it("flight mode is left for one registration", function()
        local output = searching(100, [[
            require "sys" require "net" require "link"
            for _, id in ipairs { "FLYMODE", "NET_STATE_REGISTERED", "NET_STATE_UNREGISTER", "IP_READY_IND" } do
                sys.subscribe(id, function(...) print(id, ...) end)
            end
            sys.taskInit(function()
                sys.waitUntil "IP_READY_IND"
                net.switchFly(true)
                sys.waitUntil "FLYMODE"
                net.switchFly(false)
            end)
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal("NET_STATE_REGISTERED\nIP_READY_IND\nFLYMODE true\nNET_STATE_UNREGISTER\nFLYMODE false\n"
            .. "NET_STATE_REGISTERED\nIP_READY_IND\n", output)
    end)

    it("an Ethernet chip has a network of its own, by the project's module", function()
        local output = searching(50, [[
            require "sys" require "net" require "link" require "socket"
            for _, id in ipairs { "FLYMODE", "IP_ERROR_IND", "IP_READY_IND" } do
                sys.subscribe(id, function(...) print(id, ...) end)
            end
            local function fails(...) print(select(2, pcall(link.openNetwork, ...))) end
            sys.taskInit(function()
                sys.waitUntil "IP_READY_IND"
                fails(link.CH395, {})
                fails "eth0"
                print(link.getNetwork(), link.isReady(), link.getIp())
                socketW5500 = {
                    open = function(settings) link.setReady(link.W5500, true) return settings.address end,
                    close = function() link.setReady(link.W5500, false) return true end,
                    tcp = function(...) return "a socket of the chip", ... end,
                }
                print(link.openNetwork(link.W5500, { address = "192.168.1.9" }))
                sys.waitUntil("FLYMODE", 10000)
                print(link.getNetwork(), link.isReady(), link.getIp(), socket.tcp(true))
                print(link.closeNetWork(), link.isReady())
                print(link.openNetwork(), link.isReady())
                sys.waitUntil("IP_READY_IND", 20000)
                print(link.getNetwork(), link.isReady(), link.getIp())
                print(link.openNetwork(link.W5500, {}), link.isReady(), link.getIp() == "")
                os.exit(0)
            end)
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal([[
IP_READY_IND
link.openNetwork: link.CH395: there is no Ethernet chip here, and its module socketCh395 is not loaded
link.openNetwork: kind: link.CELLULAR, link.CH395 or link.W5500 expected, got "eth0"
1 true 10.0.0.2
true
FLYMODE true
3 true 192.168.1.9 a socket of the chip true
true false
true false
FLYMODE false
IP_READY_IND
1 true 10.0.0.2
false true true
]], output)
    end)

    it("rtos.notify_sim_detect takes the card out and puts it in", function()
        local output = searching(50, [[
            require "sys" require "net" require "link"
            for _, id in ipairs { "SIM_IND", "NET_STATE_REGISTERED", "NET_STATE_UNREGISTER", "IP_ERROR_IND" } do
                sys.subscribe(id, function(...) print(id, ...) end)
            end
            sys.taskInit(function()
                sys.waitUntil "IP_READY_IND"
                rtos.notify_sim_detect(1, 0)
                sys.waitUntil "IP_ERROR_IND"
                rtos.notify_sim_detect(1, 1)
            end)
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal("SIM_IND RDY\nNET_STATE_REGISTERED\nSIM_IND NORDY\nNET_STATE_UNREGISTER\nIP_ERROR_IND\n"
            .. "SIM_IND RDY\nNET_STATE_REGISTERED\n", output)
    end)

    it("properties of the modem are what scripts read", function()
        local output = run([[
            PROJECT, VERSION, LOG_LEVEL = "P", "1.0.0", 0
            require "sys" require "net" require "link" require "sim" require "misc"
            sys.init(0, 0)
            sim.setQueryNumber(true)
            sys.subscribe("IP_READY_IND", function()
                net.startQueryAll()
                sys.timerStart(function()
                    print(misc.getImei(), sim.getImsi(), sim.getIccid(), sim.getNumber(), net.getRssi(),
                        net.getMcc(), net.getMnc(), net.getLac(), net.getCi())
                end, 50)
            end)
            sys.run()
        ]], "--modem imei=123456789012345 --modem imsi=310150123456789 --modem iccid=8901234567890123456 "
            .. "--modem number=+15551234567 --modem signal=12 --modem operator=310150 --modem cell=12ab:34cd")
        assert.equal("123456789012345 310150123456789 8901234567890123456 15551234567 12 310 150 12ab 34cd\n",
            output)
        local problem, status = run("print(1)", "--modem signal=loud")
        assert.truthy(problem:find('signal: 0 to 31, or 99 expected, got "loud"', 1, true), problem)
        assert.equal(2, status)
    end)
end)
