--- `sms`: text messages that a script sends and gets.
local outside = require "outside"

--- Runs a script with `sms` and UTF-8 beside a scenario that begins once messages can pass.
local function run(script, scenario, options)
    return outside.run('require "sms"\n' .. script,
        "if not sms.getsmsstate() then sys.waitUntil('SMS_READY', 10000) end\n" .. scenario,
        "--lib-version 2.4.3 " .. (options or ""))
end

--- A script that prints what comes.
local PRINT = [[
    sms.setNewSmsCb(function(from, text, time) print(from, #text, text, time) end)
]]

describe("a message that comes", function()
    it("is given to the callback and removed from the card", function()
        local output, status = run(PRINT, [[
            device.sms("+8613800000000", "您好 hello", 1795655287)
            device.sms("10086", "a", 1795655287)
            device.sms("Bank", "€ {}", 1795655287)
            for _ = 1, 3 do sys.waitUntil("SMS_DELETE_CNF", 10000) end
            ril.request("AT+CPMS?", nil, function(_, ok) sys.publish("DONE", ok) end)
            sys.waitUntil("DONE", 10000)
            assert(#device.state().messages.stored == 0)
        ]])
        assert.equal("13800000000 12 您好 hello 26/11/26,09:08:07+32\n10086 1 a 26/11/26,09:08:07+32\n"
            .. "Bank 6 € {} 26/11/26,09:08:07+32\n", output)
        assert.equal(0, status)
    end)

    it("may be long, with characters that are cut in two by its parts", function()
        local output = run([[
            sms.setNewSmsCb(function(from, text) print(from, text == ("一条很长的消息😀"):rep(50)) end)
        ]], [[
            device.sms("+8613800000000", ("一条很长的消息😀"):rep(50))
            for _ = 1, 7 do sys.waitUntil("SMS_DELETE_CNF", 10000) end
        ]])
        assert.equal("13800000000 true\n", output)
    end)

    it("is published with the sender's whole number, and each of its parts", function()
        local output = run([[
            sys.subscribe("SMS_READ_CNF", function(_, from, _, _, _, _, total, index)
                print("read", from, total, index)
            end)
            sys.subscribe("LONG_SMS_MERGE", function(from, text, time, name, total, index)
                print("part", from, #text, time, name, total, index)
            end)
            sys.subscribe("LONG_SMS_MERGR_CNF", function(ok, from, text) print("all", ok, from, #text) end)
        ]], [[
            device.sms("+8613800000000", ("x"):rep(161), 1795655287)
            sys.waitUntil("LONG_SMS_MERGR_CNF", 10000)
            sms.setNewSmsCb(function() end)
            sys.waitUntil("SMS_DELETE_CNF", 10000)
        ]])
        assert.equal([[
read +8613800000000 2 1
part 13800000000 612 26/11/26,09:08:07+32  2 1
read +8613800000000 2 2
part 13800000000 32 26/11/26,09:08:07+32  2 2
all true 13800000000 644
]], output)
    end)

    it("comes in a burst, of which none is lost, with more than the card holds", function()
        local output = run([[
            local count, sum = 0, 0
            sms.setNewSmsCb(function(_, text)
                count, sum = count + 1, sum + tonumber(text)
                sys.wait(5)
                if count == 120 then print(count, sum) sys.publish "ALL" end
            end)
        ]], [[
            for number = 1, 120 do device.sms("10086", tostring(number)) end
            sys.waitUntil("ALL", 60000)
        ]], "--timeout 60")
        assert.equal("120 7260\n", output)
    end)

    it("waits for a callback, also where it came before the script was ready", function()
        local output = run("", [[
            device.sms("10086", "early")
            sys.waitUntil("SMS_READ_CNF", 10000)
            sms.setNewSmsCb(function(from, text) print(from, text) end)
            sys.waitUntil("SMS_DELETE_CNF", 10000)
        ]])
        assert.equal("10086 early\n", output)
        output = outside.run("", [[
            device.sms("10086", "before")
            sys.wait(7000)
            require "sms"
            sms.setNewSmsCb(function(from, text) print(from, text) end)
            sys.waitUntil("SMS_DELETE_CNF", 10000)
        ]], "--lib-version 2.4.3")
        assert.equal("10086 before\n", output)
    end)

    it("is in GB2312 for a project of library 2.4.0", function()
        local output = run([[
            require "common"
            sms.setNewSmsCb(function(from, text) print(from, common.gb2312ToUtf8(text), #text) end)
        ]], [[
            device.sms("10086", "您好")
            sys.waitUntil("SMS_DELETE_CNF", 10000)
        ]], "--lib-version 2.4.0")
        assert.equal("10086 您好 4\n", output)
    end)

    it("may have a callback that fails", function()
        local output = run('sms.setNewSmsCb(function(_, text) error("about " .. text) end)', [[
            device.sms("10086", "x")
            sys.waitUntil("SMS_DELETE_CNF", 10000)
        ]])
        assert.truthy(output:find("about x", 1, true), output)
        assert.truthy(output:find("traceback", 1, true), output)
    end)
end)

describe("a message that is sent", function()
    --- A scenario that prints what the device sends, lets the script begin, and waits until so many texts are sent.
    local function sent(count)
        return ([[
            device.on("sms", function(to, text) print("sent", to, text) end)
            sys.publish "GO"
            for _ = 1, %d do sys.waitUntil("SMS_SEND_CNF", 20000) end
            sys.wait(20)
        ]]):format(count)
    end

    it("goes out in order, also before the network is there", function()
        local output = outside.run([[
            require "sms"
            local function note(ok, number, data) print("cb", ok, number, data) end
            sys.subscribe("GO", function()
                print(sms.send("10086", "first", note), sms.send("+8613800000000", "您好😀"), sms.send(1, 3))
            end)
        ]], sent(3), "--lib-version 2.4.3 --modem register_after=300")
        assert.equal("true true true\ncb true 10086 00660069007200730074\nsent 10086 first\n"
            .. "sent +8613800000000 您好😀\nsent 1 3\n", output)
    end)

    it("may be long, and more than the device has room for at once", function()
        local output = run("", [[
            local count = 0
            device.on("sms", function(_, text)
                count = count + 1
                assert(text == tostring(count) .. ("长"):rep(200), text)
            end)
            for number = 1, 25 do sms.send("10086", tostring(number) .. ("长"):rep(200)) end
            for _ = 1, 25 do sys.waitUntil("SMS_SEND_CNF", 20000) end
            sys.wait(20)
            print(count)
        ]])
        assert.equal("25\n", output)
    end)

    it("may go before others", function()
        local output = outside.run([[
            require "sms"
            sys.subscribe("GO", function()
                sms.send("1", "first")
                sms.send("2", "second")
                sms.send("3", "third", nil, 1)
                sms.send("4", "fourth", nil, 99)
            end)
        ]], sent(4), "--lib-version 2.4.3 --modem register_after=300")
        assert.equal("sent 3 third\nsent 1 first\nsent 2 second\nsent 4 fourth\n", output)
    end)

    it("that the network does not take is said to have failed, and the next is sent", function()
        local output = run("", [[
            device.network(false)
            sms.send("10086", "lost", function(ok) print("cb", ok) sys.publish "FAILED" end)
            sys.waitUntil("FAILED", 20000)
            device.network(true)
            sys.waitUntil("NET_STATE_REGISTERED", 20000)
            sms.send("10086", "next", function(ok) print("cb", ok) sys.publish "SENT" end)
            sys.waitUntil("SENT", 20000)
        ]])
        assert.equal("cb false\ncb true\n", output)
    end)

    it("in the other character set is warned of", function()
        local script = 'sys.subscribe("GO", function() sms.send("10086", "您好") end)'
        local output = run(script, sent(1), "--lib-version 2.4.0")
        assert.truthy(output:find("main.lua:4: the text seems to be UTF-8, but is taken as GB2312", 1, true), output)
    end)
end)

it("errors name function, argument and value", function()
    local output = run([[
        local function fails(...) print((select(2, pcall(...)):gsub("^[^ ]-:%d+: ", ""))) end
        fails(sms.send, "a name", "text")
        fails(sms.send, "10086", ("x"):rep(40000))
        fails(sms.send, true, "text")
        fails(sms.send, "10086", "text", "callback")
        fails(sms.setNewSmsCb, 5)
        local function note(ok) print("cb", ok) end
        print(sms.send("", "text", note), sms.send("10086", nil, note), sms.read(0), sms.delete(nil))
    ]], "")
    assert.equal([[
sms.send: telephone number of up to 20 digits expected, got "a name"
sms.send: text of up to 255 parts expected, got 262
sms.send: num: string expected, got true
sms.send: cbFnc: function or nil expected, got "callback"
sms.setNewSmsCb: callback: function or nil expected, got 5
cb false
cb false
false false false false
]], output)
end)
