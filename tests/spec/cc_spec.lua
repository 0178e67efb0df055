--- `cc`: calls that come and calls that a script makes.
local outside = require "outside"

--- Prints what `cc` publishes.
local PRINT = [[
require "cc"
for _, event in ipairs { "CALL_INCOMING", "CALL_CONNECTED", "CALL_DISCONNECTED", "CALL_DTMF_DETECT" } do
    sys.subscribe(event, function(what) print(event, what) end)
end
]]

--- Runs a script beside a scenario that begins once the modem can make calls.
local function run(script, scenario, options)
    return outside.run(PRINT .. script, "sys.waitUntil('CALL_READY', 10000)\n" .. scenario,
        "--modem register_after=200 " .. (options or ""))
end

it("a call comes, is answered, and ends where the other side hangs up", function()
    assert.equal([[
CALL_INCOMING 13800000000
4
answered 13800000000
CALL_CONNECTED 13800000000
0 true
CALL_DISCONNECTED NO CARRIER
99 false
]], run("", [[
        device.on("answer", function(number) print("answered", number) end)
        device.call "13800000000"
        sys.waitUntil("CALL_INCOMING", 10000)
        print(cc.getState "13800000000")
        sys.wait(5)
        cc.accept "13800000000"
        sys.waitUntil("CALL_CONNECTED", 10000)
        print(cc.getState "13800000000", cc.anyCallExist())
        device.hang_up()
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        print(cc.getState "13800000000", cc.anyCallExist())
        sys.wait(5)
    ]]))
end)

it("a call is made, rings, is answered, has keys both ways, and is hung up", function()
    assert.equal([[
true 2 true
called 10086
CALL_CONNECTED 10086
keys 12#
CALL_DTMF_DETECT 9
CALL_DTMF_DETECT *
98
hung up 10086
CALL_DISCONNECTED CHUP
]], run("", [[
        device.on("call", function(number) print("called", number) end)
        device.on("dtmf", function(keys) print("keys", keys) end)
        device.on("hang_up", function(number) print("hung up", number) end)
        cc.dtmfDetect(true)
        print(cc.dial(10086), cc.getState "10086", cc.anyCallExist())
        device.wait("call", 10000)
        device.pick_up()
        sys.waitUntil("CALL_CONNECTED", 10000)
        cc.sendDtmf "12#"
        device.wait("dtmf", 10000)
        device.dtmf "9*"
        sys.waitUntil("CALL_DTMF_DETECT", 10000)
        sys.waitUntil("CALL_DTMF_DETECT", 10000)
        cc.hangUp "10086"
        print(cc.getState "10086")
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        sys.wait(5)
    ]]))
end)

it("a call that is refused, and one that cannot be made", function()
    assert.equal("CALL_INCOMING \nCALL_DISCONNECTED CHUP\nCALL_DISCONNECTED NO CARRIER\n", run("", [[
        device.call()
        sys.waitUntil("CALL_INCOMING", 10000)
        cc.hangUp ""
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        device.network(false)
        cc.dial "10086"
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        sys.wait(5)
    ]]))
end)

it("who calls again at once is heard", function()
    assert.equal("CALL_INCOMING 10086\nCALL_INCOMING 10086\nCALL_CONNECTED 10086\nCALL_DISCONNECTED CHUP\n", run("", [[
        device.call "10086"
        sys.waitUntil("CALL_INCOMING", 10000)
        cc.hangUp "10086"
        device.call "10086"
        sys.waitUntil("CALL_INCOMING", 10000)
        cc.accept "10086"
        sys.waitUntil("CALL_CONNECTED", 10000)
        cc.hangUp "10086"
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        sys.wait(5)
    ]]))
end)

it("who calls during a call is refused, and the call goes on", function()
    assert.equal([[
CALL_INCOMING 1
CALL_CONNECTED 1
refused 2
0
CALL_DISCONNECTED NO CARRIER
]], run("", [[
        device.call "1"
        sys.waitUntil("CALL_INCOMING", 10000)
        cc.accept "1"
        sys.waitUntil("CALL_CONNECTED", 10000)
        device.on("hang_up", function(number) print("refused", number) end)
        device.call "2"
        device.wait("hang_up", 10000)
        sys.wait(20)
        print(cc.getState "1")
        device.hang_up()
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        sys.wait(5)
    ]]))
end)

it("a voice is played to the other side", function()
    assert.equal("true true false false\n15 #!AMR\n<0123456789x\n", (run([[
        print(cc.transVoice("<0123456789"), cc.transVoice("#!AMR\n<0123456789x", true, true), cc.transVoice "RIFF",
            cc.transVoice "")
        local file = io.open "/RecDir/rec000"
        local voice = file:read "*a"
        file:close()
        print(#voice - 3, voice)
    ]], ""):gsub("%[E%][^\n]+\n", "")))
end)

it("a call is hung up under another form of its number, too", function()
    assert.equal([[
CALL_INCOMING +8613800000000
refused +8613800000000
CALL_DISCONNECTED CHUP
false
]], run("", [[
        device.on("hang_up", function(number) print("refused", number) end)
        device.call "+8613800000000"
        sys.waitUntil("CALL_INCOMING", 10000)
        cc.hangUp "13800000000"
        sys.waitUntil("CALL_DISCONNECTED", 10000)
        print(cc.anyCallExist())
        sys.wait(5)
    ]]))
end)

it("errors name function, argument and value", function()
    assert.equal([[
false false
cc.dial: num: telephone number of up to 20 digits as a string, such as "+8613800000000", expected, got "a name"
cc.hangUp: num: string expected, got nil
cc.transVoice: data: string expected, got nil
false
]], (run([[
        local function fails(...) print((select(2, pcall(...)):gsub("^[^ ]-:%d+: ", ""))) end
        print(cc.dial "", (cc.dial(nil)))
        fails(cc.dial, "a name")
        fails(cc.hangUp)
        cc.accept(nil)
        fails(cc.transVoice)
        print(cc.sendDtmf "12x")
    ]], ""):gsub("%[E%][^\n]+\n", "")))
end)
