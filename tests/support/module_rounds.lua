--- What each LuatOS module is for, as one round of work that can be repeated.
--
-- An entry has these fields:
--   name          the module, which the script requires, and perhaps what of it
--   round         Lua text that does the work once, in a task, and raises an error where it does not come out; a local
--                 `n` counts the rounds
--   prepare       Lua text that runs once, in the task, before the first round
--   options       for `luatos`
-- `device` is the door. `$NAME` in a text is the port of the server NAME of `round_peers.lua`. `waits(event)` returns a
-- function that waits for the next `sys.publish(event, …)` after its making and returns the values; with a second
-- argument for one whose first value that is.
local module_rounds = {}

local list = {
    {
        name = "socket",
        options = "--speed 20",
        round = [[
            for kind, client in pairs { tcp = socket.tcp(), udp = socket.udp(), tls = socket.tcp(true) } do
                local port = ({ tcp = $tcp, udp = $udp, tls = $tls })[kind]
                assert(client:connect("127.0.0.1", port), kind)
                assert(client:send("round " .. n))
                local ok, data = client:recv(200000)
                assert(ok and data == "round " .. n, data)
                client:close()
            end
            local client = socket.tcp()
            assert(client:connect("127.0.0.1", $once))
            local came
            client:setRcvProc(function(read, id, count) came = read(id, count) end)
            assert(client:asyncSend "later")
            assert(not client:asyncSelect(60))
            assert(came == "later", came)
            client:close()
        ]],
    },
    {
        name = "socket that fails",
        options = "--speed 20",
        round = [[
            local client = socket.tcp()
            assert(not client:connect("127.0.0.1", 1))
            client:close()
            client = socket.tcp(true)
            assert(not client:connect("127.0.0.1", $once, 200000))
            client:close()
            client = socket.tcp()
            assert(client:connect("127.0.0.1", $tcp))
            assert(not client:recv(2))
            device.reset_connections()
            assert(not client:recv(200000))
            client:close()
        ]],
    },
    {
        name = "socket without a network",
        options = "--speed 20",
        round = [[
            local client, answered = socket.tcp(), waits "ANSWERED"
            assert(client:connect("127.0.0.1", $tcp))
            local connected, over = waits "CONNECTED", waits "OVER"
            sys.taskInit(function()
                local broker = mqtt.client("rounds", 60)
                sys.publish("CONNECTED", broker:connect("127.0.0.1", $mqtt))
                sys.publish("OVER", broker:receive(200000))
                broker:disconnect()
            end)
            assert(connected() == true)
            http.request("GET", "http://127.0.0.1:$silent/", nil, nil, nil, 200000,
                function(...) sys.publish("ANSWERED", ...) end)
            sys.wait(5)
            local ready = waits "IP_READY_IND"
            device.network(false)
            assert(not client:recv(200000))
            assert(over() == false)
            assert(answered() == false)
            client:close()
            device.network(true)
            ready()
        ]],
        prepare = 'require "http" require "mqtt"',
    },
    {
        name = "http",
        prepare = [[
            local file = io.open("/up.txt", "wb")
            file:write(("up"):rep(2000))
            file:close()
        ]],
        round = [[
            local function ask(...)
                local answered = waits "ANSWERED"
                local arguments = table.pack(...)
                arguments[7] = function(...) sys.publish("ANSWERED", ...) end
                http.request(table.unpack(arguments, 1, 8))
                local ok, status, _, body = answered()
                assert(ok and status == "200", status)
                return body
            end
            local url = "http://127.0.0.1:$http/"
            assert(#ask("GET", url) == 1400)
            assert(ask("POST", url, nil, nil, "posted") == "posted")
            assert(#ask("POST", url, nil, nil, { { file = "/up.txt" } }) == 4000)
            os.remove "/down.txt"
            local path = ask("GET", url, nil, nil, nil, nil, nil, "/down.txt")
            assert(io.fileSize(path) == 1400, io.fileSize(path))
        ]],
    },
    {
        name = "http that fails",
        options = "--speed 20",
        round = [[
            for address, status in pairs { ["127.0.0.1:1"] = false, ["127.0.0.1:$once"] = false, [":"] = false } do
                local answered = waits "ANSWERED"
                http.request("GET", "http://" .. address .. "/", nil, nil, nil, 200000,
                    function(...) sys.publish("ANSWERED", ...) end)
                assert(answered() == status)
            end
        ]],
    },
    {
        name = "mqtt",
        round = [[
            local client = mqtt.client("rounds", 60)
            assert(client:connect("127.0.0.1", $mqtt))
            for qos = 0, 2 do
                assert(client:subscribe("/rounds/" .. qos, qos))
                assert(client:publish("/rounds/" .. qos, "payload " .. n, qos))
                local ok, packet = client:receive(200000)
                assert(ok and packet.payload == "payload " .. n, packet)
            end
            client:disconnect()
        ]],
    },
    {
        name = "mqtt that fails",
        options = "--speed 20",
        round = [[
            local client = mqtt.client("fails", 60)
            assert(not client:connect("127.0.0.1", 1))
            client:disconnect()
            assert(not client:connect("127.0.0.1", $once))
            client:disconnect()
            assert(client:connect("127.0.0.1", $mqtt))
            device.reset_connections()
            assert(not client:publish("/t", "x", 2))
            assert(not client:receive(200000))
            client:disconnect()
        ]],
    },
    {
        name = "ntp",
        options = "--connect-to ::127.0.0.1:$time",
        round = [[
            local done = waits "DONE"
            ntp.timeSync(nil, function(_, ok) sys.publish("DONE", ok) end)
            assert(done() == true)
        ]],
    },
    {
        name = "ftp",
        options = "--speed 20",
        prepare = [[
            local file = io.open("/up.txt", "wb")
            file:write(("up"):rep(2000))
            file:close()
        ]],
        round = [[
            assert(ftp.login("PASV", "127.0.0.1", $ftp, "user", "secret", 200000) == "200")
            assert(ftp.upload("/there.txt", "/up.txt", 200000) == "200")
            assert(ftp.download("/there.txt", "/down.txt", 200000) == "200")
            assert(io.fileSize "/down.txt" == 4000)
            assert(ftp.deletefile("/there.txt", 200000) == "250")
            ftp.close()
        ]],
    },
    {
        name = "lbsLoc",
        round = [[
            local found = waits "FOUND"
            lbsLoc.request(function(...) sys.publish("FOUND", ...) end, nil, 200000, "key", "127.0.0.1", $place)
            local result, latitude = found()
            assert(result == 0 and latitude == "031.2425864", latitude)
        ]],
    },
    {
        name = "errDump",
        prepare = 'errDump.request("udp://127.0.0.1:$reports", 1)',
        round = [[
            local path = "/lib_err.txt"
            assert(errDump.appendErr("fault " .. n))
            assert(io.exists(path))
            for _ = 1, 2000 do
                if not io.exists(path) then break end
                sys.wait(10)
            end
            assert(not io.exists(path), "not reported")
        ]],
    },
    {
        name = "errDump by HTTP",
        prepare = 'errDump.request("http://127.0.0.1:$http/", 1)',
        round = [[
            local path = "/lib_err.txt"
            assert(errDump.appendErr("fault " .. n))
            for _ = 1, 2000 do
                if not io.exists(path) then break end
                sys.wait(10)
            end
            assert(not io.exists(path), "not reported")
        ]],
    },
    {
        name = "update",
        round = [[
            local done = waits "DONE"
            update.request(function(ok) sys.publish("DONE", ok) end, "http://127.0.0.1:$update/firmware")
            assert(done() == true)
        ]],
    },
    {
        name = "aLiYun",
        options = "--speed 20",
        prepare = [[
            local function name() return "name" end
            aLiYun.setConnectMode("direct", "127.0.0.1", $cloud)
            aLiYun.on("connect", function(ok) sys.publish("CONNECTED", ok) end)
            aLiYun.on("receive", function(...) sys.publish("RECEIVED", ...) end)
            aLiYun.setup("key", nil, name, name)
        ]],
        round = [[
            local connected = waits("CONNECTED", true)
            aLiYun.wakeup()
            assert(connected() == true)
            local received, published = waits "RECEIVED", waits "PUBLISHED"
            aLiYun.subscribe("/get", 0)
            aLiYun.publish("/put", "payload", 1, function(ok) sys.publish("PUBLISHED", ok) end)
            assert(published() == true)
            local topic, _, payload = received()
            assert(topic == "/get" and payload == "answer", payload)
            aLiYun.sleep()
        ]],
    },
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

--- The part of every script before its rounds.
local BEGIN = [[
PROJECT, VERSION, PRODUCT_KEY, LOG_LEVEL = "ROUNDS", "1.0.0", "key", 0
local sys = require "sys"
require "log"
local socket = require "socket"
require "%s"
local device = require("luatos").device

local function waits(event, wanted)
    local values
    local function take(...)
        if wanted == nil or wanted == (...) then
            values = values or table.pack(...)
            sys.publish(event .. "_TAKEN")
        end
    end
    sys.subscribe(event, take)
    return function()
        while not values do
            assert(sys.waitUntil(event .. "_TAKEN", 200000), "no " .. event)
        end
        sys.unsubscribe(event, take)
        return table.unpack(values, 1, values.n)
    end
end
]]

--- Entries by name, and their names in order.
module_rounds.names, module_rounds.by_name = {}, {}
for index, entry in ipairs(list) do
    module_rounds.names[index], module_rounds.by_name[entry.name] = entry.name, entry
end

--- The text of a main script, and options for `luatos`.
-- @string name of the entry
-- @tab ports of the servers by name
-- @string body Lua text of the task, after the network has come; it calls `round(n)`
function module_rounds.script(name, ports, body)
    local entry = module_rounds.by_name[name]
    local function fill(text)
        return ((text or ""):gsub("%$(%a+)", function(peer) return ports[peer] or error("no server " .. peer) end))
    end
    local script = table.concat({
        BEGIN:format(name:match "^%S+"),
        "sys.taskInit(function() local ok, problem = xpcall(function()",
        "for _ = 1, 1000 do if socket.isReady() then break end sys.wait(20) end",
        fill(entry.prepare),
        "local function round(n)",
        fill(entry.round),
        "end",
        body,
        "end, debug.traceback)",
        "if not ok then print(problem) end",
        "os.exit(ok and 0 or 1)",
        "end)",
        "sys.init(0, 0)",
        "sys.run()",
    }, "\n")
    return script, "--modem register_after=0 " .. fill(entry.options)
end

return module_rounds
