--- Rounds of the modules that use the device itself; see `module_rounds.lua`.
return {
    {
        name = "sms",
        options = "--speed 20",
        prepare = [[
            sms.setNewSmsCb(function(...) sys.publish("CAME", ...) end)
            while not sms.getsmsstate() do sys.wait(20) end
        ]],
        round = [[
            local came, deleted = waits "CAME", waits "SMS_DELETE_CNF"
            device.sms("+8613800000000", "to the device " .. n)
            local from, text = came()
            assert(from == "13800000000" and text == "to the device " .. n, text)
            deleted()
            local sent, left = waits "SENT", waits "LEFT"
            local stop = device.on("sms", function(to, what) sys.publish("LEFT", to .. what) end)
            assert(sms.send("10086", "from it " .. n, function(ok) sys.publish("SENT", ok) end))
            assert(sent() == true)
            assert(left() == "10086from it " .. n)
            stop()
        ]],
    },
    {
        name = "cc",
        options = "--speed 20",
        prepare = 'if not cc.anyCallExist() then sys.waitUntil("CALL_READY", 5000) end',
        round = [[
            local incoming = waits "CALL_INCOMING"
            device.call "13800000000"
            assert(incoming() == "13800000000")
            local connected = waits "CALL_CONNECTED"
            cc.accept "13800000000"
            connected()
            local gone = waits "CALL_DISCONNECTED"
            device.hang_up()
            gone()
            local dialled = waits "DIALLED"
            local stop = device.on("call", function(number) sys.publish("DIALLED", number) end)
            connected = waits "CALL_CONNECTED"
            assert(cc.dial "10086")
            assert(dialled() == "10086")
            stop()
            device.pick_up()
            connected()
            gone = waits "CALL_DISCONNECTED"
            cc.hangUp "10086"
            gone()
        ]],
    },
    {
        name = "pb",
        prepare = 'sys.wait(100)',
        round = [[
            local read = waits "READ"
            assert(pb.write(1, "name " .. n % 10, "10086"))
            pb.read(1, function(...) sys.publish("READ", ...) end)
            local ok, name, number = read()
            assert(ok and name == "name " .. n % 10 and number == "10086", name)
            local deleted = waits "DELETED"
            pb.delete(1, function(...) sys.publish("DELETED", ...) end)
            assert(deleted() == true)
        ]],
    },
    {
        name = "audio",
        prepare = [[
            local file = io.open("/short.pcm", "wb")
            file:write(("\0"):rep(80))
            file:close()
        ]],
        round = [[
            local over = waits "OVER"
            audio.play(1, "FILE", "/short.pcm", 7, function(result) sys.publish("OVER", result) end)
            assert(over() == 0)
            over = waits "OVER"
            audio.play(1, "TTS", "long", 7, function(result) sys.publish("OVER", result) end)
            local stopped = waits "STOPPED"
            audio.stop(function(result) sys.publish("STOPPED", result) end)
            assert(over() == 5)
            assert(stopped() == 0)
        ]],
    },
    {
        name = "record",
        round = [[
            local over, stopped = waits "OVER", waits "STOPPED"
            record.start(5, function(ok, _, what) sys.publish("OVER", ok, what) end)
            sys.wait(5)
            record.stop(function(result) sys.publish("STOPPED", result) end)
            local ok, what = over()
            assert(ok and what == "END", what)
            assert(stopped() == 0)
            record.delete()
        ]],
    },
    {
        name = "nvm",
        prepare = [[
            local file = io.open("/config.lua", "wb")
            file:write 'module(..., package.seeall)\ncount, names = 1, { a = "x" }\n'
            file:close()
            nvm.init "config.lua"
        ]],
        round = [[
            assert(nvm.set("count", n))
            assert(nvm.get "count" == n)
            assert(nvm.sett("names", "a", "name " .. n))
            assert(nvm.gett("names", "a") == "name " .. n)
        ]],
    },
    {
        name = "common",
        round = [[
            local text = "您好 " .. n
            assert(common.gb2312ToUtf8(common.utf8ToGb2312(text)) == text)
            assert(common.ucs2beToUtf8(common.utf8ToUcs2be(text)) == text)
            assert(common.bcdNumToNum(common.numToBcdNum("1380000" .. n)) == "1380000" .. n)
        ]],
    },
    {
        name = "console",
        prepare = "console.setup(1)",
        round = [[
            local wire, said = device.uart(1), ""
            wire:write("print('answer', " .. n .. ")\n")
            while not said:find("answer\t" .. n .. "\r\n\r\n> ", 1, true) do
                local more = wire:read(5000)
                assert(more and more ~= "", said)
                said = said .. more
            end
        ]],
    },
    {
        name = "powerKey",
        prepare = [[
            powerKey.setup(1000, function() sys.publish("PRESSED", "long") end,
                function() sys.publish("PRESSED", "short") end)
        ]],
        round = [[
            local pressed = waits "PRESSED"
            device.press("POWERKEY", 2)
            assert(pressed() == "short")
        ]],
    },
    {
        name = "wifiScan",
        round = [[
            local over = waits "OVER"
            wifiScan.request(function(...) sys.publish("OVER", ...) end, 5)
            assert(over() == false)
        ]],
    },
    {
        name = "scanCode",
        round = [[
            local over = waits "OVER"
            scanCode.request(function(...) sys.publish("OVER", ...) end, 2)
            assert(over() == false)
        ]],
    },
    {
        name = "wdt",
        round = 'assert(type(wdt) == "table")',
    },
    {
        name = "net",
        round = [[
            local ready, lost = waits "IP_READY_IND", waits "IP_ERROR_IND"
            device.network(false)
            lost()
            device.network(true)
            ready()
            assert(net.getState() == "REGISTERED")
        ]],
    },
    {
        name = "misc",
        round = [[
            assert(misc.getImei():find "^%d+$")
            local set = waits "SET"
            misc.setClock({ year = 2026, month = 11, day = 26, hour = n % 24, min = 5, sec = 5 }, function(_, ok)
                sys.publish("SET", ok)
            end)
            assert(set() == true)
        ]],
    },
    {
        name = "ril",
        round = [[
            local answered = waits "ANSWERED"
            ril.request("AT+CSQ", nil, function(...) sys.publish("ANSWERED", ...) end)
            local _, ok = answered()
            assert(ok == true)
        ]],
    },
}
