--- The device around the script: modem, network, LEDs, pins, power, as scripts and `--trace` see it.
require "luatos"
local sys = require "sys"
local eventually = require("peer").eventually
local run = require("runner").run

describe("after the start", function()
    it("messages come in the device's order, and only once the loop runs", function()
        local output = run [[
            PROJECT, VERSION, LOG_LEVEL = "P", "1.0.0", 0
            require "sys" require "net" require "netLed" require "link" require "misc"
            sys.init(0, 0)
            netLed.setup(true, 1, 4)
            local names = { "SIM_IND", "IMSI_READY", "NET_STATE_REGISTERED", "NET_CELL_CHANGED", "NET_UPD_NET_MODE",
                "GPRS_ATTACH", "LTE_LED_UPDATE", "GSM_SIGNAL_REPORT_IND", "CELL_INFO_IND", "SN_READY_IND",
                "IMEI_READY_IND", "MODEL_NUMBER_READY_IND", "IP_READY_IND" }
            local missing = #names
            for _, name in ipairs(names) do
                local is_new = true
                sys.subscribe(name, function(value)
                    print(name, type(value) == "table" and "table" or value, name == "IP_READY_IND" and link.isReady())
                    missing, is_new = missing - (is_new and 1 or 0), false
                    -- The LED would blink for ever.
                    if missing == 0 then
                        os.exit(0)
                    end
                end)
            end
            print("main ends", link.isReady())
            sys.run()
        ]]
        local lines, place = {}, {}
        for line in output:gmatch("[^\n]+") do
            lines[#lines + 1] = line
            place[line:match("^[%w_]+")] = place[line:match("^[%w_]+")] or #lines
        end
        assert.equal("main ends false", lines[1])
        local function before(first, second)
            assert.is_true(place[first] and place[second] and place[first] < place[second],
                first .. " before " .. second .. " in\n" .. output)
        end
        before("SIM_IND", "IMSI_READY")
        before("SIM_IND", "NET_STATE_REGISTERED")
        before("NET_STATE_REGISTERED", "NET_CELL_CHANGED")
        before("NET_CELL_CHANGED", "NET_UPD_NET_MODE")
        before("NET_UPD_NET_MODE", "GPRS_ATTACH")
        before("GPRS_ATTACH", "LTE_LED_UPDATE")
        before("LTE_LED_UPDATE", "GSM_SIGNAL_REPORT_IND")
        before("GSM_SIGNAL_REPORT_IND", "IP_READY_IND")
        for _, name in ipairs { "CELL_INFO_IND", "SN_READY_IND", "IMEI_READY_IND", "MODEL_NUMBER_READY_IND" } do
            assert.truthy(place[name], name .. " in\n" .. output)
        end
        assert.truthy(output:find("SIM_IND RDY", 1, true))
        assert.truthy(output:find("NET_UPD_NET_MODE 4", 1, true))
        assert.truthy(output:find("GPRS_ATTACH true", 1, true))
        assert.truthy(output:find("IP_READY_IND nil true", 1, true))
    end)

    it("an idle runtime ends: nothing polls", function()
        local output, status = run 'require "sys" require "net" require "link" require "misc" sys.run() print("end")'
        assert.equal("end\n", output)
        assert.equal(0, status)
    end)
end)

describe("net, sim, misc, link", function()
    local net, sim, misc, link

    setup(function()
        net, sim, misc, link = require "net", require "sim", require "misc", require "link"
        eventually(function() return link.isReady() and misc.getImei() ~= "" and net.getLac() ~= "" end)
        net.startQueryAll()
        eventually(function() return net.getCellInfo() ~= "" and net.getRssi() > 0 end)
    end)

    it("answer as a registered LTE device", function()
        assert.equal("REGISTERED", net.getState())
        assert.equal(net.NetMode_LTE, net.getNetMode())
        assert.same({ "460", "0" }, { net.getMcc(), net.getMnc() })
        assert.same({ "18be", "93e1" }, { net.getLac(), net.getCi() })
        assert.equal("6334.37857.20;6334.37858.16;", net.getCellInfo())
        assert.equal("460.0.6334.37857.20;460.0.6334.37858.16;", net.getCellInfoExt())
        assert.equal("460.0.6334.37857.-73;460.0.6334.37858.-81;", net.getCellInfoExt(true))
        assert.equal("37857.20.37858.16.", net.getCell())
        assert.is_true(sim.getStatus())
        assert.truthy(sim.getImsi():find("^460%d+$"))
        assert.truthy(sim.getIccid():find("^%d+$"))
        assert.truthy(misc.getImei():find("^%d+$") and #misc.getImei() == 15)
        assert.equal("Air724UG", misc.getModelType())
    end)

    it("give integers, never 20.0", function()
        for _, value in ipairs { net.getRssi(), net.getRsrp(), net.getNetMode(), misc.getVbatt(), misc.getWeek() } do
            assert.equal("integer", math.type(value))
        end
        assert.equal("integer", math.type(rtos.tick()))
        assert.equal("integer", math.type(rtos.get_fs_free_size()))
        assert.is_true(rtos.get_fs_free_size() > 0)
    end)

    it("socket.isReady is link.isReady", function()
        assert.equal(link.isReady, require("socket").isReady)
    end)

    it("link.shut tells and comes back", function()
        local seen = {}
        local function lost() seen[#seen + 1] = "lost" end
        sys.subscribe("IP_ERROR_IND", lost)
        link.shut()
        assert.is_false(link.isReady())
        assert.is_true(sys.waitUntil("IP_READY_IND", 20000))
        assert.is_true(link.isReady())
        assert.same({ "lost" }, seen)
        sys.unsubscribe("IP_ERROR_IND", lost)
    end)

    it("flight mode is told, stops the queries, and ends", function()
        local seen = {}
        local function note(flag) seen[#seen + 1] = flag end
        sys.subscribe("FLYMODE", note)
        net.switchFly(true)
        net.switchFly(true)
        eventually(function() return seen[1] ~= nil and net.getState() == "UNREGISTER" end)
        assert.is_false(net.csqQueryPoll())
        net.switchFly(false)
        eventually(function() return seen[2] ~= nil and net.getState() == "REGISTERED" end)
        assert.same({ true, false }, seen)
        -- Each as it was asked for, also where the next is asked for before the modem has answered.
        net.switchFly(true)
        net.switchFly(false)
        eventually(function() return seen[4] ~= nil and net.getState() == "REGISTERED" end)
        assert.same({ true, false, true, false }, seen)
        sys.unsubscribe("FLYMODE", note)
    end)

    it("numbers can be set", function()
        local answer
        misc.setSn("SN-1", function(ok) answer = ok end)
        eventually(function() return answer ~= nil end)
        assert.is_true(answer)
        assert.equal("SN-1", misc.getSn())
        answer = nil
        misc.setSn("SN-1", function(ok) answer = ok end)
        assert.is_true(answer)
        -- The last one counts, also before the modem has answered.
        answer = nil
        misc.setSn "SN-2"
        misc.setSn("SN-1", function(ok) answer = ok end)
        eventually(function() return answer ~= nil end)
        assert.equal("SN-1", misc.getSn())
    end)

    it("setClock answers", function()
        local answer
        misc.setClock({ year = 2026, month = 1, day = 2, hour = 3, min = 4, sec = 5 }, function(_, ok) answer = ok end)
        eventually(function() return answer ~= nil end)
        assert.is_true(answer)
        misc.setClock("now", function(_, ok) answer = ok end)
        assert.is_false(answer)
    end)
end)

describe("ril", function()
    local ril = require "ril"

    it("answers any well-formed command", function()
        local answers = {}
        for _, command in ipairs { "AT+RNDISCALL=0,1", "AT^HEAPINFO", "AT+CSQ" } do
            ril.request(command, nil, function(...) answers[#answers + 1] = table.pack(...) end)
        end
        eventually(function() return #answers == 3 end)
        assert.same({ "AT+RNDISCALL=0,1", true, "OK", nil, n = 4 }, answers[1])
        assert.same({ "AT+CSQ", true, "OK", "+CSQ: 24,99", n = 4 }, answers[3])
    end)

    it("delays a command and the ones behind it", function()
        local order = {}
        ril.request("AT+A", nil, function() order[#order + 1] = "a" end, 30)
        ril.request("AT+B", nil, function() order[#order + 1] = "b" end)
        eventually(function() return #order == 2 end)
        assert.same({ "a", "b" }, order)
    end)

    it("regRsp refuses a kind that differs, regUrc hands lines and takes filters", function()
        assert.is_false(ril.regRsp("+CSQ", print, 1))
        assert.is_false(ril.regRsp("+NEW", print, 7))
        assert.is_true(ril.regRsp("+NEW", print, 2))
        local lines = {}
        ril.regUrc("+COPS", function(line) lines[#lines + 1] = line end)
        ril.request "AT+COPS?"
        eventually(function() return lines[1] end)
        assert.equal('+COPS: 0,2,"46000",7', lines[1])
        ril.deRegUrc "+COPS"
    end)
end)

describe("pins, LEDs and power", function()
    it("a pin is a function", function()
        local pins = require "pins"
        local pin = pins.setup(pio.P0_10, 1)
        assert.equal(0, pin(0))
        assert.equal(0, pio.pin.getval(pio.P0_10))
        assert.equal(1, pin(1))
        assert.equal(1, pio.pin.getval(pio.P0_10))
        local input = pins.setup(pio.P0_11, nil, pio.PULLUP)
        assert.equal(1, input())
        pins.close(pio.P0_10)
        assert.equal(64, pio.P2_0)
    end)

    it("--trace shows LEDs, AT traffic and messages, each change once", function()
        local output = run([[
            require "sys" require "netLed" require "link"
            netLed.setup(true, 1, 4)
            pmd.ldoset(7, pmd.LDO_VLCD)
            sys.timerStart(os.exit, 1500, 0)
            sys.run()
        ]], "--trace")
        assert.truthy(output:find("at: > ATE0", 1, true), output)
        assert.truthy(output:find("at: < +CPIN: READY", 1, true), output)
        assert.truthy(output:find("publish: IP_READY_IND", 1, true), output)
        assert.truthy(output:find("pin: 4 = 1", 1, true), output)
        assert.truthy(output:find("power: LDO_VLCD = level 7", 1, true), output)
        local levels = {}
        for level in output:gmatch("pin: 1 = (%d)") do
            levels[#levels + 1] = level
        end
        assert.truthy(table.concat(levels):find("^010?"), table.concat(levels))
        assert.is_nil(table.concat(levels):find("00", 1, true))
    end)

    it("pm keeps count of who is awake", function()
        local pm = require "pm"
        assert.is_true(pm.isSleep())
        pm.wake("a")
        pm.wake("b")
        assert.is_false(pm.isSleep("a"))
        pm.sleep("a")
        assert.same({ true, false, false }, { pm.isSleep("a"), pm.isSleep("b"), pm.isSleep() })
        pm.sleep("b")
        assert.is_true(pm.isSleep())
        assert.is_false((pcall(pm.wake)))
    end)

    it("what a desktop cannot do says so once, by name", function()
        local output = run [[
            require "sys" require "sim"
            sim.set2gSim() sim.set2gSim()
        ]]
        local _, times = output:gsub("main%.lua:2: sim%.set2gSim is not supported", "")
        assert.equal(1, times, output)
    end)

    it("a wss server that is not checked is warned of once", function()
        local output = run [[
            require "websocket"
            websocket.new("wss://one.example/") websocket.new("wss://two.example/") websocket.new("ws://three.example/")
        ]]
        assert.truthy(output:find("the certificate of one.example is not checked", 1, true), output)
        assert.is_nil(output:find("two.example", 1, true), output)
    end)

    it("restart under another program says that it cannot, with a status of its own", function()
        local process = io.popen("lua5.3 -l luatos -e 'require [[sys]] sys.restart([[why]])' 2>&1")
        local output = process:read("a")
        local _, _, status = process:close()
        assert.truthy(output:find("[W]-[sys.restart] why", 1, true), output)
        assert.truthy(output:find("cannot restart", 1, true), output)
        assert.equal(3, status)
    end)
end)

it("core functions raise texts, at the script's line", function()
    for _, body in ipairs {
        function() rtos.timer_start(1, -5) end,
        function() rtos.timer_start("x", 5) end,
        function() uart.write(uart.ATC, {}) end,
        function() pio.pin.setval({}, 1) end,
    } do
        local ok, problem = pcall(body)
        assert.is_false(ok)
        assert.equal("string", type(problem))
        assert.truthy(problem:find("device_spec.lua:%d+: "), problem)
        assert.is_nil(problem:find("stack traceback", 1, true), problem)
    end
end)

describe("log", function()
    local log = require "log"

    local function printed(...)
        local text
        local raw_print = print
        local body, arguments = ..., { select(2, ...) }
        _G.print = function(...)
            local texts = table.pack(...)
            for index = 1, texts.n do
                texts[index] = tostring(texts[index])
            end
            text = table.concat(texts, " ")
        end
        body(table.unpack(arguments))
        _G.print = raw_print
        return text
    end

    after_each(function()
        _G.LOG_LEVEL, log.LOG_LEVEL = nil, nil
    end)

    it("shows level, tag and values", function()
        assert.equal("[I]-[a] 1 nil true", printed(function() log.info("a", 1, nil, true) end))
        assert.equal("[E]-[] 4", printed(log.error, 123, 4))
        assert.equal("[F]-[]", printed(log.fatal))
    end)

    it("has a threshold, read at each call", function()
        assert.is_nil(printed(log.debug, "a"))
        _G.LOG_LEVEL = log.LOGLEVEL_TRACE
        assert.equal("[T]-[a]", printed(log.trace, "a"))
        log.LOG_LEVEL = log.LOGLEVEL_ERROR
        assert.is_nil(printed(log.warn, "a"))
        log.LOG_LEVEL = log.LOG_SILENT
        assert.is_nil(printed(log.fatal, "a"))
    end)

    it("openTrace(false) turns print off, too", function()
        local output = run [[
            require "log"
            log.openTrace(false) print("no") log.error("no")
            log.openTrace(true) print("yes")
        ]]
        assert.equal("yes\n", output)
    end)
end)
