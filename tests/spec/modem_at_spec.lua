--- What the outside makes the modem say: answers in its place, lines, signal, temperature, time.
local device = require("luatos").device
local ril = require "ril"
require "sys"
local eventually = require("peer").eventually
local board = require "board"
local run = require("runner").run

local ask = require("modem").ask

--- Lines with a prefix that the modem says unasked, from now on.
local function listen(prefix)
    local lines = {}
    ril.regUrc(prefix, function(line) lines[#lines + 1] = line end)
    return lines, function() ril.deRegUrc(prefix) end
end

setup(function()
    eventually(function() return select(2, ask "AT+CGATT?") == "+CGATT: 1" end, "the network")
end)

describe("an answer in the modem's place", function()
    it("is a text, to that command alone", function()
        device.at("AT+CSQ", "+CSQ: 10,0\r\nOK")
        assert.equal("+CSQ: 10,0", select(2, ask "AT+CSQ"))
        assert.equal("+CSQ: 24,99", select(2, ask "AT+CSQ?"))
        device.at("at+csq", "+CME ERROR: 3")
        assert.is_false(ask "AT+CSQ")
        device.at("AT+CSQ", nil)
        assert.equal("+CSQ: 24,99", select(2, ask "AT+CSQ"))
    end)

    it("may have several lines, and lines after the result", function()
        local lines, forget = listen "+CUSD"
        device.at('AT+CUSD=1,"*100#",15', 'OK\n+CUSD: 2,"12 yuan",15')
        assert.is_true(ask 'AT+CUSD=1,"*100#",15')
        eventually(function() return lines[1] end, "the text")
        assert.equal('+CUSD: 2,"12 yuan",15', lines[1])
        device.at('AT+CUSD=1,"*100#",15', nil)
        forget()
        device.at("AT+CMGR=1", "+CMGR: 0,,3\n00010203\nOK")
        assert.equal("+CMGR: 0,,3\r\n00010203\r\n", (select(2, ask "AT+CMGR=1")))
        device.at("AT+CMGR=1", nil)
    end)

    it("is what a function returns; nil is the modem's own", function()
        local commands = {}
        device.at("AT+CIMI", function(command)
            commands[#commands + 1] = command
            if #commands == 1 then
                -- It may do what a script may.
                device.signal(7)
                return "123\nOK"
            end
        end)
        assert.equal("123", select(2, ask "AT+CIMI"))
        assert.equal("+CSQ: 7,99", select(2, ask "AT+CSQ"))
        assert.equal("460001234567890", select(2, ask "AT+CIMI"))
        assert.same({ "AT+CIMI", "AT+CIMI" }, commands)
        device.at("AT+CIMI", nil)
        device.signal(24)
    end)

    it("has the commands of one write in their order", function()
        device.at("AT+CIMI", function() return "1\nOK" end)
        uart.write(uart.ATC, "AT+CIMI\rAT+CGMM\rAT+CIMI\r")
        assert.equal('\r\n1\r\n\r\nOK\r\n\r\n+CGMM: "Air724UG"\r\n\r\nOK\r\n\r\n1\r\n\r\nOK\r\n',
            uart.read(uart.ATC, 1000))
        device.at("AT+CIMI", nil)
    end)

    it("that cannot be is said", function()
        for text, values in pairs {
            ["device.at: command: a command such as AT+CSQ expected, got nil"] = { nil, "OK" },
            ["device.at: answer: a text, a function or nil expected, got 1"] = { "AT", 1 },
        } do
            local ok, problem = pcall(device.at, values[1], values[2])
            assert.is_false(ok)
            assert.truthy(tostring(problem):find(text, 1, true), problem)
        end
    end)

    it("that fails is an ERROR, with a traceback", function()
        local output, status, problems = run [[
            PROJECT, VERSION = "at", "1.0.0"
            local sys, ril = require "sys", require "ril"
            local device = require("luatos").device
            device.at("AT+CIMI", function() error "no answer" end)
            device.at("AT+CGSN", function() return 1 end)
            ril.request("AT+CIMI", nil, function(_, ok) print(ok) end)
            ril.request("AT+CGSN", nil, function(_, ok) print(ok) os.exit(0) end)
            sys.init(0, 0)
            sys.run()
        ]]
        local all = output .. (problems or "")
        assert.equal(0, status)
        assert.truthy(all:find "false.-false", all)
        assert.truthy(all:find("[E]-[device.at] AT+CIMI: ", 1, true), all)
        assert.truthy(all:find("no answer\nstack traceback", 1, true), all)
        assert.truthy(all:find("AT+CGSN: a text or nil expected, got 1", 1, true), all)
    end)
end)

it("the modem says a line", function()
    local lines, forget = listen "+CTEST"
    device.urc "+CTEST: 1"
    eventually(function() return lines[1] == "+CTEST: 1" end, "the line")
    forget()
    for _, line in ipairs { "", "a\nb" } do
        local ok, problem = pcall(device.urc, line)
        assert.is_false(ok)
        assert.truthy(tostring(problem):find("one line without its end expected", 1, true), problem)
    end
end)

it("the signal follows", function()
    device.signal(11)
    assert.equal("+CSQ: 11,99", select(2, ask "AT+CSQ"))
    assert.equal("+CESQ: 99,99,255,255,20,24", select(2, ask "AT+CESQ"))
    device.signal(99)
    assert.equal("+CSQ: 99,99", select(2, ask "AT+CSQ"))
    assert.equal("+CESQ: 99,99,255,255,255,255", select(2, ask "AT+CESQ"))
    device.signal(24)
    for _, strength in ipairs { -1, 32, 100 } do
        local ok, problem = pcall(device.signal, strength)
        assert.is_false(ok)
        local expected = "device.signal: strength (99 for none): 0 to 31 expected, got " .. strength
        assert.truthy(tostring(problem):find(expected, 1, true), problem)
    end
end)

it("the temperature follows", function()
    board.temperature(-7)
    assert.equal("+RFTEMPERATURE: -7", select(2, ask "AT+RFTEMPERATURE?"))
    board.temperature(28)
end)

it("the network tells its time", function()
    local lines, forget = listen "+NITZ"
    local before = os.time()
    device.clock(1795655287)
    assert.is_true(os.time() - 1795655287 < 60)
    eventually(function() return lines[1] end, "the time")
    assert.truthy(lines[1]:find "^%+NITZ: 26/11/26,01:0[89]:%d%d%+32,0$", lines[1])
    assert.truthy(select(2, ask "AT+CCLK?"):find '^%+CCLK: "26/11/26,09:0[89]:%d%d%+32"$')
    assert.is_true(ask "AT+CTZU=0")
    device.clock(0)
    assert.is_true(os.time() > 1795655000)
    assert.is_true(ask "AT+CTZU=1")
    device.clock(before)
    forget()
end)

it("there is no service behind a code", function()
    local lines, forget = listen "+CUSD"
    assert.is_true(ask 'AT+CUSD=1,"*101#",15')
    eventually(function() return lines[1] end, "the refusal")
    assert.equal("+CUSD: 4", lines[1])
    forget()
end)

it("what is asked for and what is set", function()
    for command, text in pairs {
        ["AT+COPS?"] = '+COPS: 0,2,"46000",7',
        ["AT+CGACT?"] = "+CGACT: 1,1\r\n\r\n+CGACT: 5,1\r\n",
        ["AT+CPBS?"] = '+CPBS: "SM",0,100',
        ["AT+CSCA?"] = '+CSCA: "+8613800100500",145',
        ["AT+CNUM"] = '+CNUM: "","+8613000000000",145\r\n',
    } do
        local lines = {}
        local stop = device.on("at", function(line, way)
            lines[#lines + 1] = way == "received" and line or nil
        end)
        assert.is_true(ask(command))
        eventually(function() return lines[#lines] == "OK" end, "the end of the answer to " .. command)
        stop()
        local answer = table.concat(lines, "\r\n\r\n")
        assert.truthy(answer:find((text:gsub("[\r\n]*$", "")), 1, true), answer)
    end
    for _, command in ipairs { "ATX4", "ATS7=60", "AT+SETVOLTE=1", "AT+AUDREC=1,0,2,0,50000", "AT+CACCP=5,1,0,1",
        "AT+CMIC=2,15", "AT+AUDCH=1", "AT+CGATT=1", "AT+CGACT=1,5", 'AT+CGDCONT=5,"IPV4V6","cmnet"',
        'AT+CPNETAPN=2,"apn","","",0', "AT+CDNSCFG=1.1.1.1,8.8.8.8", "AT+RNDISCALL=0,1", "AT+WAKETIM=1",
        "AT*RTIME=2", "AT+CNETLIGHT=0", "AT*EXINFO?", "AT*BAND?", "AT+MEDCR=0,8,1", "AT+EEMOPT=1" } do
        assert.is_true(ask(command), command)
    end
    ask 'AT+CGDCONT=5,"IP","cmnet"'
end)
