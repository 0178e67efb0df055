--- A network that is slow, narrow, lossy, without name servers, or that breaks connections: for WebSocket, TCP, TLS
-- and UDP alike, in both directions.
require "luatos"
local sys = require "sys"
local socketcore = require "socketcore"
local websocket = require "websocket"
local peer = require "peer"
local runner = require "runner"
local sockets = require "sockets"
local tls = require("servers").tls()

local use = debug.getregistry()["luatos.use"]
local device, milliseconds = use "native.device", use("native.host").milliseconds

local server = sockets.peer()
local eventually = peer.eventually

local TCP, UDP, TLS = 0, 1, 2
local MIB = 1 << 20

local ECHO = "echo(sock)"

local UDP_ECHO = [[
    while True:
        data, address = sock.recvfrom(65536)
        sock.sendto(data, address)
]]

--- A WebSocket server; `%s` is what it does once the connection is open.
local WEBSOCKET = [[
    import peer
    client = peer.Connection(sock)
    try:
        client.request()
        client.send(client.answer())
        client.serve(%s)
    except peer.Gone:
        pass
]]

after_each(function()
    device.conditions {}
    device.network(true)
end)

--- The port of a new server: plain, or with TLS.
local function listen(code, secure)
    if secure then
        return server:tls(code, tls.folder, "good")
    end
    return server:tcp(code)
end

--- A WebSocket object for a server of `WEBSOCKET`, and its events as texts.
local function object(secure, behaviour)
    local port = listen(WEBSOCKET:format(behaviour or ""), secure)
    local ws = websocket.new(("%s://127.0.0.1:%d/"):format(secure and "wss" or "ws", port))
    local seen = {}
    for _, event in ipairs { "error", "close" } do
        ws:on(event, function(...) seen[#seen + 1] = table.concat({ event, ... }, " ") end)
    end
    return ws, seen
end

local function connected(secure, behaviour)
    local ws, seen = object(secure, behaviour)
    assert.is_true(ws:connect(20000))
    return ws, seen
end

--- What is between two calls, in milliseconds.
local function time(act, ...)
    local start = milliseconds()
    act(...)
    return milliseconds() - start
end

local function at_least(expected, actual)
    assert(actual >= expected, ("%d ms expected, took %.1f"):format(expected, actual))
end

--- Bytes that show where they were in the whole.
local function numbered(count)
    local parts = {}
    for index = 1, count // 16 do
        parts[index] = ("%15d\n"):format(index)
    end
    return table.concat(parts)
end

local STREAMS = { plain = TCP, encrypted = TLS }

describe("conditions", function()
    it("are refused with the name of the field", function()
        for _, case in ipairs {
            { "latency: milliseconds from 0 to 3600000 expected, got -1", { latency = -1 } },
            { 'jitter: milliseconds from 0 to 3600000 expected, got "x"', { jitter = "x" } },
            { "rate: bytes per second, 1 or more expected, got 0", { rate = 0 } },
            { "loss: a share of 0 to 1 expected, got 1.5", { loss = 1.5 } },
            { "loss: a share of 0 to 1 expected, got ", { loss = 0 / 0 } },
            { "dns: boolean expected, got 1", { dns = 1 } },
            { 'unknown field "speed"; expected up, latency, jitter, rate, loss or dns', { speed = 1 } },
        } do
            local ok, problem = pcall(device.conditions, case[2])
            assert.is_false(ok)
            assert.truthy(tostring(problem):find("network: " .. case[1], 1, true), tostring(problem))
        end
    end)

    it("that are refused change nothing", function()
        device.conditions { latency = 40 }
        assert.is_false(pcall(device.conditions, { latency = 0, loss = 2 }))
        local id
        at_least(80, time(function() id = sockets.connect(TCP, server:tcp(ECHO)) end))
        sockets.close(id)
    end)
end)

describe("latency", function()
    for name, kind in pairs(STREAMS) do
        it("delays connecting and both directions, " .. name, function()
            device.conditions { latency = 60 }
            local port, id = listen(ECHO, kind == TLS), nil
            -- A round trip for TCP, and one for TLS.
            at_least(kind == TLS and 240 or 120, time(function() id = sockets.connect(kind, port) end))
            at_least(120, time(function()
                sockets.send(id, "abc")
                assert.equal("abc", (sockets.read(id, 3)))
            end))
        end)

        it("delays a WebSocket, " .. name, function()
            device.conditions { latency = 60 }
            local ws = object(kind == TLS)
            at_least(kind == TLS and 360 or 240, time(function() assert.is_true(ws:connect(20000)) end))
            at_least(120, time(function()
                ws:send("abc", true)
                assert.same({ true, "abc" }, { ws:recv(20000) })
            end))
            at_least(120, time(ws.close, ws))
        end)
    end

    it("delays datagrams", function()
        device.conditions { latency = 60 }
        local id = sockets.connect(UDP, server:udp(UDP_ECHO))
        at_least(120, time(function()
            sockets.send(id, "abc")
            assert.equal("abc", (sockets.read(id, 3)))
        end))
    end)

    it("delays the peer's end, after what it has sent", function()
        local id = sockets.connect(TCP, server:tcp "wait(); sock.sendall(b'last')")
        device.conditions { latency = 60 }
        server:go()
        at_least(60, time(function() assert.equal("last", (sockets.read(id, 4))) end))
        assert.equal("CLOSE_IND", (sockets.next(id)))
    end)

    it("does not delay many connections one after the other", function()
        device.conditions { latency = 100, jitter = 20 }
        local port, done, ended = server:tcp(WEBSOCKET:format ""), 0, 0
        local count = 60
        for index = 1, count do
            sys.taskInit(function()
                local ws = websocket.new("ws://127.0.0.1:" .. port)
                if ws:connect(20000) then
                    for round = 1, 5 do
                        local text = index .. " " .. round
                        ws:send(text, true)
                        local _, answer = ws:recv(20000)
                        done = done + (answer == text and 1 or 0)
                    end
                    ws:close()
                end
                ended = ended + 1
            end)
        end
        eventually(function() return ended == count end, "the end of all")
        assert.equal(5 * count, done)
    end)

    local better_ones = { ["ends with the spoiled network"] = {}, ["is that of a better one"] = { latency = 5 } }
    for what, better in pairs(better_ones) do
        it("of a connection that is under way " .. what, function()
            device.conditions { latency = 3600000 }
            local results = {}
            for kind = TCP, TLS do
                for _, host in ipairs { "127.0.0.1", "localhost" } do
                    local port = kind == UDP and server:udp(UDP_ECHO) or listen(ECHO, kind == TLS)
                    local id = socketcore.sock_conn_ext(kind, host, port)
                    if kind ~= UDP or host == "localhost" then
                        sys.wait(50)
                        assert.equal("", sockets.names(id))
                    end
                    results[#results + 1] = id
                end
            end
            device.conditions(better)
            for _, id in ipairs(results) do
                assert.equal(0, sockets.wait(id, "CONN_CNF").result)
            end
        end)
    end

    it("counts for a time limit", function()
        device.conditions { latency = 3600000 }
        for _, secure in ipairs { false, true } do
            local ws = object(secure)
            local ok, why = ws:connect(200)
            assert.is_false(ok)
            assert.truthy(why:find("timeout", 1, true), why)
        end
    end)
end)

describe("changed conditions", function()
    it("hold for what is under way at once, in its order", function()
        local ws = connected()
        local id = sockets.connect(TCP, server:tcp(ECHO))
        local datagrams = sockets.connect(UDP, server:udp(UDP_ECHO))
        device.conditions { latency = 3600000 }
        for index = 1, 9 do
            ws:send(tostring(index), true)
            sockets.send(id, tostring(index))
        end
        sockets.send(datagrams, "datagram")
        sys.wait(50)
        assert.equal("", sockets.names(id) .. sockets.names(datagrams))
        device.conditions { latency = 5 }
        for index = 1, 9 do
            assert.same({ true, tostring(index) }, { ws:recv(20000) })
        end
        assert.equal("123456789", (sockets.read(id, 9)))
        assert.equal("datagram", (sockets.read(datagrams, 8)))
        ws:close()
    end)
end)

describe("jitter, loss and a rate", function()
    local BAD = { latency = 5, jitter = 4, rate = 2 * MIB, loss = 0.01 }

    for name, kind in pairs(STREAMS) do
        it("leave a stream whole, " .. name, function()
            local data = numbered(MIB)
            local id = sockets.connect(kind, listen(ECHO, kind == TLS))
            device.conditions(BAD)
            assert.equal(1, (socketcore.sock_send(id, data)))
            local received = sockets.read(id, #data)
            assert.is_true(received == data)
        end)

        it("leave messages whole, " .. name, function()
            local ws = connected(kind == TLS)
            device.conditions(BAD)
            local message = numbered(MIB // 16)
            for index = 1, 16 do
                ws:send(index .. message)
            end
            for index = 1, 16 do
                local ok, data = ws:recv(60000)
                assert.is_true(ok, data)
                assert.is_true(data == index .. message)
            end
            ws:close()
        end)
    end
end)

describe("loss", function()
    --- Sends datagrams under conditions, and a last one without; returns what the server got.
    local function received(conditions)
        local id = sockets.connect(UDP, server:udp [[
            data = b''
            while data != b'end':
                data, address = sock.recvfrom(100)
                log('got', data.decode())
        ]])
        device.conditions(conditions)
        for index = 1, 50 do
            assert.equal(0, sockets.send(id, tostring(index)).result)
        end
        device.conditions {}
        sockets.send(id, "end")
        local list = {}
        eventually(function()
            list = {}
            for index, record in ipairs(server:log "got") do
                list[index] = record[3]
            end
            return list[#list] == "end"
        end, "the last datagram")
        return list
    end

    it("of all datagrams loses all", function()
        assert.same({ "end" }, received { loss = 1 })
    end)

    it("of none loses none, and without jitter they keep their order", function()
        local list = received { latency = 30 }
        assert.equal(51, #list)
        for index = 1, 50 do
            assert.equal(tostring(index), list[index])
        end
    end)

    it("of some loses some", function()
        local count = #received { loss = 0.5 }
        assert(count > 1 and count < 51, count .. " came")
    end)

    it("of all keeps a stream silent until the network is better", function()
        local id = sockets.connect(TCP, server:tcp(ECHO))
        device.conditions { loss = 1 }
        sockets.send(id, "abc")
        sys.wait(300)
        assert.equal("", sockets.names(id))
        device.conditions {}
        assert.equal("abc", (sockets.read(id, 3)))
    end)
end)

it("jitter reorders datagrams and loses none", function()
    local id = sockets.connect(UDP, server:udp(UDP_ECHO))
    device.conditions { latency = 50, jitter = 50 }
    local seen, order = {}, {}
    for index = 1, 40 do
        sockets.send(id, tostring(index))
    end
    for _ = 1, 40 do
        local message = sockets.wait(id, "RECV_IND")
        local number = tonumber(socketcore.sock_recv(id, message.recv_len))
        assert.is_nil(seen[number])
        seen[number] = true
        order[#order + 1] = number
    end
    local sorted = true
    for index = 2, #order do
        sorted = sorted and order[index - 1] < order[index]
    end
    assert.is_false(sorted)
end)

describe("a rate", function()
    --- Resident memory of this process in bytes.
    local function memory()
        local file = assert(io.open "/proc/self/statm")
        local _, resident = file:read("n", "n")
        file:close()
        return resident * 4096
    end

    it("lets through what it says, in each direction", function()
        local id = sockets.connect(TCP, server:tcp "data = read(sock, 20000); wait(); sock.sendall(data)")
        device.conditions { rate = 40000 }
        local data = numbered(20000)
        assert.equal(1, (socketcore.sock_send(id, data)))
        at_least(480, time(function()
            sockets.wait(id, "SEND_CNF")
            server:go()
            assert.is_true(sockets.read(id, #data) == data)
        end))
    end)

    it("holds for all connections together", function()
        local port, ids = server:tcp(ECHO), {}
        for index = 1, 4 do
            ids[index] = sockets.connect(TCP, port)
        end
        device.conditions { rate = 40000 }
        at_least(450, time(function()
            for _, id in ipairs(ids) do
                socketcore.sock_send(id, numbered(5120))
            end
            for _, id in ipairs(ids) do
                assert.is_true(sockets.read(id, 5120) == numbered(5120))
            end
        end))
    end)

    it("bounds what a fast peer makes us keep, and what we take", function()
        local id = sockets.connect(TCP, server:tcp [[
            threading.Thread(target=lambda: sock.sendall(b'x' * (64 << 20)), daemon=True).start()
            log('begins')
            wait()
        ]])
        device.conditions { rate = 10000 }
        server:logged "begins"
        local before = memory()
        local start = milliseconds()
        local got = 0
        while milliseconds() - start < 500 do
            got = got + #sockets.read(id, 1)
        end
        assert(memory() - before < 4 * MIB, (memory() - before) .. " bytes more")
        assert(got < 30000, got .. " bytes came")
        assert.equal(1, (socketcore.sock_send(id, ("y"):rep(8 * MIB))))
        assert(socketcore.sock_getremainbuf(id) > 7 * MIB, socketcore.sock_getremainbuf(id) .. " bytes left")
        server:go()
    end)
end)

describe("without name servers", function()
    before_each(function() device.conditions { dns = false, latency = 40 } end)

    it("a name is not found, and an address is", function()
        local port = server:tcp(WEBSOCKET:format "")
        local ws = websocket.new("ws://localhost:" .. port)
        at_least(80, time(function()
            local ok, why = ws:connect(20000)
            assert.is_false(ok)
            assert.equal('cannot resolve "localhost": no name server answers', why)
        end))
        ws = websocket.new("ws://127.0.0.1:" .. port)
        assert.is_true(ws:connect(20000))
        ws:close()
    end)

    it("sockets of every kind find none", function()
        for kind = TCP, TLS do
            local id = socketcore.sock_conn_ext(kind, "localhost", 1)
            at_least(60, time(function() assert.equal(1, sockets.wait(id, "CONN_CNF").result) end))
        end
    end)

    it("a name that is redirected is not found either", function()
        local port = server:tcp(WEBSOCKET:format "")
        local output = runner.run([[
            require "websocket"
            local device = debug.getregistry()["luatos.use"] "native.device"
            local ws = websocket.new "ws://example.com/"
            print(ws:connect(20000))
            ws:close()
            device.conditions { dns = false }
            print(select(2, ws:connect(20000)))
        ]], ("--connect-to example.com:80:127.0.0.1:%d"):format(port))
        assert.equal('true\ncannot resolve "example.com": no name server answers\n', output)
    end)
end)

describe("a reset of all connections", function()
    --- What the peer sees: `reset`, or `end`. Python's ssl raises the same error for a reset as for an end without
    -- TLS's own goodbye.
    local SEEN = [[
        sock.sendall(b'x')
        try:
            while sock.recv(65536):
                pass
            log('seen', 'end')
        except (ConnectionResetError, ssl.SSLEOFError):
            log('seen', 'reset')
    ]]

    --- Likewise, for a client that waits for an answer.
    local ACCEPTED = SEEN:gsub("sock.sendall%b()", "log('accepted')")

    local function sees_reset()
        assert.equal("reset", (server:logged "seen"))
        server:forget()
    end

    for name, kind in pairs(STREAMS) do
        it("breaks an open one, " .. name, function()
            local id = sockets.connect(kind, listen(SEEN, kind == TLS))
            assert.equal("x", (sockets.read(id, 1)))
            device.reset_connections()
            assert.equal("CLOSE_IND", (sockets.next(id)))
            sees_reset()
            sockets.close(id)
        end)

        it("breaks an open WebSocket, " .. name, function()
            local ws, seen = connected(kind == TLS)
            device.reset_connections()
            assert.is_false((ws:recv(20000)))
            assert.same({ "error connection lost: connection reset", "close 1006 connection reset" }, seen)
        end)
    end

    it("breaks one with bytes under way", function()
        local id = sockets.connect(TCP, server:tcp(ACCEPTED))
        device.conditions { latency = 3600000 }
        sockets.send(id, "abc")
        device.reset_connections()
        assert.equal("CLOSE_IND", (sockets.next(id)))
        sees_reset()
    end)

    it("breaks an attempt in every state", function()
        for index, case in ipairs {
            -- The TLS handshake, and the upgrade.
            { "wss://127.0.0.1:%d/", {} }, { "ws://127.0.0.1:%d/", {} },
            -- The request for a connection is on its way.
            { "ws://127.0.0.1:%d/", { latency = 3600000 } }, { "wss://127.0.0.1:%d/", { latency = 3600000 } },
        } do
            local url, conditions = table.unpack(case)
            local port = server:tcp(ACCEPTED)
            device.conditions(conditions)
            local ws = websocket.new(url:format(port))
            local failed
            ws:on("error", function(text) failed = text end)
            sys.timerStart(function()
                server:logged "accepted"
                device.reset_connections()
            end, 50)
            local ok, why = ws:connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find("reset", 1, true), index .. ": " .. why)
            assert.equal(why, failed)
            sees_reset()
            device.conditions {}
        end
    end)

    it("breaks a closing handshake", function()
        local ws, seen = connected(false, "answer_close=False")
        sys.timerStart(device.reset_connections, 20)
        ws:close()
        assert.equal("CLOSED", ws:state())
        assert.equal(1, #seen)
    end)

    it("breaks what is left of a closed one", function()
        local id = sockets.connect(TCP, server:tcp(ACCEPTED))
        device.conditions { latency = 3600000 }
        sockets.send(id, "abc")
        sockets.close(id)
        device.reset_connections()
        sees_reset()
    end)

    it("concerns no later one, and no datagrams", function()
        local datagrams = sockets.connect(UDP, server:udp(UDP_ECHO))
        device.reset_connections()
        local ws = connected()
        ws:send("abc", true)
        assert.same({ true, "abc" }, { ws:recv(20000) })
        ws:close()
        sockets.send(datagrams, "a")
        assert.equal("a", (sockets.read(datagrams, 1)))
    end)
end)

describe("what was sent before a close leaves all the same", function()
    for name, kind in pairs(STREAMS) do
        it("from a socket, " .. name, function()
            local id = sockets.connect(kind, listen("log('got', *drain(sock))", kind == TLS))
            device.conditions { latency = 100, rate = 200000 }
            sockets.send(id, ("x"):rep(30000))
            sockets.close(id)
            assert.equal("30000", (server:logged "got"))
        end)
    end

    it("from a UDP socket", function()
        local id = sockets.connect(UDP, server:udp "log('got', sock.recvfrom(100)[0].decode())")
        device.conditions { latency = 100 }
        sockets.send(id, "abc")
        sockets.close(id)
        assert.equal("abc", (server:logged "got"))
    end)

    --- The last frame that the server gets: opcode, payload.
    local function last_frame()
        local frame
        eventually(function()
            local frames = server:frames()
            frame = frames[#frames]
            return frame and frame:find "^8:"
        end, "a close frame")
        return frame
    end

    it("from a WebSocket whose closing handshake takes too long", function()
        local ws = connected()
        device.conditions { latency = 1200 }
        ws:send("last", true)
        ws:close(1000)
        assert.equal("8:\x03\xe8", last_frame())
        assert.equal("1:last", server:frames()[1])
    end)

    it("from a WebSocket that is forgotten", function()
        local ws = connected()
        device.conditions { latency = 100 }
        ws:send("last", true)
        ws = nil -- luacheck: ignore 311
        collectgarbage()
        collectgarbage()
        assert.equal("8:\x03\xe9", last_frame())
        sockets.settle()
    end)
end)

describe("without coverage", function()
    it("a WebSocket ends, and connects again only with it", function()
        local ws, seen = connected()
        device.network(false)
        assert.is_false((ws:recv(20000)))
        assert.same({ "error connection lost: the network is lost", "close 1006 the network is lost" }, seen)
        assert.same({ false, "there is no network: no coverage" }, { ws:connect(20000) })
        assert.equal("error there is no network: no coverage", seen[3])
        device.network(true)
        assert.is_true(ws:connect(20000))
        ws:close()
    end)

    it("an attempt of a WebSocket fails", function()
        local ws = websocket.new("ws://127.0.0.1:" .. server:tcp "wait()")
        local failed
        ws:on("error", function(text) failed = text end)
        sys.timerStart(function() device.network(false) end, 20)
        assert.same({ false, "the network is lost" }, { ws:connect(20000) })
        assert.equal("the network is lost", failed)
        server:go()
    end)

    it("flight mode and a missing card are told apart", function()
        local ws = object()
        device.sim(false)
        assert.same({ false, "there is no network: no SIM card that gives access" }, { ws:connect(20000) })
        device.sim(true)
        uart.write(uart.ATC, "AT+CFUN=0\r\n")
        assert.same({ false, "there is no network: the device is in flight mode" }, { ws:connect(20000) })
        uart.write(uart.ATC, "AT+CFUN=1\r\n")
        assert.is_true(ws:connect(20000))
        ws:close()
    end)

    it("what start is given to send waits, and nothing is lost", function()
        local ws = object()
        local opened, closed, result = 0, 0, nil
        ws:on("open", function() opened = opened + 1 end)
        ws:on("close", function() closed = closed + 1 end)
        sys.taskInit(function() result = ws:start(0, nil, 0.05) end)
        eventually(function() return opened == 1 end, "the connection")
        local accepted = {}
        local function send(count)
            for _ = 1, count do
                local text = "message " .. #accepted + 1
                assert.is_true(ws:send(text, true))
                accepted[#accepted + 1] = "1:" .. text
                sys.wait(1)
            end
        end
        send(50)
        -- What is on its way when the network goes is lost, as on the device; this is not what is tested here.
        eventually(function() return #server:frames() == 50 end, "the first messages")
        device.network(false)
        send(100)
        assert.equal(1, closed)
        local before = os.clock()
        sys.wait(1000)
        assert(os.clock() - before < 0.5, "busy")
        assert.equal(1, opened)
        device.network(true)
        eventually(function() return opened == 2 end, "the second connection")
        send(50)
        eventually(function() return #server:frames() == #accepted end, "all messages")
        assert.same(accepted, server:frames())
        websocket.exit(ws)
        eventually(function() return result end, "the end of start")
    end)
end)

it("waiting for the end of a handshake takes no time of the processor", function()
    device.conditions { latency = 1000 }
    local ws = websocket.new("wss://127.0.0.1:" .. server:tcp "pass")
    local before = os.clock()
    assert.is_false((ws:connect(20000)))
    local used = os.clock() - before
    assert(used < 0.25, ("%.3f s"):format(used))
end)

it("waiting for what is on its way takes no time of the processor", function()
    local ids = {}
    for index, conditions in ipairs { { latency = 3600000 }, { rate = 1 }, { loss = 1 } } do
        ids[index] = { connected(index > 1), sockets.connect(TCP, server:tcp(ECHO)),
            sockets.connect(UDP, server:udp(UDP_ECHO)) }
        device.conditions(conditions)
        for _ = 1, 5 do
            ids[index][1]:send(("x"):rep(2 * MIB // 10))
        end
        socketcore.sock_send(ids[index][2], ("x"):rep(MIB))
        for _ = 1, 20 do
            socketcore.sock_send(ids[index][3], ("x"):rep(2000))
        end
        local before = os.clock()
        sys.wait(500)
        local used = os.clock() - before
        assert(used < 0.25, ("%d: %.3f s"):format(index, used))
        device.conditions {}
    end
    for _, objects in ipairs(ids) do
        objects[1]:close()
    end
end)
