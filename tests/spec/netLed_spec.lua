--- `netLed` and `led`: changes of the pins; each test runs in a separate process.
local runner = require "runner"

--- Runs `script` and in it the function `test` as a task, which calls `show(what)`.
-- @return table: what the pins did since the last `show`, as "pin=level" for each change; and all
-- that was printed
local function levels(script)
    local output, status = runner.run([[
        require "sys"
        local write, now, log = pio.pin.setval, {}, {}
        function pio.pin.setval(level, pin)
            if now[pin] ~= level then
                now[pin] = level
                log[#log + 1] = pin .. "=" .. level
            end
            return write(level, pin)
        end
        require "netLed"
        require "link"
        function show(what)
            print(what .. ": " .. table.concat(log, " "))
            log = {}
        end
    ]] .. script .. [[
        sys.taskInit(function()
            test()
            print "end"
            os.exit(0)
        end)
        sys.run()
    ]], "--instant --timeout 30")
    assert.equal(0, status, output)
    assert.truthy(output:find "end\n$", output)
    local shown = {}
    for what, text in output:gmatch("([^\n:]+): ([^\n]*)") do
        shown[what] = text
    end
    return shown, output
end

describe("netLed", function()
    it("shows the most important, at once", function()
        local shown, output = levels [[
            netLed.setup(true, 1)
            function test()
                sys.waitUntil("IP_READY_IND", 20000)
                -- On and off times so long that only a change of state shows.
                for _, state in ipairs { "SIMERR", "GSM", "GPRS" } do netLed.updateBlinkTime(state, 20000, 20000) end
                netLed.updateBlinkTime("SCK", 10, 10)
                sys.wait(50) show "attached"
                sys.publish("FLYMODE", true) sys.wait(50) show "flight mode"
                sys.publish("FLYMODE", false) sys.wait(50) show "attached again"
                sys.publish("SOCKET_ACTIVE", true) sys.wait(400) show "connected"
                sys.publish("FLYMODE", true) sys.wait(50) show "connected in flight mode"
                sys.publish("SOCKET_ACTIVE", false) sys.publish("FLYMODE", false) sys.wait(50) show "at last"
            end
        ]]
        assert.truthy(shown.attached:find "1=1$", output)
        assert.equal("1=0", shown["flight mode"], output)
        assert.equal("1=1", shown["attached again"], output)
        assert.truthy(shown.connected:find("1=0 1=1 1=0 1=1", 1, true), output)
        assert.truthy(shown["connected in flight mode"] == "" or
            shown["connected in flight mode"]:find "1=0$", output)
        assert.equal("1=1", shown["at last"], output)
    end)

    it("is dark in flight mode, which comes before a missing card", function()
        local shown, output = levels [[
            netLed.setup(true, 1)
            netLed.updateBlinkTime("SIMERR", 20000, 20000)
            function test()
                sys.waitUntil("IP_READY_IND", 20000)
                sys.publish("SIM_IND", "NIST") sys.wait(50) show "no card"
                sys.publish("FLYMODE", true) sys.wait(50) show "flight mode"
                sys.publish("FLYMODE", false) sys.wait(50) show "no card again"
            end
        ]]
        assert.truthy(shown["no card"]:find "1=1$", output)
        assert.equal("1=0", shown["flight mode"], output)
        assert.equal("1=1", shown["no card again"], output)
    end)

    it("shows LTE on a pin of its own", function()
        local shown, output = levels [[
            netLed.setup(true, 1, 4)
            function test()
                sys.waitUntil("IP_READY_IND", 20000) show "lte"
                sys.publish("NET_UPD_NET_MODE", net.NetMode_GSM) sys.wait(20) show "gsm"
                sys.publish("NET_UPD_NET_MODE", net.NetMode_LTE) sys.wait(20) show "lte again"
                netLed.setup(false) sys.wait(20) show "off"
            end
        ]]
        assert.truthy(shown.lte:find("4=1", 1, true), output)
        assert.truthy(shown.gsm:find("4=0", 1, true), output)
        assert.truthy(shown["lte again"]:find("4=1", 1, true), output)
        assert.truthy(shown.off:find("4=0", 1, true), output)
    end)

    it("ends dark, and begins anew as one", function()
        local shown, output = levels [[
            netLed.updateBlinkTime("GPRS", 20, 20)
            netLed.setup(true, 1)
            netLed.setup(true, 2)
            function test()
                sys.waitUntil("IP_READY_IND", 20000) sys.wait(400) show "on"
                netLed.setup(false) sys.wait(20) show "off"
                sys.wait(100) show "later"
                netLed.setup(true, 3) netLed.setup(false) netLed.setup(true, 3) sys.wait(200) show "again"
            end
        ]]
        assert.truthy(shown.on:find("1=0 1=1 1=0 1=1", 1, true), output)
        assert.is_nil(shown.on:find("2=", 1, true), output)
        assert.truthy(shown.off == "" or shown.off:find "1=0$", output)
        assert.equal("", shown.later, output)
        assert.truthy(shown.again:find("3=1 3=0 3=1", 1, true), output)
        -- One task changes it each 20 ms.
        local _, changes = shown.again:gsub("=", "")
        assert.is_true(changes <= 13, output)
    end)

    it("names the states that it knows", function()
        local output = runner.run 'require "sys" require "netLed" netLed.updateBlinkTime("BLUE", 1, 2)'
        assert.truthy(output:find("[E]-[netLed.updateBlinkTime]", 1, true), output)
        assert.truthy(output:find("GPRS or SCK expected, got BLUE", 1, true), output)
    end)

    it("refuses times that are none", function()
        for _, times in ipairs { '-5, 0', '0, "long"' } do
            local output = runner.run('require "sys" require "netLed" netLed.updateBlinkTime("SCK", ' .. times .. ')')
            assert.truthy(output:find("netLed%.updateBlinkTime: o%l+: nil or 0 to 2147483647 ms"), output)
        end
    end)
end)

it("led blinks as often as it is told", function()
    local shown, output = levels [[
        local pins, led = require "pins", require "led"
        function test()
            local pin = pins.setup(5, 0)
            led.blinkPwm(pin, 5, 5) show "blink"
            led.levelLed(pin, 5, 5, 3, 5) show "level"
            led.levelLed(pin, 5, 5) show "nothing"
            led.breateLed(pin) show "breath"
        end
    ]]
    assert.equal("5=1 5=0", shown.blink, output)
    assert.equal("5=1 5=0 5=1 5=0 5=1 5=0", shown.level, output)
    assert.equal("", shown.nothing, output)
    assert.truthy(shown.breath:find "5=1$", output)
end)
