--- `luatos.test`: the servers that a test plays.
local inner_tests = require "inner_tests"

local assert_ok = inner_tests.assert_ok

describe("servers of a test", function()
    it("answer, stall, drop, and say what came instead", function()
        assert_ok(4, [[
            local function connect(server)
                require "socket"
                local client = socket.tcp()
                assert.is_true(client:connect("127.0.0.1", server.port))
                return client
            end
            local function in_task(body)
                local is_done
                sys.taskInit(function() body() is_done = true end)
                for _ = 1, 100 do
                    if is_done then return end
                    sys.wait(100)
                end
                error "the task has not ended"
            end
            before_each(function()
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                require "sys" require "socket"
                sys.init(0, 0)
                for _ = 1, 100 do
                    if socket.isReady() then return end
                    sys.wait(100)
                end
            end)
            it("answer", function()
                local server = test.tcp(function(peer)
                    peer:expect "ping"
                    assert.equal("a line", peer:receive_line())
                    peer:stall(200)
                    peer:reply "pong"
                    assert.same({ nil, "closed" }, { peer:receive() })
                    peer:close()
                end)
                in_task(function()
                    local client = connect(server)
                    client:send "pinga line\r\n"
                    local ok, data = client:recv(5000)
                    assert.same({ true, "pong" }, { ok, data })
                    client:close()
                end)
                assert.is_table(server:connection())
            end)
            it("drop", function()
                local server = test.tcp(function(peer) peer:receive() peer:drop() end)
                in_task(function()
                    local client = connect(server)
                    client:send "x"
                    assert.is_false((client:recv(5000)))
                    client:close()
                end)
            end)
            it("say what came", function()
                local problem
                local server = test.tcp(function(peer)
                    local ok, text = pcall(peer.expect, peer, "hello")
                    problem = not ok and text
                end)
                in_task(function() local client = connect(server) client:send "help" sys.wait(200) client:close() end)
                assert.truthy(problem:find('peer:expect: "hello" expected, got "help"', 1, true), problem)
            end)
            it("stop, and come back on the same port", function()
                local server = test.tcp()
                local port = server.port
                server:stop()
                in_task(function() require "socket" assert.is_false(socket.tcp():connect("127.0.0.1", port)) end)
                server:restart()
                assert.equal(port, server.port)
                in_task(function() connect(server):close() end)
            end)]])
    end)

    it("speak WebSocket", function()
        assert_ok(4, [[
            local websocket = require "websocket"
            local function connect(server)
                local ws = websocket.new(("ws://127.0.0.1:%d/path"):format(server.port))
                assert.is_true(ws:connect(20000))
                return ws
            end
            it("sends back what comes, of every length", function()
                local server = test.websocket()
                local ws = connect(server)
                assert.equal("/path", server:client().path)
                for _, size in ipairs { 0, 1, 125, 126, 65535, 65536, 200000 } do
                    ws:send(("x"):rep(size), size % 2 == 0)
                    local ok, data = ws:recv(20000)
                    assert.is_true(ok)
                    assert.equal(size, #data)
                end
                ws:ping "are you there"
                ws:close(4001, "enough")
                assert.equal("CLOSED", ws:state())
            end)
            it("closes with a code", function()
                local server = test.websocket(function(peer)
                    local text, kind = peer:receive()
                    peer:send(text .. kind)
                    peer:close(4321, "told to")
                end)
                local ws, code, reason = connect(server)
                ws:on("close", function(...) code, reason = ... end)
                ws:send("text", true)
                assert.same({ true, "text1" }, { ws:recv(20000) })
                assert.is_false((ws:recv(20000)))
                assert.same({ 4321, "told to" }, { code, reason })
            end)
            it("sees the device's close", function()
                local why
                local server = test.websocket(function(peer) why = select(2, peer:receive()) end)
                local ws = connect(server)
                ws:close(4002, "")
                assert.equal("closed 4002", why)
            end)
            it("breaks off", function()
                local server = test.websocket(function(peer) peer:receive() peer:drop() end)
                local ws = connect(server)
                ws:send "x"
                assert.is_false((ws:recv(20000)))
            end)]])
    end)

    it("send fragments and pings, are sent many messages, and see a device that breaks off", function()
        assert_ok(5, [[
            require "sys"
            local websocket = require "websocket"
            local function connect(server)
                local ws = websocket.new(("ws://127.0.0.1:%d/"):format(server.port))
                assert.is_true(ws:connect(20000))
                return ws
            end
            it("fragments, with a ping between", function()
                local pong
                local server = test.websocket(function(peer)
                    peer:send_frame(1, "frag", true)
                    peer:send_frame(9, "there?")
                    peer:send_frame(0, "ment")
                    peer:receive(1000)
                end)
                local ws = connect(server)
                assert.same({ true, "fragment" }, { ws:recv(20000) })
                ws:close()
            end)
            it("many messages", function()
                local ws = connect(test.websocket())
                for number = 1, 1000 do
                    ws:send(tostring(number), true)
                end
                for number = 1, 1000 do
                    assert.same({ true, tostring(number) }, { ws:recv(20000) })
                end
                ws:close()
            end)
            it("several clients", function()
                local server = test.websocket()
                local list = { connect(server), connect(server), connect(server) }
                for index, ws in ipairs(list) do
                    ws:send(tostring(index), true)
                end
                for index, ws in ipairs(list) do
                    assert.same({ true, tostring(index) }, { ws:recv(20000) })
                    ws:close()
                end
                assert.equal(3, #server.clients)
            end)
            it("an end within a frame", function()
                require "socket"
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                sys.init(0, 0)
                local why, has_ended
                local server = test.websocket(function(peer)
                    why, has_ended = select(2, peer:receive()), true
                end)
                sys.taskInit(function()
                    while not socket.isReady() do sys.wait(1000) end
                    local client = socket.tcp()
                    assert(client:connect("127.0.0.1", server.port))
                    client:send "GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n\x81\xff\x00\x00"
                    client:close()
                end)
                test.clock.advance(60000)
                assert.is_true(has_ended)
                assert.equal("closed", why)
            end)
            it("a request without all of its body", function()
                require "socket"
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                sys.init(0, 0)
                local server = test.http()
                sys.taskInit(function()
                    while not socket.isReady() do sys.wait(1000) end
                    local client = socket.tcp()
                    assert(client:connect("127.0.0.1", server.port))
                    client:send "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"
                    client:close()
                end)
                test.clock.advance(60000)
                assert.equal(1, #server.connections)
                assert.equal(0, #server.requests)
            end)]])
    end)

    it("break the connection and fail the test by an error in their function", function()
        local output, status = inner_tests.run [[
            local test = require "luatos.test"
            local websocket = require "websocket"
            it("fails", function()
                local server = test.websocket(function(peer)
                    local text = peer:receive()
                    error("cannot serve " .. text)
                end)
                local ws = websocket.new(("ws://127.0.0.1:%d/"):format(server.port))
                assert.is_true(ws:connect(20000))
                ws:send("you", true)
                assert.is_false((ws:recv(5000)))
                assert.equal("CLOSED", ws:state())
                print "went on"
            end)]]
        assert.equal(1, status)
        assert.truthy(output:find("a_spec.lua:6: cannot serve you.*stack traceback:.*a_spec.lua:6: in"), output)
        assert.truthy(output:find("a task or callback has failed in this test", 1, true), output)
    end)

    it("outlive the start of the project, and get its requests", function()
        local output, status = inner_tests.luatos("--instant test -- --output=TAP", {
            ["main.lua"] = [[
                PROJECT, VERSION = "POSTER", "1.0.0"
                require "sys" require "http" require "log"
                sys.taskInit(function()
                    while not socket.isReady() do sys.waitUntil("IP_READY_IND", 1000) end
                    http.request("POST", "http://hook.example/in?a=1", nil, { ["X-Id"] = "7" }, "the body", 5000,
                        function(ok, status, _, body) log.info("hook", ok, status, body) end)
                end)
                sys.init(0, 0)
                sys.run()]],
            ["spec/a_spec.lua"] = [[
                local test = require "luatos.test"
                it("posts", function()
                    local hook = test.http(function(request) return 201, "made " .. request.head["x-id"] end)
                    test.project(".", { connect_to = { hook:at "hook.example:80" }, modem = { register_after = 0 } })
                    local request = hook:request(30000)
                    assert.equal("POST /in?a=1 the body", request.method .. " " .. request.path .. " " .. request.body)
                    assert.equal("201", test.expect_log "%[hook%] true (%d+) made 7")
                end)]],
        })
        assert.equal(0, status, output)
    end)
end)

it("an HTTP server permits a body, sends the test's own fields, and takes statuses that there are", function()
    assert_ok(1, [[
        it("answers", function()
            test.clock.instant()
            local socket = require "socket"
            sys.waitUntil("IP_READY_IND", 10000)
            local status = 200
            local server = test.http(function(request)
                return status, request.body, { ["content-length"] = 2, Connection = "x" }
            end)
            local function connect()
                local client = socket.tcp()
                assert.is_true(client:connect("127.0.0.1", server.port))
                return client
            end
            local client = connect()
            client:send "POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            assert.same({ true, "HTTP/1.1 100 Continue\r\n\r\n" }, { client:recv(5000) })
            client:send "abc"
            local text = ""
            repeat
                local is_open, data = client:recv(5000)
                text = text .. (is_open and data or "")
            until not is_open
            assert.truthy(text:find "^HTTP/1.1 200 OK\r\n.*\r\n\r\nabc$", text)
            assert.equal(1, select(2, text:lower():gsub("content%-length: 2", "")), text)
            assert.equal(1, select(2, text:lower():gsub("content%-length", "")), text)
            assert.equal(1, select(2, text:lower():gsub("connection: x", "")), text)
            assert.equal(1, select(2, text:lower():gsub("connection", "")), text)
            for _, wrong in ipairs { "200", 99, 1000, 200.5, true } do
                status = wrong
                connect():send "GET / HTTP/1.1\r\n\r\n"
                sys.wait(1000)
                local failures = require("luatos").take_failures()
                assert.equal(1, #failures)
                assert.truthy(failures[1]:find("respond: status: 100 to 999 expected, got", 1, true), failures[1])
            end
        end)]])
end)
