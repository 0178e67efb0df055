--- Rounds of the modules that talk to servers; see `module_rounds.lua`.
return {
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
}
