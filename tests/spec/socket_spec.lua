--- LuatOS `socket` and `socket4G` against real peers, with faults in between.
require "luatos"
local sys = require "sys"
local socket = require "socket"
local use = debug.getregistry()["luatos.use"]
local host, device = use "native.host", use "native.device"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local runner = require "runner"
local sockets = require "sockets"
local tls = require("servers").tls()

local server = sockets.peer()

local MIB = 1 << 20

local ECHO = "echo(sock)"

setup(function()
    peer.eventually(socket.isReady, "the network")
end)

--- Runs a function in a task and waits for its end.
-- @return its results
local function in_task(body)
    local results
    sys.taskInit(function()
        results = table.pack(xpcall(body, debug.traceback))
    end)
    peer.eventually(function() return results end, "the end of the task")
    assert(results[1], results[2])
    return table.unpack(results, 2, results.n)
end

--- Lets the peer's texts go on that end with `wait(); log('over')`.
local function release(count)
    for _ = 1, count or 1 do
        server.go()
    end
    peer.eventually(function() return #server:log "over" == (count or 1) end, "the end of the peer's text")
end

--- Collects a message's values, as texts, while `body` runs.
local function heard(message, body)
    local list = {}
    local function note(...)
        local texts = table.pack(...)
        for index = 1, texts.n do
            texts[index] = tostring(texts[index])
        end
        list[#list + 1] = table.concat(texts, " ")
    end
    sys.subscribe(message, note)
    local ok, problem = pcall(body)
    -- What was published last is still on its way.
    sys.wait(5)
    sys.unsubscribe(message, note)
    assert(ok, problem)
    return list
end

--- A socket that is connected.
local function connected(port, client)
    client = client or socket.tcp()
    local ok, id = client:connect("127.0.0.1", port)
    assert.same({ true, "number" }, { ok, type(id) }, id)
    return client
end

--- Receives until this many bytes are there.
local function read(client, count)
    local parts, got = {}, 0
    while got < count do
        local ok, data = client:recv(20000)
        if not ok then
            return table.concat(parts), data
        end
        parts[#parts + 1] = data
        got = got + #data
    end
    return table.concat(parts)
end

describe("the synchronous methods", function()
    it("send and receive, also large data", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local client = connected(port)
            assert.is_true(client.connected)
            assert.is_true(client:send "hello")
            assert.equal("hello", read(client, 5))
            local data = string.char(0, 1, 2, 255):rep(MIB // 4)
            assert.is_true(client:send(data))
            assert.is_true(read(client, MIB) == data)
            assert.is_true(client:send "")
            assert.is_true(client:send(nil))
            client:close()
            assert.same({ false, nil }, { client.connected, client.id })
        end)
    end)

    it("let what is due go first, however often they send", function()
        local port = server:tcp "while sock.recv(65536): pass"
        in_task(function()
            local client = connected(port)
            local is_told, is_late = false, false
            local function note() is_told = true end
            sys.subscribe("SEND_AFTER_THIS", note)
            sys.publish "SEND_AFTER_THIS"
            assert.is_true(client:send "x")
            assert.is_true(is_told)
            sys.unsubscribe("SEND_AFTER_THIS", note)
            sys.timerStart(function() is_late = true end, 5)
            local count = 0
            while not is_late and count < 100000 do
                assert.is_true(client:send "x")
                count = count + 1
            end
            assert.is_true(is_late)
            client:close()
        end)
    end)

    it("take a port as text and a name", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local client = socket.tcp()
            assert.is_true((client:connect("localhost", tostring(port), 10)))
            client:send "x"
            assert.equal("x", read(client, 1))
            client:close()
        end)
    end)

    it("close twice, and before a connection, without a wait that never ends", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local client = socket.tcp()
            client:close()
            connected(port, client)
            client:close()
            client:close()
            assert.same({ false, "not connected" }, { client:recv(100) })
            assert.same({ false, "not connected" }, { client:send "x" })
            -- And the object can be used again.
            connected(port, client)
            client:send "again"
            assert.equal("again", read(client, 5))
            client:close()
        end)
    end)

    it("work outside a task, and in a callback", function()
        local client = connected(server:tcp(ECHO))
        client:send "hello"
        assert.equal("hello", read(client, 5))
        client:close()
    end)

    it("are only for the task that made the socket", function()
        in_task(function()
            local client = socket.tcp()
            sys.taskInit(function()
                for _, method in ipairs { "connect", "send", "recv", "close", "asyncSelect", "setRcvProc" } do
                    fails("socket:" .. method .. ": coroutine mismatch", client[method], client)
                end
            end)
        end)
    end)
end)

describe("connect", function()
    it("says why it fails", function()
        local listening = server:tcp(ECHO)
        local events
        printed(function()
            events = heard("LIB_SOCKET_CONNECT_FAIL_IND", function()
                in_task(function()
                    local client = socket.tcp()
                    local ok, why = client:connect("127.0.0.1", 1)
                    assert.is_false(ok)
                    assert.truthy(why:find "refused", why)
                    client:close()
                    ok, why = client:connect("nowhere.invalid", 80)
                    assert.is_false(ok)
                    assert.truthy(why:find "nowhere.invalid", why)
                    assert.same({ false, "an address has at most 255 bytes" }, { client:connect(("x"):rep(256), 80) })
                    -- Nothing is left of it.
                    connected(listening, client)
                    client:close()
                end)
            end)
        end)
        assert.same({ "nil TCP 127.0.0.1 1", "nil TCP nowhere.invalid 80" }, events)
    end)

    it("ends by its time limit", function()
        local silent = peer.start("silent.py", 0, "127.0.0.1")
        printed(function()
            in_task(function()
                local client = socket.tcp()
                assert.same({ false, "TIMEOUT" }, { client:connect("127.0.0.1", silent.port, 0.2) })
                client:close()
                assert.is_nil(client.id)
            end)
        end)
        silent:stop()
    end)

    it("refuses bad arguments", function()
        in_task(function()
            local client = socket.tcp()
            fails("socket:connect: address: string expected, got nil", client.connect, client)
            fails("socket:connect: port: 0 to 65535 expected, got 70000", client.connect, client, "x", 70000)
            fails('socket:connect: port: 0 to 65535 expected, got "http"', client.connect, client, "x", "http")
            fails('socket:connect: timeout: number of 0 or more expected, got "5"', client.connect, client, "x", 1, "5")
            fails("socket:send: data: string expected, got 5", client.send, client, 5)
            fails('socket:send: a socket before the colon expected, such as client:send(...), got "', client.send, "x")
            fails("socket:recv: msg: string expected, got 1", client.recv, client, 1, 1)
            fails("socket:setRcvProc: rcvCbFnc: function expected, got 1", client.setRcvProc, client, 1)
            fails("socket.tcp: cert: table expected, got 1", socket.tcp, true, 1)
            fails("socket.tcp: cert.caCert: string expected, got 1", socket.tcp, true, { caCert = 1 })
        end)
    end)

    it("has ten sockets, and those of tasks that have ended are free again", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local clients = {}
            for index = 1, 10 do
                clients[index] = connected(port)
            end
            local more = socket.tcp()
            local ok, why = more:connect("127.0.0.1", port)
            assert.is_false(ok)
            assert.truthy(why:find "no socket is free", why)
            clients[1]:close()
            clients[2]:close()
            for _ = 1, 2 do
                local task = sys.taskInit(function() connected(port) end)
                peer.eventually(function() return coroutine.status(task) == "dead" end, "the end of a task")
            end
            connected(port, more)
            more:close()
            for index = 3, 10 do
                clients[index]:close()
            end
        end)
    end)
end)

describe("recv", function()
    it("ends by its time limit, and goes on after that", function()
        local port = server:tcp "wait(); sock.sendall(b'late'); wait(); log('over')"
        in_task(function()
            local client = connected(port)
            assert.same({ false, "timeout" }, { client:recv(30) })
            server.go()
            assert.same({ true, "late" }, { client:recv(20000) })
            client:close()
        end)
        release()
    end)

    it("gives what the peer sent before it closed, and then the reason", function()
        local port = server:tcp "sock.sendall(b'x' * 100000); sock.close(); log('closed')"
        local ends = heard("LIB_SOCKET_CLOSE_IND", function()
            in_task(function()
                local client = connected(port)
                server:logged "closed"
                sys.wait(700)
                local data, why = read(client, 200000)
                assert.same({ 100000, "CLOSED" }, { #data, why })
                assert.same({ false, "CLOSED" }, { client:recv(1000) })
                assert.same({ false, "CLOSED" }, { client:send "x" })
                assert.is_false(client.connected)
                client:close()
            end)
        end)
        assert.same({ "nil TCP 127.0.0.1 " .. port }, ends)
    end)

    it("keeps what comes while the task waits for something else", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local client = connected(port)
            for index = 1, 5 do
                client:send(tostring(index))
                assert.is_nil(sys.wait(20))
            end
            assert.equal("12345", read(client, 5))
            client:close()
        end)
    end)

    it("ends by a message, with its values", function()
        local port = server:tcp(ECHO)
        in_task(function()
            local client = connected(port)
            sys.timerStart(sys.publish, 10, "SOCKET_SPEC", "data")
            assert.same({ false, "SOCKET_SPEC", "data" }, { client:recv(20000, "SOCKET_SPEC") })
            -- Those of the time in between are not lost.
            sys.publish("SOCKET_SPEC", "a")
            sys.publish("SOCKET_SPEC", 1)
            sys.publish "SOCKET_SPEC"
            sys.wait(10)
            assert.same({ false, "SOCKET_SPEC", "a1" }, { client:recv(20000, "SOCKET_SPEC") })
            assert.same({ false, "timeout" }, { client:recv(20, "SOCKET_SPEC") })
            sys.publish("SOCKET_SPEC", "b")
            assert.same({ false, "timeout" }, { client:recv(20, "SOCKET_SPEC", true) })
            assert.same({ false, "SOCKET_SPEC", "b" }, { client:recv(20, "SOCKET_SPEC") })
            client:close()
            sys.publish("SOCKET_SPEC", "nobody")
        end)
    end)

    it("neither messages nor data hold the other back", function()
        local port = server:tcp [[
            try:
                while True:
                    sock.sendall(b'x' * 1000)
            except OSError:
                pass
        ]]
        in_task(function()
            local client = connected(port)
            local timer = sys.timerLoopStart(sys.publish, 5, "SOCKET_SPEC", "m")
            local messages, bytes = 0, 0
            while messages < 10 or bytes < 100000 do
                local ok, data = client:recv(20000, "SOCKET_SPEC")
                if ok then
                    bytes = bytes + #data
                else
                    assert.equal("SOCKET_SPEC", data)
                    messages = messages + 1
                end
            end
            sys.timerStop(timer)
            client:close()
        end)
    end)

    it("has the peer wait when nobody takes what it sends", function()
        local port = server:tcp "sock.sendall(b'x' * (32 << 20)); log('sent'); wait(); log('over')"
        in_task(function()
            local client = connected(port)
            sys.wait(300)
            assert.is_true(client.input.bytes < MIB, client.input.bytes)
            assert.equal(0, #server:log "sent")
            local data = read(client, 32 * MIB)
            assert.equal(32 * MIB, #data)
            client:close()
        end)
        release()
    end)
end)

describe("a peer that breaks", function()
    it("ends the send that waits", function()
        local port = server:tcp "wait(); reset(sock)"
        local failures
        printed(function()
            failures = heard("LIB_SOCKET_SEND_FAIL_IND", function()
                in_task(function()
                    local client = connected(port)
                    sys.timerStart(server.go, 50)
                    local ok, why = client:send(("x"):rep(64 * MIB))
                    assert.is_false(ok)
                    assert.equal("string", type(why))
                    client:close()
                end)
            end)
        end)
        assert.same({ "nil TCP 127.0.0.1 " .. port }, failures)
    end)

    it("does not keep a send longer than its time limit", function()
        local port = server:tcp "wait(); log('over')"
        printed(function()
            in_task(function()
                local client = connected(port)
                assert.same({ false, "TIMEOUT" }, { client:send(("x"):rep(64 * MIB), 0.1) })
                client:close()
            end)
        end)
        release()
    end)

    it("and comes back is connected to again", function()
        local line_echo = peer.start "line_echo.py"
        in_task(function()
            local client = socket.tcp()
            for round = 1, 3 do
                connected(line_echo.port, client)
                client:send(round .. "\n")
                assert.equal(round .. "\n", read(client, 2))
                line_echo:stop()
                assert.same({ false, "CLOSED" }, { client:recv(20000) })
                client:close()
                line_echo:run(line_echo.port)
            end
        end)
        line_echo:stop()
    end)
end)

describe("the loss of the network", function()
    after_each(function()
        device.network(true)
        peer.eventually(socket.isReady, "the network")
    end)

    it("ends every wait", function()
        local port = server:tcp "wait(); log('over')"
        local reasons = {}
        local names = { "recv", "asyncSelect", "send" }
        printed(function()
            for _, name in ipairs(names) do
                sys.taskInit(function()
                    local client = connected(port)
                    local ok, why
                    if name == "send" then
                        ok, why = client:send(("x"):rep(64 * MIB))
                    else
                        ok, why = client[name](client)
                    end
                    assert.is_false(ok)
                    client:close()
                    reasons[#reasons + 1] = why
                end)
            end
            sys.timerStart(function() device.network(false) end, 200)
            peer.eventually(function() return #reasons == #names end, "the ends of the waits")
        end)
        for _, why in ipairs(reasons) do
            assert.equal("IP_ERROR_IND", why)
        end
        in_task(function()
            assert.same({ false, "there is no network" }, { socket.tcp():connect("127.0.0.1", port) })
        end)
        release(3)
    end)
end)

describe("the asynchronous methods", function()
    it("send what other tasks queue, and tell of what comes", function()
        local port = server:tcp(ECHO)
        local client, data, is_over = nil, "", false
        local function arrived(id)
            if client and id == client.id then
                data = data .. client:asyncRecv()
            end
        end
        sys.subscribe("SOCKET_RECV", arrived)
        local batches = heard("SOCKET_SEND", function()
            sys.taskInit(function()
                client = connected(port)
                repeat until not client:asyncSelect()
                client:close()
                is_over = true
            end)
            peer.eventually(function() return client and client.connected end, "the connection")
            local text = ("0123456789"):rep(2048)
            for _ = 1, 10 do
                assert.is_true(client:asyncSend(text))
            end
            peer.eventually(function() return #data == 10 * #text end, "the echo")
            assert.is_true(data == text:rep(10))
        end)
        assert.is_true(#batches > 0)
        assert.equal("", client:asyncRecv())
        assert.equal(0, client:getAsyncSend())
        sys.unsubscribe("SOCKET_RECV", arrived)
        client.error = "the test ends"
        client:asyncSend "x"
        sys.publish "IP_ERROR_IND"
        peer.eventually(function() return is_over end, "the end of the task")
    end)

    it("send heartbeats while nothing else is sent", function()
        local port = server:tcp [[
            log('first', read(sock, 8).decode())
            sock.close()
        ]]
        in_task(function()
            local client = connected(port)
            local ok, why
            repeat
                ok, why = client:asyncSelect(0.05, "ping")
            until not ok
            assert.equal("CLOSED", why)
            client:close()
        end)
        assert.equal("pingping", (server:logged "first"))
    end)

    it("call a function as heartbeat", function()
        local port = server:tcp "log('first', read(sock, 1).hex()); sock.close()"
        in_task(function()
            local client = connected(port)
            local calls = 0
            repeat
                local ok = client:asyncSelect(0.05, function()
                    calls = calls + 1
                    client:asyncSend "\0"
                end)
            until not ok
            assert.is_true(calls >= 1)
            client:close()
        end)
        assert.equal("00", (server:logged "first"))
    end)
end)

it("setRcvProc reads in place of recv, and what it declines is not lost", function()
    local port = server:tcp(ECHO)
    in_task(function()
        local client = connected(port)
        local seen = ""
        client:setRcvProc(function(take, id, count)
            assert.equal(client.id, id)
            if seen == "" then
                seen = take(id, count)
            end
            return seen ~= ""
        end)
        client:send "first"
        peer.eventually(function() return seen == "first" end, "the callback")
        client:send "second"
        sys.wait(50)
        client:setRcvProc(nil)
        assert.equal("second", read(client, 6))
        client:close()
    end)
end)

it("what a callback of setRcvProc leaves it may read later, and recv does not take it meanwhile", function()
    local port = server:tcp(ECHO)
    in_task(function()
        local client = connected(port)
        local take, seen = nil, ""
        client:setRcvProc(function(reader, id)
            take = reader
            seen = seen .. take(id, 2)
        end)
        client:send "first"
        peer.eventually(function() return take end, "the callback")
        assert.same({ false, "timeout" }, { client:recv(20) })
        assert.same({ "fi", "r", "st" }, { seen, take(client.id, 1), take(client.id, 100) })
        client:send "second"
        peer.eventually(function() return seen == "fise" end, "the callback again")
        client:setRcvProc(nil)
        assert.equal("cond", read(client, 4))
        client:close()
    end)
end)

describe("UDP", function()
    it("gives the datagrams one by one, in their order", function()
        local port = server:udp [[
            data, address = sock.recvfrom(2048)
            for number in range(100):
                sock.sendto(b'%d' % number, address)
            log('asked', data.decode())
            wait()
            log('over')
        ]]
        in_task(function()
            local client = connected(port, socket.udp())
            assert.is_true(client:send "hello")
            server:logged "asked"
            sys.wait(50)
            for number = 0, 99 do
                assert.same({ true, tostring(number) }, { client:recv(20000) })
            end
            assert.same({ false, "timeout" }, { client:recv(10) })
            client:close()
        end)
        assert.equal("hello", (server:logged "asked"))
        release()
    end)

    it("has datagrams of the library's generation", function()
        for version, sizes in pairs { ["2.4.0"] = "3000 3000", ["2.4.3"] = "1472 1472 56 1472 1472 56" } do
            local port = server:udp(([[
                sizes = []
                while sum(sizes) < 6000:
                    sizes.append(len(sock.recv(70000)))
                log('%s', *sizes)
            ]]):format(version))
            local output, status = runner.run(([[
                local sys, socket = require "sys", require "socket"
                sys.taskInit(function()
                    sys.waitUntil("IP_READY_IND", 5000)
                    local client = socket.udp()
                    assert(client:connect("127.0.0.1", %d))
                    assert(client:send(("x"):rep(3000)))
                    assert(client:asyncSend(("x"):rep(3000)))
                    sys.subscribe("SOCKET_SEND", function() os.exit(0) end)
                    client:asyncSelect()
                end)
                PROJECT, VERSION = "DATAGRAMS", "1.0.0"
                sys.init(0, 0)
                sys.run()
            ]]):format(port), "--lib-version " .. version)
            assert.equal(0, status, output)
            assert.equal(sizes, table.concat({ server:logged(version) }, " "))
        end
    end)
end)

describe("TLS", function()
    local function port_of(name, what)
        return server:tls(ECHO, tls.folder, name, what or "")
    end

    local function try(port, cert, address)
        local ok, why
        printed(function()
            in_task(function()
                local client = socket.tcp(true, cert)
                ok, why = client:connect(address or "localhost", port, 20)
                if ok then
                    client:send "hello"
                    assert.equal("hello", read(client, 5))
                end
                client:close()
            end)
        end)
        return ok, why
    end

    it("checks the server with caCert only", function()
        assert.is_true((try(port_of "self-signed")))
        assert.is_true((try(port_of "good", { caCert = tls.path "ca.pem" })))
        local ok, why = try(port_of "untrusted", { caCert = tls.path "ca.pem" })
        assert.is_false(ok)
        assert.equal("string", type(why))
    end)

    it("accepts a certificate of another host, unless insist is 0", function()
        local port = port_of "wrong-host"
        assert.is_true((try(port, { caCert = tls.path "ca.pem" })))
        assert.is_false((try(port, { caCert = tls.path "ca.pem", insist = 0 })))
    end)

    it("shows its own certificate", function()
        local port = port_of("good", "mutual")
        local cert = { caCert = tls.path "ca.pem" }
        cert.clientCert, cert.clientKey = tls.path "client.pem", tls.path "client.key"
        assert.is_true((try(port, cert)))
        -- The caller's table stays as it was.
        assert.equal(tls.path "ca.pem", cert.caCert)
    end)

    it("does not go on without a file that is named", function()
        local ok, why = try(port_of "good", { caCert = "missing.pem" })
        assert.is_false(ok)
        assert.truthy(why:find "cert.caCert", why)
        -- A folder cannot be read: that must not leave the server unchecked.
        ok, why = try(port_of "untrusted", { caCert = "/lua" })
        assert.is_false(ok)
        assert.truthy(why:find "cert.caCert", why)
        assert.is_true((try(port_of "untrusted", { caCert = "" })))
    end)

    it("carries large data", function()
        local port = port_of "good"
        in_task(function()
            local client = connected(port, socket.tcp(true, { caCert = tls.path "ca.pem" }))
            local data = ("0123456789abcdef"):rep(MIB // 16)
            assert.is_true(client:send(data))
            assert.is_true(read(client, MIB) == data)
            client:close()
        end)
    end)
end)

it("SOCKET_ACTIVE follows the connections", function()
    local port = server:tcp(ECHO)
    local states = heard("SOCKET_ACTIVE", function()
        in_task(function()
            local first, second = connected(port), connected(port)
            first:close()
            second:close()
        end)
    end)
    assert.same({ "true", "true", "true", "false" }, states)
end)

it("messages of other sockets reach the script's own handlers", function()
    local id = sockets.connect(0, server:tcp(ECHO))
    in_task(function()
        local client = connected(server:tcp(ECHO))
        client:send "x"
        assert.equal("x", read(client, 1))
        client:close()
    end)
    sockets.send(id, "y")
    assert.equal("y", (sockets.read(id, 1)))
end)

describe("settings of the modem", function()
    it("are AT commands", function()
        local output = runner.run([[
            PROJECT, VERSION = "SOCKETS", "1.0.0"
            require "sys"
            require "socket"
            sys.taskInit(function()
                socket.setTcpResendPara(3, 8)
                socket.setTcpResendPara()
                socket.setDnsParsePara(8, 5)
                socket.setLowPower(5)
            end)
            sys.init(0, 0)
            sys.run()
        ]], "--timeout 2 --trace")
        for _, command in ipairs {
            "AT+TCPUSERPARAM=6,3,7200,8", "AT+TCPUSERPARAM=6,4,7200,16", "AT*DNSTMOUT=8,5", "AT*RTIME=5",
        } do
            assert.truthy(output:find(command, 1, true), command .. "\n" .. output)
        end
    end)

    it("refuse bad numbers", function()
        fails("socket.setTcpResendPara: retryCnt: 0 to 12 expected, got 13", socket.setTcpResendPara, 13)
        fails("socket.setDnsParsePara: retryTimeoutMulti: 1 to 5 expected, got 9", socket.setDnsParsePara, 1, 9)
        fails("socket.setLowPower: tm: 1 to 20 expected, got nil", socket.setLowPower)
    end)
end)

it("printStatus logs the fields", function()
    local port = server:tcp(ECHO)
    local output = printed(function()
        in_task(function()
            local client = connected(port)
            socket.printStatus()
            client:close()
        end)
    end)
    assert.truthy(output:find("protocol TCP", 1, true), output)
end)

it("500 rounds leave nothing behind", function()
    local port = server:tcp(ECHO)
    local function rounds(count)
        in_task(function()
            for _ = 1, count do
                local client = connected(port)
                client:send "hello"
                assert.equal("hello", (read(client, 5)))
                client:close()
            end
        end)
        sockets.settle()
        collectgarbage()
        collectgarbage()
        return collectgarbage "count"
    end
    printed(function()
        local before = rounds(100)
        local after = rounds(400)
        assert.is_true(after < before + 50, ("%g KiB before, %g after"):format(before, after))
    end)
    assert.equal(0, host.sources())
end)
