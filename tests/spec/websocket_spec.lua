--- The websocket module call by call: outside tasks, in tasks, and the frames that arrive at a server which
-- shares no code with it.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local printed = require "printed"
local peer = require "peer"
local servers = require "servers"

local server = servers.peer()
local eventually = peer.eventually

local function open(path, ...)
    local ws = websocket.new(server:url(path), ...)
    assert.is_true(ws:connect(20000))
    return ws
end

--- Records the events of an object as texts.
local function record(ws, ...)
    local seen = {}
    for _, event in ipairs { ... } do
        ws:on(event, function(...)
            local texts = { event }
            for index = 1, select("#", ...) do
                texts[#texts + 1] = tostring((select(index, ...)))
            end
            texts[#texts + 1] = ws:state()
            seen[#seen + 1] = table.concat(texts, " ")
        end)
    end
    return seen
end

--- Runs `body` as a task and waits for its end.
local function in_task(body)
    local done, problem
    local function run()
        local ok, err = xpcall(body, debug.traceback)
        done, problem = true, not ok and err
    end
    sys.taskInit(run)
    eventually(function() return done end, "the task's end")
    assert(not problem, problem)
end

local function fails(expected, body)
    local ok, problem = pcall(body)
    assert.is_false(ok)
    assert.equal("string", type(problem))
    assert.truthy(problem:find(expected, 1, true), ("%q in %q"):format(expected, problem))
    assert.truthy(problem:find("_spec.lua:", 1, true), "the place in the script: " .. problem)
end

describe("websocket.new", function()
    it("makes an object without connecting", function()
        local ws = websocket.new(server:url "/echo")
        assert.equal("userdata", type(ws))
        assert.equal("CONNECTING", ws:state())
        assert.is_false(ws:online())
        assert.truthy(tostring(ws):find("/echo, CONNECTING", 1, true))
        assert.same({}, server:log())
    end)

    it("refuses what is no WebSocket URL and quotes it", function()
        for _, url in ipairs { "http://h/", "ws://", "h:80", "ws://h:99999", "ws://h/#f", "ws://h/a b" } do
            fails('"' .. url .. '"', function() websocket.new(url) end)
            fails("expected ws://", function() websocket.new(url) end)
        end
        fails("string expected, got 5", function() websocket.new(5) end)
        fails("string expected, got nil", function() websocket.new() end)
    end)

    it("keeps path and query byte for byte and lower-cases the rest", function()
        local ws = websocket.new("WS://LOCALHOST:" .. ("%d"):format(server.port) .. "/Echo/../%7e?Token=AbC")
        assert.is_true(ws:connect(20000))
        ws:close()
        assert.equal("/Echo/../%7e?Token=AbC", server:log("request")[1][3])
    end)

    it("sends user and password as Basic authorization, and shows neither", function()
        local ws = websocket.new(("ws://us:pa%%20ss@127.0.0.1:%d/echo"):format(server.port))
        assert.is_nil(tostring(ws):find("pa", 1, true))
        assert.is_true(ws:connect(20000))
        ws:close()
        local value
        for _, header in ipairs(server:log "header") do
            value = header[3] == "Authorization" and header[4] or value
        end
        assert.equal("Basic dXM6cGEgc3M=", value)
    end)

    it("takes headers and subprotocols", function()
        local ws = open("/subprotocol?name=b", nil, { headers = { ["X-Token"] = "t" }, subprotocols = { "a", "b" } })
        ws:close()
        local headers = {}
        for _, header in ipairs(server:log "header") do
            headers[header[3]] = header[4]
        end
        assert.equal("t", headers["X-Token"])
        assert.equal("a, b", headers["Sec-WebSocket-Protocol"])
    end)

    it("refuses a subprotocol that was not offered", function()
        local ws = websocket.new(server:url "/subprotocol?name=other")
        local ok, why = ws:connect(20000)
        assert.is_false(ok)
        assert.truthy(why:find('"other"', 1, true))
    end)

    it("checks the fields of its tables", function()
        local url = server:url()
        fails("options: table expected", function() websocket.new(url, nil, 5) end)
        fails("queueSize: number of bytes above 0 expected, got 0", function()
            websocket.new(url, nil, { queueSize = 0 })
        end)
        fails('maxMessageSize', function() websocket.new(url, nil, { maxMessageSize = "big" }) end)
        fails("headers", function() websocket.new(url, nil, { headers = { ["a b"] = "c" } }) end)
        fails("control characters", function() websocket.new(url, nil, { headers = { a = "b\r\nc: d" } }) end)
        fails("cert: table expected", function() websocket.new(url, "ca.pem") end)
        fails("cert.insist: 0 or 1 expected, got 2", function() websocket.new(url, { insist = 2 }) end)
        fails("cert.insist: 0 or 1 expected, got 0.5", function() websocket.new(url, { insist = 0.5 }) end)
        fails("cert.caCert", function() websocket.new(url, { caCert = {} }) end)
    end)

    it("warns of unknown fields by name", function()
        local text = printed(function() websocket.new(server:url(), { cacert = "x" }, { queuesize = 5 }) end)
        assert.truthy(text:find('"cacert"', 1, true), text)
        assert.truthy(text:find('"queuesize"', 1, true), text)
    end)
end)

describe("on", function()
    it("refuses what is no function", function()
        local ws = websocket.new(server:url())
        fails("function or nil expected for event \"open\", got 5", function() ws:on("open", 5) end)
    end)

    it("warns of an unknown event and goes on", function()
        local ws = websocket.new(server:url())
        local text = printed(function() ws:on("opened", function() end) end)
        assert.truthy(text:find('"opened"', 1, true), text)
    end)

    it("nil removes a callback", function()
        local ws = websocket.new(server:url "/echo")
        local seen = record(ws, "open", "message")
        ws:on("open", nil)
        ws:connect(20000)
        ws:send("x")
        ws:recv(20000)
        ws:close()
        assert.same({ "message x 2 OPEN" }, seen)
    end)

    it("tells everything in order, with the state at each moment", function()
        local ws = websocket.new(server:url "/echo")
        local seen = record(ws, "open", "message", "sent", "pong", "close", "error")
        assert.is_true(ws:connect(20000))
        ws:send("text", true)
        assert.same({ true, "text" }, { ws:recv(20000) })
        ws:ping("p")
        assert.same({ false, "timeout" }, { ws:recv(300) })
        ws:close(3001, "done")
        assert.same({
            "open OPEN", "sent OPEN", "message text 1 OPEN", "pong p OPEN", "close 3001 done CLOSED",
        }, seen)
    end)

    it("an error in a callback is logged with its traceback, and connection and caller live on", function()
        local connected, ok, data
        local ws = websocket.new(server:url "/echo")
        ws:on("open", function() error("broken open") end)
        ws:on("message", function() error({}) end)
        local text = printed(function()
            connected = ws:connect(20000)
            ws:send("x", true)
            ok, data = ws:recv(20000)
        end)
        assert.is_true(connected)
        assert.same({ true, "x" }, { ok, data })
        assert.truthy(text:find("websocket_spec.lua:%d+: broken open"), text)
        assert.truthy(text:find("stack traceback:", 1, true), text)
        assert.truthy(text:find("error object is a table", 1, true), text)
        ws:close()
    end)

    it("callbacks may wait, send and close", function()
        local ws = websocket.new(server:url "/echo")
        local seen = {}
        ws:on("open", function()
            sys.wait(20)
            ws:send("from open", true)
        end)
        ws:on("message", function(data)
            sys.wait(20)
            seen[#seen + 1] = data
            ws:close(3002)
            seen[#seen + 1] = ws:state()
        end)
        ws:on("close", function(code) seen[#seen + 1] = code end)
        in_task(function()
            assert(ws:connect(20000))
            assert(ws:recv(20000))
            local ok, why = ws:recv(20000)
            assert(ok == false and why == "closed with code 3002", why)
        end)
        assert.same({ "from open", "CLOSED", 3002 }, seen)
    end)
end)

-- The event loop connects to an address, a worker thread to a name.
for _, host in ipairs { "127.0.0.1", "localhost" } do
    describe("connect to " .. host, function()
        local function url(path)
            return (server:url(path):gsub("127%.0%.0%.1", host))
        end

        it("reports status and first line of a refusal", function()
            local ws = websocket.new(url "/status?code=503&body=come%20back%20later%0Amore")
            assert.same({ false, "the server answered 503 Because: come back later" }, { ws:connect(20000) })
            ws = websocket.new(url "/status?code=301&location=ws://elsewhere/")
            local ok, why = ws:connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find("301", 1, true) and why:find("ws://elsewhere/", 1, true), why)
            for _, code in ipairs { 200, 401 } do
                ok, why = websocket.new(url("/status?code=" .. code)):connect(20000)
                assert.is_false(ok)
                assert.truthy(why:find(tostring(code), 1, true), why)
            end
        end)

        it("refuses a wrong Sec-WebSocket-Accept", function()
            local ok, why = websocket.new(url "/bad-accept"):connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find("Sec-WebSocket-Accept", 1, true), why)
        end)

        it("has one deadline, also over a server that says nothing or trickles", function()
            for _, path in ipairs { "/silent", "/trickle?pause=0.2" } do
                local ok, why = websocket.new(url(path)):connect(400)
                assert.is_false(ok)
                assert.truthy(why:find("timeout", 1, true) and why:find("400 ms", 1, true), why)
            end
        end)

        it("an answer in single bytes is an answer", function()
            local ws = websocket.new(url "/trickle?pause=0")
            assert.is_true(ws:connect(20000))
            ws:close()
        end)

        it("a server that closes without an answer is named", function()
            local ok, why = websocket.new(url "/reset?when=request"):connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find("connection broke", 1, true), why)
        end)

        it("frames that come with the answer are there", function()
            local ws = websocket.new(url "/raw?glue=1&hex=81056561726c79")
            assert.is_true(ws:connect(20000))
            assert.same({ true, "early" }, { ws:recv(20000) })
            ws:close()
        end)
    end)
end

describe("connect", function()
    it("is true at once where the connection is open", function()
        local ws = open "/echo"
        assert.is_true(ws:connect(20000))
        assert.equal(1, #server:log "request")
        ws:close()
    end)

    it("says why it failed, and the same object can try again", function()
        local ws = websocket.new("ws://127.0.0.1:1/")
        local seen = record(ws, "error", "close")
        for _ = 1, 2 do
            local ok, why = ws:connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find("127.0.0.1:1", 1, true) and why:find("refused", 1, true), why)
            assert.equal("CLOSED", ws:state())
        end
        assert.equal(2, #seen)
        assert.truthy(seen[1]:find("^error .*refused"), seen[1])
    end)

    it("names that do not resolve are named", function()
        local ok, why = websocket.new("ws://no.such.host.invalid/"):connect(20000)
        assert.is_false(ok)
        assert.truthy(why:find('cannot resolve "no.such.host.invalid"', 1, true), why)
    end)

    it("refuses a bad timeout by its value", function()
        local ws = websocket.new(server:url())
        fails("connect: timeout in ms above 0 expected, got -1", function() ws:connect(-1) end)
        fails('got "soon"', function() ws:connect("soon") end)
    end)

    it("lets other tasks run while it waits", function()
        local ticks = 0
        local timer = sys.timerLoopStart(function() ticks = ticks + 1 end, 10)
        websocket.new(server:url "/silent"):connect(300)
        sys.timerStop(timer)
        assert.is_true(ticks > 2, tostring(ticks))
    end)
end)

describe("send", function()
    it("makes each call a message of its own, in order, masked", function()
        local ws = open "/echo"
        ws:send("one", true)
        ws:send("two")
        ws:send("", true)
        ws:send(12, true)
        for _, expected in ipairs { "one", "two", "", "12" } do
            assert.same({ true, expected }, { ws:recv(20000) })
        end
        ws:close()
        assert.same({ "1:one", "2:two", "1:", "1:12" }, { table.unpack(server:frames(), 1, 4) })
        for _, frame in ipairs(server:log "frame") do
            assert.equal("1", frame[5], "masked")
        end
    end)

    it("keeps what is sent before the connection opens, and tells sent for each", function()
        local ws = websocket.new(server:url "/echo")
        local seen = record(ws, "sent", "open")
        assert.is_true(ws:send("early 1", true))
        assert.is_true(ws:send("early 2"))
        ws:on("open", function() ws:send("hello") end)
        assert.is_true(ws:connect(20000))
        for _, expected in ipairs { "early 1", "early 2", "hello" } do
            assert.same({ true, expected }, { ws:recv(20000) })
        end
        ws:close()
        assert.same({ "1:early 1", "2:early 2", "2:hello" }, { table.unpack(server:frames(), 1, 3) })
        assert.equal(3, #seen)
    end)

    it("any length arrives whole, both ways", function()
        local ws = open "/echo"
        for _, size in ipairs { 0, 1, 125, 126, 127, 65535, 65536, 1000000 } do
            local data = ("0123456789abcdef"):rep(math.floor(size / 16) + 1):sub(1, size)
            assert.is_true(ws:send(data))
            local ok, back = ws:recv(20000)
            assert.is_true(ok)
            assert.is_true(data == back, "size " .. size)
        end
        ws:close()
    end)

    it("a full queue refuses, says so, and drops nothing", function()
        local ws = websocket.new(server:url "/echo", nil, { queueSize = 100 })
        local seen = record(ws, "error")
        assert.is_true(ws:send(("a"):rep(60)))
        assert.same({ false, "queue full" }, { ws:send(("b"):rep(60)) })
        assert.is_true(ws:send(("c"):rep(40)))
        assert.is_true(ws:connect(20000))
        assert.same({ true, ("a"):rep(60) }, { ws:recv(20000) })
        assert.same({ true, ("c"):rep(40) }, { ws:recv(20000) })
        assert.equal(1, #seen)
        assert.truthy(seen[1]:find("^error queue full"), seen[1])
        ws:close()
    end)

    it("a queue that was full long before does not keep connect from waking", function()
        local ws = websocket.new(server:url "/echo", nil, { queueSize = 20 })
        ws:send(("a"):rep(20))
        ws:send("b")
        sys.wait(20)
        local connected
        sys.taskInit(function() connected = ws:connect(20000) end)
        eventually(function() return connected ~= nil end, "the end of connect")
        assert.is_true(connected)
        ws:close()
    end)

    it("what was not handed over when the connection broke goes out on the next one", function()
        local ws = open "/drop?after=1"
        ws:send("first", true)
        assert.same({ true, "first" }, { ws:recv(20000) })
        assert.is_false(ws:recv(20000))
        ws:send("second", true)
        ws:send("third", true)
        assert.is_true(ws:connect(20000))
        assert.same({ true, "second" }, { ws:recv(20000) })
        assert.equal("1:second", server:frames()[2])
        ws:close()
    end)

    it("refuses tables and booleans", function()
        local ws = websocket.new(server:url())
        fails("send: data: string, number or nil expected, got table", function() ws:send({}) end)
        fails("got boolean", function() ws:send(true) end)
    end)

    it("refuses more than maxMessageSize", function()
        local ws = websocket.new(server:url(), nil, { maxMessageSize = 10 })
        local ok, why = ws:send(("x"):rep(11))
        assert.is_false(ok)
        assert.truthy(why:find("maxMessageSize", 1, true), why)
    end)
end)

describe("sendFrame, ping, pong", function()
    it("takes a frame of any size while nothing else waits, whatever queueSize", function()
        local ws = websocket.new(server:url(), nil, { queueSize = 10 })
        assert(ws:connect(5000))
        assert.is_true(ws:ping "x")
        assert.is_true(ws:sendFrame(true, 2, ("x"):rep(2 * 0x100000)))
        local ok, data = ws:recv(20000)
        assert.same({ true, 2 * 0x100000 }, { ok, #data })
        assert.is_false((ws:send "beyond ten bytes"))
        assert.is_true(ws:send "short")
        ws:close()
    end)

    it("write that very frame", function()
        local ws = open "/echo"
        assert.is_true(ws:sendFrame(false, 1, "Hel"))
        assert.is_true(ws:ping("mid"))
        assert.is_true(ws:sendFrame(true, 0, "lo"))
        assert.is_true(ws:pong("un"))
        assert.same({ true, "Hello" }, { ws:recv(20000) })
        ws:close()
        eventually(function() return #server:frames() >= 5 end)
        assert.same({ "1:Hel", "9:mid", "0:lo", "10:un" }, { table.unpack(server:frames(), 1, 4) })
        assert.equal("0", server:log("frame")[1][3], "not final")
    end)

    it("say what cannot be sent", function()
        local ws = websocket.new(server:url "/echo")
        assert.same({ false, "not connected (state CONNECTING)" }, { ws:ping("x") })
        assert.is_true(ws:connect(20000))
        local ok, why = ws:ping(("x"):rep(126))
        assert.is_false(ok)
        assert.truthy(why:find("125", 1, true), why)
        ok, why = ws:sendFrame(false, 9, "x")
        assert.is_false(ok)
        assert.truthy(why:find("fragmented", 1, true), why)
        assert.is_true(ws:ping(("x"):rep(125)))
        fails("opcode: integer 0 to 15 expected, got 16", function() ws:sendFrame(true, 16, "") end)
        fails("got 1.5", function() ws:sendFrame(true, 1.5, "") end)
        fails('got "1"', function() ws:sendFrame(true, "1", "") end)
        fails("sendFrame: data", function() ws:sendFrame(true, 1, {}) end)
        assert.is_true(ws:sendFrame(true, 1))
        assert.same({ true, "" }, { ws:recv(20000) })
        ws:close()
    end)

    it("opcode 8 starts the closing handshake", function()
        local ws = open "/echo"
        local seen = record(ws, "close")
        assert.is_true(ws:sendFrame(true, 8, "\15\161bye"))
        assert.is_false(ws:recv(20000))
        assert.same({ "close 4001 bye CLOSED" }, seen)
    end)

    it("pings of the server are answered by themselves", function()
        local ws = open "/raw?hex=8903616263"
        ws:recv(100)
        eventually(function() return server:frames()[1] end)
        assert.equal("10:abc", server:frames()[1])
        ws:close()
    end)
end)

describe("recv", function()
    it("gives whole messages however they are cut", function()
        local frames = "8103" .. "6f6e65" .. "0102" .. "6672" .. "8900" .. "8002" .. "6167" .. "8200"
        for _, how in ipairs { "&glue=1", "&step=1", "&step=3", "" } do
            local ws = open("/raw?hex=" .. frames .. how)
            for _, expected in ipairs { "one", "frag", "" } do
                assert.same({ true, expected }, { ws:recv(20000) }, how)
            end
            ws:close()
        end
    end)

    it("gives every length", function()
        local ws = open "/sizes?sizes=0,125,126,65535,65536,300000"
        for _, size in ipairs { 0, 125, 126, 65535, 65536, 300000 } do
            local ok, data = ws:recv(20000)
            assert.is_true(ok)
            assert.equal(size, #data)
        end
        ws:close()
    end)

    it("is false where nothing was ever open", function()
        assert.same({ false, "not connected" }, { websocket.new(server:url()):recv() })
    end)

    it("gives what came before the end, then the reason", function()
        local ws = open "/raw?hex=81016181016288050bb8627965"
        sys.wait(50)
        assert.same({ true, "a" }, { ws:recv() })
        assert.same({ true, "b" }, { ws:recv() })
        assert.same({ false, "closed with code 3000: bye" }, { ws:recv() })
        assert.same({ false, "closed with code 3000: bye" }, { ws:recv() })
    end)

    it("nobody reads: TCP pushes back, nothing is lost", function()
        local count = 30000
        local ws = open("/flood?count=" .. count)
        sys.wait(200)
        for number = 0, count - 1 do
            local ok, data = ws:recv(20000)
            if not ok or data ~= tostring(number) then
                assert.same({ true, tostring(number) }, { ok, data })
            end
        end
        ws:close()
    end)

    it("works in a task, with a timeout, and a stray resume changes nothing", function()
        local ws = open "/echo"
        local results = {}
        local task = sys.taskInit(function()
            results[1] = table.pack(ws:recv(50))
            results[2] = table.pack(ws:recv())
            results[3] = true
        end)
        eventually(function() return results[1] end)
        for _ = 1, 3 do
            coroutine.resume(task, "stray", 1)
        end
        assert.is_nil(results[2])
        ws:send("real", true)
        eventually(function() return results[3] end)
        assert.same({ false, "timeout", n = 2 }, results[1])
        assert.same({ true, "real", n = 2 }, results[2])
        ws:close()
    end)

    it("outside a task does not keep what happens from a task that waits too", function()
        local ws = open "/drop?after=1"
        local told
        sys.taskInit(function() told = { ws:recv() } end)
        ws:send("x", true)
        repeat until not ws:recv()
        eventually(function() return told end)
    end)

    it("two tasks share the messages", function()
        local ws = open "/echo"
        local got = {}
        for _ = 1, 2 do
            sys.taskInit(function()
                while true do
                    local ok, data = ws:recv()
                    got[#got + 1] = ok and data or "end"
                    if not ok then
                        return
                    end
                end
            end)
        end
        for number = 1, 4 do
            ws:send(tostring(number), true)
        end
        eventually(function() return #got == 4 end)
        ws:close()
        eventually(function() return #got == 6 end)
        assert.same({ "1", "2", "3", "4", "end", "end" }, got)
    end)
end)

describe("close", function()
    it("reports the code it was given, and 1001 without one", function()
        for _, case in ipairs { { {}, 1001, "8:\3\232" }, { { 4000, "why" }, 4000, "8:\15\160why" } } do
            server:forget()
            local ws = open "/echo"
            local seen = {}
            ws:on("close", function(code, reason) seen = { code, reason } end)
            ws:close(table.unpack(case[1]))
            assert.equal("CLOSED", ws:state())
            assert.same({ case[2], case[1][2] or "" }, seen)
            assert.equal(case[3], server:frames()[1])
        end
    end)

    it("reports the peer's code: given, none, and a lost connection", function()
        for path, expected in pairs {
            ["/close?code=3001&reason=go"] = "close 3001 go CLOSED",
            ["/close"] = "close 1005  CLOSED",
            ["/drop"] = "close 1006 the server ended it without a close frame CLOSED",
        } do
            local ws = websocket.new(server:url(path))
            local seen = record(ws, "close", "error")
            assert.is_true(ws:connect(20000))
            assert.is_false(ws:recv(20000))
            assert.equal(expected, seen[#seen])
            assert.equal(path == "/drop" and 2 or 1, #seen)
        end
    end)

    it("passes through CLOSING and has a bound", function()
        local ws = open "/no-close"
        local states = {}
        sys.taskInit(function()
            ws:close()
            states[#states + 1] = ws:state()
        end)
        assert.equal("CLOSING", ws:state())
        assert.is_false(ws:online())
        assert.same({ false, "not connected (state CLOSING)" }, { ws:ping() })
        eventually(function() return states[1] end)
        assert.same({ "CLOSED" }, states)
    end)

    it("what was queued before goes out before", function()
        local ws = open "/echo"
        in_task(function()
            ws:send("last words", true)
            ws:close(1000)
        end)
        assert.same({ "1:last words", "8:\3\232" }, server:frames())
    end)

    it("does nothing where nothing is open", function()
        local ws = websocket.new(server:url "/echo")
        local seen = record(ws, "close")
        ws:close()
        assert.equal("CONNECTING", ws:state())
        assert.is_true(ws:connect(20000))
        ws:close()
        ws:close()
        assert.equal(1, #seen)
    end)

    it("refuses codes and reasons that may not be sent", function()
        local ws = open "/echo"
        for _, code in ipairs { 0, 999, 1004, 1005, 1006, 1015, 5000, 1000.5 } do
            fails("code: 1000-1003", function() ws:close(code) end)
        end
        fails('got "1000"', function() ws:close("1000") end)
        fails("at most 123 bytes, got 124", function() ws:close(1000, ("x"):rep(124)) end)
        fails("UTF-8", function() ws:close(1000, "\255") end)
        assert.equal("OPEN", ws:state())
        ws:close(1000, ("x"):rep(123))
    end)

    it("answers a violation with its code and says what it was", function()
        for hex, code in pairs { ["8300"] = 1002, ["8102c328"] = 1007, ["827f0000000010000000"] = 1009 } do
            server:forget()
            local ws = websocket.new(server:url("/raw?hex=" .. hex))
            local seen = record(ws, "error", "close")
            assert.is_true(ws:connect(20000))
            assert.is_false(ws:recv(20000))
            assert.truthy(seen[1]:find("^error protocol violation"), seen[1])
            assert.truthy(seen[2]:find("^close " .. code), seen[2])
            assert.equal(("8:%c%c"):format(math.floor(code / 256), code % 256), server:frames()[1])
        end
    end)
end)

it("an object that nobody holds closes its socket", function()
    -- In a separate task, so that no unused slot of this stack refers to it.
    in_task(function()
        local ws = open "/echo"
        ws:on("message", function() print(ws) end)
    end)
    eventually(function()
        collectgarbage()
        return server:frames()[1]
    end, "the end of the connection")
    assert.equal("8:\3\233", server:frames()[1])
end)

it("a task that waits keeps its object", function()
    local got
    sys.taskInit(function()
        local ws = websocket.new(server:url "/echo")
        assert(ws:connect(20000))
        sys.timerStart(function() ws:send("late", true) end, 60)
        local result = table.pack(ws:recv())
        ws:close()
        got = result
    end)
    for _ = 1, 10 do
        sys.wait(5)
        collectgarbage()
    end
    eventually(function() return got end)
    assert.same({ true, "late", n = 2 }, got)
end)

it("calls on something else say so", function()
    local ws = websocket.new(server:url())
    for _, name in ipairs {
        "on", "connect", "send", "sendFrame", "ping", "pong", "recv", "close", "state", "online", "start",
    } do
        fails(name .. ": websocket object expected, got 5", function() ws[name](5) end)
    end
    fails("exit: websocket object expected, got nil", function() websocket.exit() end)
end)
