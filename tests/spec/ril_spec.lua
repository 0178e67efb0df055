--- `ril`: the AT channel, its queue, kinds of answers and failures.
require "luatos"
require "sys"
local ril = require "ril"
local modem = require "modem"
local runner = require "runner"
local project = require "project"
local eventually = require("peer").eventually
local printed = require "printed"

--- Waits for the answer of a command.
local function ask(command, text)
    local answer
    ril.request(command, text, function(...) answer = table.pack(...) end)
    eventually(function() return answer end, "an answer to " .. command)
    return answer
end

--- The answer if these lines come instead of the modem's.
local function answered(command, ...)
    local answer
    ril.request(command, nil, function(...) answer = table.pack(...) end)
    modem.says(...)
    eventually(function() return answer end, "an answer to " .. command)
    -- The modem's own answer comes after it and belongs to no command.
    ask "AT+CIND?"
    return answer
end

setup(function()
    -- Before this, the queue may hold commands that other modules sent at their start.
    ask "AT+CIND?"
end)

describe("an answer", function()
    it("of digits", function()
        assert.same({ "AT+CGSN", true, "OK", "001", n = 4 }, answered("AT+CGSN", "001", "OK"))
    end)

    it("of one line: a second one is unasked for", function()
        local unasked = {}
        ril.regUrc("+CSQ", function(line) unasked[#unasked + 1] = line end)
        assert.same({ "AT+CSQ", true, "OK", "+CSQ: 1,2", n = 4 }, answered("AT+CSQ", "+CSQ: 1,2", "+CSQ: 3,4", "OK"))
        assert.equal("+CSQ: 3,4", unasked[1])
        ril.deRegUrc "+CSQ"
    end)

    it("of several lines", function()
        local answer = answered("AT+CPBR=1,2", "+CPBR: 1", "second", "OK")
        assert.equal("+CPBR: 1\r\nsecond", answer[4])
    end)

    it("of several lines keeps blank ones", function()
        local answer = answered("AT+CLCC", "+CLCC: 1", "", "+CLCC: 2", "", "OK")
        assert.equal("+CLCC: 1\r\n\r\n+CLCC: 2\r\n", answer[4])
    end)

    it("of any text, and of a format", function()
        assert.equal("it is", answered("AT+WISN?", "it is", "OK")[4])
        assert.is_true(ril.regRsp("+FORM", print, 4, "^%d%d$"))
        assert.equal("12", answered("AT+FORM", "1", "12", "OK")[4])
    end)

    it("that is an error has no details", function()
        for _, line in ipairs { "ERROR", "+CME ERROR: 10", "+CMS ERROR: 500" } do
            assert.same({ "AT+CSQ", false, "ERROR", nil, n = 4 }, answered("AT+CSQ", line))
        end
        assert.same({ "AT+CSQ", false, "NO ANSWER", nil, n = 4 }, answered("AT+CSQ", "NO ANSWER"))
        assert.same({ "AT+CSQ", true, "SHUT OK", nil, n = 4 }, answered("AT+CSQ", "SHUT OK"))
    end)

    it("goes to the registered handler where the request has none", function()
        local seen
        assert.is_true(ril.regRsp("+HANDLED", function(...) seen = table.pack(...) end))
        ril.request "AT+HANDLED=1"
        eventually(function() return seen end)
        assert.same({ "AT+HANDLED=1", true, "OK", nil, n = 4 }, seen)
    end)
end)

describe("a request", function()
    it("that is no AT command is logged and dropped", function()
        for _, wrong in ipairs { "hello", "AT", 5, {} } do
            local output = printed(function() ril.request(wrong) end)
            assert.truthy(output:find("[E]-[ril.request] AT command expected", 1, true), output)
        end
        assert.is_true(ask("AT+CIND?")[2])
    end)

    it("asks for a text and gets it", function()
        local output = printed(function() ril.request "AT+CMGS=8" end)
        assert.truthy(output:find("AT+CMGS=8 needs a text", 1, true), output)
        eventually(function() return ask("AT+CGATT?")[4] == "+CGATT: 1" end, "the network")
        -- An empty message to 10.
        local answer = ask("AT+CMGS=8", "000100028101000000")
        assert.is_true(answer[2])
        assert.truthy(answer[4]:find "^%+CMGS: %d+$")
    end)

    it("whose handler fails does not stop the next", function()
        local output = printed(function()
            ril.request("AT+CSQ", nil, function() error "in the handler" end)
            assert.is_true(ask("AT+CIND?")[2])
        end)
        assert.truthy(output:find("in the handler", 1, true), output)
        assert.truthy(output:find("ril_spec.lua", 1, true), output)
    end)

    it("whose handler waits does not stop the loop", function()
        local order = {}
        ril.request("AT+CSQ", nil, function()
            ask "AT+CIND?"
            order[#order + 1] = "inner"
        end)
        eventually(function() return order[1] end)
        assert.same({ "inner" }, order)
    end)
end)

it("an unasked line may be followed by more for a filter", function()
    local lines = {}
    ril.regUrc("+NEXT", function(line, prefix)
        lines[#lines + 1] = prefix .. "|" .. line
        return function(following)
            lines[#lines + 1] = following
            return ""
        end
    end)
    modem.says("+NEXT: 1", "what follows")
    eventually(function() return lines[2] end)
    assert.same({ "+NEXT|+NEXT: 1", "what follows\r\n" }, lines)
    ril.deRegUrc "+NEXT"
end)

it("an observer sees each line, after it was handled", function()
    local order = {}
    ril.setrilcb(function(line) order[#order + 1] = line end)
    ril.request("AT+CSQ", nil, function() order[#order + 1] = "handler" end)
    eventually(function() return order[#order] == "OK\r\n" end)
    ril.setrilcb(nil)
    assert.equal("handler", order[#order - 1])
    assert.truthy(table.concat(order, "|"):match("%+CSQ: %d+,99\r\n"))
end)

it("transparent mode hands on everything and takes raw data only", function()
    local received = ""
    assert.is_nil(ril.sendtransparentdata "AT+CSQ\r")
    ril.setransparentmode(function(data) received = received .. data end)
    ril.request("AT+CSQ", nil, function() received = "not ignored" end)
    assert.is_true(ril.sendtransparentdata "AT+CIND?\r")
    eventually(function() return received ~= "" end)
    ril.setransparentmode(nil)
    assert.equal("\r\nOK\r\n", received)
end)

it("nothing is sent before the modem is ready, and the main chunk ends first", function()
    local output = runner.run([[
        require "sys" local ril = require "ril"
        ril.request("AT+FIRST", nil, function(...) print("answer", ...) end)
        print "main ends"
        sys.run()
    ]], "--trace")
    local ready, first = output:find("at: < RDY", 1, true), output:find("at: > ATE0", 1, true)
    assert.truthy(ready and first and ready < first, output)
    -- Its own two commands come before the script's.
    assert.truthy(output:find("at: > ATE0.*at: > AT%+CMEE=0.*at: > AT%+FIRST"), output)
    assert.truthy(output:find("main ends\n.*answer AT%+FIRST true OK nil\n"), output)
end)

it("our modules speak to the modem through the ril that the project brings", function()
    project.with({
        ["ril.lua"] = [[
            module(..., package.seeall)
            function request(command) print("asked", command) end
            function regUrc() end
            deRegUrc, regRsp = regUrc, regUrc
        ]],
        ["main.lua"] = [[
            PROJECT, VERSION = "mixed", "1.0.0"
            require "socket4G"
            require "sim"
            require("pb").read(1, print)
            sys.timerStart(os.exit, 100, 0)
            sys.init(0, 0)
            sys.run()
        ]],
    }, function(this)
        local output = this.luatos "--trace=at @/main.lua"
        assert.matches('asked%s+AT%+CPBR=1', output)
        assert.not_matches("at: > ", output)
    end)
end)
