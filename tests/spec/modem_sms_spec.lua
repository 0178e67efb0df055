--- Text messages at the AT port, through `ril`: what comes is what Gammu sends or reads, another implementation.
require "luatos"
local ril = require "ril"
require "sys"
local json = require "json"
local board = require "board"
local eventually = require("peer").eventually
local runner = require "runner"

local SMS = "/usr/bin/python3 tests/support/sms.py"

--- Sends a command; returns its result and its text.
local function ask(command, text)
    local answer
    ril.request(command, text, function(...) answer = table.pack(...) end)
    eventually(function() return answer end, "an answer to " .. command)
    return answer[2], answer[4]
end

--- What sms.py prints for a text, in lines.
local function gammu(arguments, text)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
    local process = assert(io.popen(("%s %s <%s"):format(SMS, arguments, path)))
    local lines = {}
    for line in process:lines() do
        lines[#lines + 1] = line
    end
    assert(process:close())
    os.remove(path)
    return lines
end

--- Places of the messages that have come since the last call, when there are so many.
local places = {}
local function take_places(count)
    eventually(function() return #places == count end, count .. " messages")
    local taken = places
    places = {}
    return taken
end

--- Reads the messages at places and deletes them; returns what Gammu reads.
local function read(taken)
    local lines = {}
    for index, place in ipairs(taken) do
        local _, text = ask("AT+CMGR=" .. place)
        local length, digits = text:match "^%+CMGR: 0,,(%d+)\r\n(%x+)\r\n$"
        assert(digits, text)
        -- The number of the service centre takes nine octets.
        assert.equal(#digits, 2 * (length + 9))
        lines[index] = digits
        assert.is_true(ask("AT+CMGD=" .. place))
    end
    local messages = gammu("decode", table.concat(lines, "\n") .. "\n")
    for index, message in ipairs(messages) do
        messages[index] = json.decode(message)
    end
    return messages
end

setup(function()
    ril.regRsp("+CPMS", function() end, 2)
    ril.regUrc("+CMTI", function(line) places[#places + 1] = line:match '^%+CMTI: "SM",(%d+)$' end)
    eventually(function() return select(2, ask "AT+CGATT?") == "+CGATT: 1" end, "the network")
    assert.is_true(ask "AT+CMGF=0")
    assert.is_true(ask 'AT+CPMS="SM"')
    assert.is_true(ask "AT+CNMI=2,1,0,0,0")
end)

teardown(function()
    ril.deRegUrc "+CMTI"
    ask "AT+CNMI=2,0"
end)

describe("a message to the device", function()
    it("comes with its sender, its time and its text", function()
        -- 2026-11-26 09:08:07 in China.
        local time = 1795655287
        for _, case in ipairs {
            { "+8613800000000", "hello @£$ {[€]}" },
            { "10086", "您的验证码是 123456" },
            { "Bank", "emoji 😀 and\nlines" },
            { "+8613800000000", ("x"):rep(160) },
            { "+8613800000000", ("中"):rep(70) },
        } do
            board.sms(case[1], case[2], time)
            assert.same({ { case[1], "2026-11-26 09:08:07", -1, 0, case[2] } }, read(take_places(1)))
        end
    end)

    it("comes in parts if it is long", function()
        for _, case in ipairs { { ("hello {"):rep(60), 4 }, { ("一条很长的消息😀"):rep(50), 7 } } do
            board.sms("+8613800000000", case[1])
            local text = ""
            for index, part in ipairs(read(take_places(case[2]))) do
                assert.same({ index, case[2] }, { part[3], part[4] })
                text = text .. part[5]
            end
            assert.equal(case[1], text)
        end
    end)

    it("may be any that a network has", function()
        local parts = gammu("deliver 10086", ("你好"):rep(50))
        assert.equal(2, #parts)
        -- The second comes first.
        for index = 2, 1, -1 do
            board.pdu((parts[index]:sub(7):gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end)))
        end
        local taken = take_places(2)
        for index, place in ipairs(taken) do
            local _, text = ask("AT+CMGR=" .. place)
            assert.equal(parts[3 - index]:sub(7), text:match "0891683108100005F0(%x+)\r\n$")
            ask("AT+CMGD=" .. place)
        end
        local ok, problem = pcall(board.pdu, "\1")
        assert.is_false(ok)
        assert.truthy(tostring(problem):find("an SMS-DELIVER expected: a message of another kind", 1, true), problem)
    end)

    it("has a sender that messages can have", function()
        for _, from in ipairs { "", "+", "a name that is too long", "中国移动" } do
            local ok, problem = pcall(board.sms, from, "text")
            assert.is_false(ok)
            assert.truthy(tostring(problem):find("sms: from: up to 20 digits", 1, true), problem)
        end
        local ok, problem = pcall(board.sms, "1", ("x"):rep(255 * 153 + 1))
        assert.is_false(ok)
        assert.truthy(tostring(problem):find("up to 255 parts expected, got 256", 1, true), problem)
    end)
end)

describe("the store", function()
    it("is full at fifty, says so, and takes the rest when there is room", function()
        local full = 0
        ril.regUrc("+CIEV", function(line) full = full + (line:find "SMSFULL" and 1 or 0) end)
        -- A text that needs more parts than there is room for.
        board.sms("1", ("x"):rep(153 * 52))
        eventually(function() return full == 1 end, "a full store")
        assert.equal(50, #take_places(50))
        assert.equal('+CPMS: "SM",50,50,"SM",50,50,"SM",50,50', select(2, ask "AT+CPMS?") or "")
        assert.is_true(ask "AT+CMGD=1,4")
        take_places(2)
        ril.deRegUrc "+CIEV"
        ask "AT+CMGD=1,4"
    end)

    it("has no other places, and an empty one is empty", function()
        assert.same({ n = 2, true }, table.pack(ask "AT+CMGR=1"))
        assert.is_false(ask "AT+CMGR=51")
    end)
end)

describe("a message from the device", function()
    it("that is none is refused", function()
        assert.is_false(ask("AT+CMGS=9", "hello"))
        assert.is_false(ask("AT+CMGS=5", "000100028101000000"))
    end)

    it("is shown whole with its number, whoever has made its parts", function()
        local script = [[
            PROJECT, VERSION = "sms", "1.0.0"
            local sys, ril, net = require "sys", require "ril", require "net"
            local parts = { %s }
            sys.taskInit(function()
                sys.waitUntil("NET_STATE_REGISTERED")
                for _, part in ipairs(parts) do
                    local command = ("AT+CMGS=%%d"):format(#part / 2 - 3)
                    ril.request(command, part, function(_, ok, _, text) print(ok, text) end)
                end
            end)
            sys.init(0, 0)
            sys.run()
        ]]
        local texts = { "hello {}", "你好😀", ("一二三四五六七"):rep(20) }
        local all, expected = {}, {}
        for index, text in ipairs(texts) do
            for _, part in ipairs(gammu("submit +861380000000" .. index, text)) do
                all[#all + 1] = ("%q"):format(part)
                expected[#expected + 1] = "true +CMGS: " .. #all
            end
        end
        assert.equal(5, #all)
        local output = runner.run(script:format(table.concat(all, ",")), "--trace")
        for _, line in ipairs(expected) do
            assert.truthy(output:find(line, 1, true), output)
        end
        for index, text in ipairs(texts) do
            local line = ('to +861380000000%d: "%s"\n'):format(index, text)
            local _, last = output:find(line, 1, true)
            assert.truthy(last, output)
            assert.falsy(output:find(line, last, true), output)
        end
    end)
end)

it("what the script reads is shown and can be listened to", function()
    local device = require("luatos").device
    local heard = {}
    local forget = device.on("sms_read", function(...) heard[#heard + 1] = table.concat({ ... }, "|") end)
    for index, text in ipairs { "早", ("x"):rep(200) } do
        board.sms("10086", text)
        for _, place in ipairs(take_places(index)) do
            ask("AT+CMGR=" .. place)
            ask("AT+CMGD=" .. place)
        end
    end
    eventually(function() return #heard == 3 end, "three messages")
    forget()
    assert.same({ "10086|早|1|1", "10086|" .. ("x"):rep(153) .. "|1|2", "10086|" .. ("x"):rep(47) .. "|2|2" }, heard)
end)

it("a message is stored and sent later", function()
    local digits = gammu("submit 10086", "later")[1]
    local sent
    local device = require("luatos").device
    local forget = device.on("sms", function(to, text) sent = to .. " " .. text end)
    -- ril answers the prompt of AT+CMGS alone.
    uart.write(uart.ATC, ("AT+CMGW=%d\r"):format(#digits / 2 - 3))
    assert.equal("\r\n> ", uart.read(uart.ATC, 1000))
    uart.write(uart.ATC, digits, "\26")
    assert.equal("\r\n+CMGW: 1\r\n\r\nOK\r\n", uart.read(uart.ATC, 1000))
    assert.is_nil(sent)
    assert.is_true(ask "AT+CMSS=1")
    eventually(function() return sent end, "the message")
    assert.equal("10086 later", sent)
    assert.is_true(ask "AT+CMGD=1")
    assert.is_false(ask "AT+CMSS=1")
    forget()
end)

it("readiness is told once, calls first", function()
    local output = runner.run [[
        PROJECT, VERSION = "ready", "1.0.0"
        local sys, ril = require "sys", require "ril"
        for _, what in ipairs { "CALL READY", "SMS READY" } do
            ril.regUrc(what, print)
        end
        sys.init(0, 0)
        sys.run()
    ]]
    assert.truthy(output:find "CALL READY CALL READY\nSMS READY SMS READY\n$", output)
end)
