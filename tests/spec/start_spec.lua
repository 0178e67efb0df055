--- `ws:start` and `websocket.exit`: link up, messages, a lost connection, close by the user, exit, a queue while
-- offline, framing, two sockets.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local printed = require "printed"
local peer = require "peer"
local servers = require "servers"

--- The device's network, which only the LuatOS runtime has.
local link = require("interpreter").has_runtime and require "link"

local server = servers.peer()
local eventually = peer.eventually

--- A test of what only the LuatOS runtime has.
local it_on_the_device = link and it or function() end

setup(function()
    -- Objects of earlier spec files would count as active, and their messages are still undelivered.
    collectgarbage()
    collectgarbage()
    sys.wait(10)
    if link then
        eventually(link.isReady, "the link")
    end
end)

--- A started object and its events: texts in `seen`, and in `result` what `start` returned.
local function start(path, keep_alive, proc, pause, before)
    local ws = websocket.new(server:url(path))
    local run = { ws = ws, seen = {} }
    for _, event in ipairs { "open", "message", "sent", "pong", "error", "close" } do
        ws:on(event, function(...)
            run.seen[#run.seen + 1] = table.concat({ event, ... }, " ")
            if run[event] then
                run[event](...)
            end
        end)
    end
    if before then
        before(run)
    end
    sys.taskInit(function()
        run.result = ws:start(keep_alive, proc, pause or 0.05)
    end)
    return run
end

local function count(run, pattern)
    local number = 0
    for _, text in ipairs(run.seen) do
        if text:find(pattern) then
            number = number + 1
        end
    end
    return number
end

local function sees(run, pattern, times)
    eventually(function() return count(run, pattern) >= (times or 1) end,
        pattern .. " in " .. table.concat(run.seen, "; "))
end

local function ends(run)
    websocket.exit(run.ws)
    eventually(function() return run.result ~= nil end, "the return of start")
    assert.is_true(run.result)
    assert.is_false(run.ws:online())
end

describe("start", function()
    it("T6: connects, tells open, hands messages to the event and then to proc", function()
        local order, active = {}, {}
        local function note(flag) active[#active + 1] = flag end
        sys.subscribe("SOCKET_ACTIVE", note)
        local run
        run = start("/echo", 180, function(data) order[#order + 1] = "proc " .. data end, nil, function(made)
            made.open = function() made.ws:send("hello websocket server!") end
            made.message = function(data) order[#order + 1] = "event " .. data end
        end)
        sees(run, "^message")
        assert.same({ "open", "sent", "message hello websocket server! 2" }, run.seen)
        eventually(function() return order[2] end)
        assert.same({ "event hello websocket server!", "proc hello websocket server!" }, order)
        assert.equal("2:hello websocket server!", server:frames()[1])
        assert.same(link and { true } or {}, active)
        ends(run)
        assert.equal("close 1000 ", run.seen[4])
        if link then
            eventually(function() return active[2] ~= nil end)
            assert.same({ true, false }, active)
        end
        sys.unsubscribe("SOCKET_ACTIVE", note)
    end)

    it("T7: comes back after a drop, which it tells as lost, without a close frame", function()
        local closed = {}
        local function note(...) closed = { ... } end
        sys.subscribe("LIB_SOCKET_CLOSE_IND", note)
        local run = start("/drop?after=1", nil, nil, nil, function(made)
            made.open = function() made.ws:send("x") end
        end)
        sees(run, "^open", 2)
        ends(run)
        sys.unsubscribe("LIB_SOCKET_CLOSE_IND", note)
        local told = table.concat(run.seen, "; ")
        assert.truthy(told:find("^open; sent; message x 2; error connection lost.-; close 1006 "), told)
        assert.equal("2:x", server:frames()[1])
        assert.truthy(server:frames()[2]:find("^2:x"), "no close frame")
        assert.same(link and { nil, "TCP", "127.0.0.1", server.port } or {}, closed)
    end)

    it("T8: ws:close ends the connection, not start", function()
        local run = start("/echo", nil, nil, nil, function(made)
            made.open = function()
                if count(made, "^open") == 1 then
                    made.ws:close(1000, "bye")
                end
            end
        end)
        sees(run, "^open", 2)
        assert.same({ "open", "close 1000 bye", "open" }, run.seen)
        assert.equal("8:\3\232bye", server:frames()[1])
        ends(run)
    end)

    it("T10: what was sent offline goes out as single frames in order", function()
        local run = start("/echo", nil, nil, nil, function(made)
            made.ws:send("one", true)
            made.ws:send("two")
            made.ws:send("three", true)
            made.open = function() made.ws:send("hello") end
        end)
        sees(run, "^message", 4)
        assert.same({ "1:one", "2:two", "1:three", "2:hello" }, { table.unpack(server:frames(), 1, 4) })
        assert.equal(4, count(run, "^sent"))
        ends(run)
    end)

    it("T11: frames in one segment, split ones and long ones arrive in order", function()
        local run = start "/sizes?sizes=0,126,65536"
        sees(run, "^message", 3)
        assert.equal(("message %s 2"):format(("x"):rep(126)), run.seen[3])
        ends(run)
        run = start "/raw?hex=0103616263890080036465668100&glue=1"
        sees(run, "^message", 2)
        assert.same({ "open", "message abcdef 1", "message  1" }, run.seen)
        ends(run)
    end)

    it("T12: two objects have nothing to do with one another", function()
        local a, b = start "/echo", start "/echo?b"
        sees(a, "^open")
        sees(b, "^open")
        a.ws:send("for a", true)
        sees(a, "^message")
        sys.wait(50)
        assert.same({ "open", "sent", "message for a 1" }, a.seen)
        assert.same({ "open" }, b.seen)
        ends(a)
        assert.is_true(b.ws:online())
        ends(b)
    end)

    it("tells an attempt that failed as error and close 1006, and tries again", function()
        local run = start "/status?code=503"
        sees(run, "^close 1006", 2)
        assert.truthy(run.seen[1]:find("^error .*503"), run.seen[1])
        assert.truthy(run.seen[2]:find("^close 1006 .*503"), run.seen[2])
        assert.truthy(run.seen[3]:find("^error"))
        ends(run)
    end)

    it("comes back when the server does", function()
        local run = start("/echo", nil, nil, 0.05, function(made)
            made.ws:send("before", true)
        end)
        sees(run, "^message")
        server:stop()
        sees(run, "^close 1006", 2)
        run.ws:send("while away", true)
        server:restart()
        sees(run, "^message while away")
        ends(run)
    end)

    it("pings while open, and not otherwise", function()
        local run = start("/echo", 0.05)
        sees(run, "^pong", 3)
        ends(run)
        server:forget()
        sys.wait(200)
        assert.same({}, server:frames())
    end)

    it("a server that never says anything is lost after three keep-alive intervals", function()
        local run = start("/no-pong", 0.1)
        sees(run, "^error .*heartbeat missed")
        sees(run, "^close 1006 ")
        sees(run, "^open", 2)
        ends(run)
    end)

    it("an error in proc is logged and the loop goes on", function()
        local calls, run = 0, nil
        local text = printed(function()
            run = start("/echo", nil, function()
                calls = calls + 1
                error("broken proc")
            end)
            run.ws:send("1")
            run.ws:send("2")
            eventually(function() return calls == 2 end)
        end)
        assert.truthy(text:find("start_spec.lua:%d+: broken proc"), text)
        ends(run)
    end)

    it("proc may wait; what comes meanwhile is not lost", function()
        local got = {}
        local run = start("/echo", nil, function(data)
            sys.wait(30)
            got[#got + 1] = data
        end)
        for number = 1, 5 do
            run.ws:send(tostring(number), true)
        end
        eventually(function() return #got == 5 end)
        assert.same({ "1", "2", "3", "4", "5" }, got)
        ends(run)
    end)

    it("a second start says no", function()
        local second
        local run = start "/echo"
        sees(run, "^open")
        local text = printed(function() second = run.ws:start() end)
        assert.is_false(second)
        assert.truthy(text:find("running already", 1, true), text)
        assert.is_true(run.ws:online())
        ends(run)
    end)

    it("refuses what is no time and no function", function()
        local ws = websocket.new(server:url())
        for _, case in ipairs {
            { "keepAlive in seconds expected, got -1", -1 },
            { 'keepAlive in seconds expected, got "soon"', "soon" },
            { "proc", 1, 5 },
            { "reconnTime in seconds expected, got -2", 1, nil, -2 },
        } do
            local ok, problem = pcall(ws.start, ws, table.unpack(case, 2, 4))
            assert.is_false(ok)
            assert.truthy(problem:find(case[1], 1, true), problem)
        end
    end)

    it_on_the_device("waits for the link", function()
        local run = start "/echo"
        sees(run, "^open")
        link.shut()
        assert.is_false(link.isReady())
        sees(run, "^error .*IP_ERROR_IND")
        sees(run, "^close 1006")
        local requests = #server:log "request"
        sys.wait(150)
        assert.equal(requests, #server:log "request")
        sees(run, "^open", 2)
        ends(run)
    end)

    it("works outside a task too", function()
        local ws = websocket.new(server:url "/echo")
        ws:on("open", function() ws:send("x") end)
        ws:on("message", function() websocket.exit(ws) end)
        assert.is_true(ws:start())
    end)
end)

describe("exit", function()
    it("T9: ends an open connection with 1000, once however often it is called", function()
        local run = start "/echo"
        sees(run, "^open")
        websocket.exit(run.ws)
        websocket.exit(run.ws)
        ends(run)
        websocket.exit(run.ws)
        assert.same({ "open", "close 1000 " }, run.seen)
        assert.equal("8:\3\232", server:frames()[1])
    end)

    it("T9: ends the pause between attempts, without another one", function()
        local run = start("/status?code=500", nil, nil, 1000)
        sees(run, "^close")
        sys.wait(20)
        ends(run)
        assert.equal(1, #server:log "request")
    end)

    it("ends an attempt that is under way", function()
        local run = start "/silent"
        eventually(function() return server:log("request")[1] end)
        ends(run)
        assert.same({}, run.seen)
        eventually(function() return server:log("eof")[1] end)
    end)

    it_on_the_device("ends the wait for the link", function()
        link.shut()
        local run = start "/echo"
        sys.wait(20)
        ends(run)
        assert.same({}, run.seen)
        eventually(link.isReady)
    end)

    for _, event in ipairs { "open", "message", "sent", "pong", "error", "close" } do
        it("works from within " .. event, function()
            local path = (event == "error" or event == "close") and "/status?code=500" or "/echo"
            local run = start(path, 0.05, nil, 0.05, function(made)
                made.ws:send("x")
                made[event] = function() websocket.exit(made.ws) end
            end)
            eventually(function() return run.result ~= nil end)
            assert.is_true(run.result)
            local opened, closed = count(run, "^open"), count(run, "^close")
            assert.equal(1, closed, table.concat(run.seen, "; "))
            assert.equal(path == "/echo" and 1 or 0, opened)
        end)
    end

    it("start and connect work again afterwards", function()
        local run = start "/echo"
        sees(run, "^open")
        ends(run)
        assert.is_true(run.ws:connect(20000))
        websocket.exit(run.ws)
        assert.equal("CLOSED", run.ws:state())
        run.result = nil
        sys.taskInit(function() run.result = run.ws:start() end)
        sees(run, "^open", 3)
        ends(run)
    end)
end)

describe("websocket.exit before the attempt of start has begun", function()
    it("in a callback that start's connect runs first: nothing connects", function()
        local ws = websocket.new(server:url "/silent", nil, { queueSize = 100 })
        ws:on("error", function() websocket.exit(ws) end)
        ws:send(("x"):rep(90))
        assert.is_false((ws:send(("x"):rep(90))))
        local ended
        sys.taskInit(function() ended = ws:start(0, nil, 1) end)
        eventually(function() return ended end)
        assert.equal(0, #server:log("request"))
    end)

    it("while the connection before is closing: nothing connects", function()
        local ws = websocket.new(server:url "/no-close")
        assert(ws:connect(20000))
        local opened, ended = 0, nil
        ws:on("open", function() opened = opened + 1 end)
        sys.taskInit(function() ws:close() end)
        sys.taskInit(function() ended = ws:start(0, nil, 1) end)
        assert.equal("CLOSING", ws:state())
        websocket.exit(ws)
        eventually(function() return ended end)
        assert.equal(0, opened)
        assert.equal(1, #server:log("request"))
    end)
end)

describe("what happens while start pauses", function()
    it("is a pause even of 0 s, after an attempt that failed at once", function()
        local ws = websocket.new "ws://127.0.0.1:1/"
        local attempts, ended = 0, nil
        ws:on("error", function() attempts = attempts + 1 end)
        sys.taskInit(function() ended = ws:start(0, nil, 0) end)
        sys.wait(400)
        websocket.exit(ws)
        eventually(function() return ended end)
        -- Without a pause there are thousands.
        assert.truthy(attempts >= 1 and attempts < 20, attempts)
    end)

    it("is told at once: a full queue", function()
        local ws = websocket.new("ws://127.0.0.1:1/", nil, { queueSize = 10 })
        local told
        ws:on("error", function(text) told = text end)
        local ended
        sys.taskInit(function() ended = ws:start(0, nil, 3600) end)
        eventually(function() return told and told:find("refused", 1, true) end)
        assert.is_false((ws:send("beyond ten bytes")))
        eventually(function() return told:find("queue full", 1, true) end)
        websocket.exit(ws)
        eventually(function() return ended end)
    end)
end)

describe("connect", function()
    it("keeps to its own timeout beside another attempt and while the connection before is closing", function()
        local ws = websocket.new(server:url "/silent")
        local ended = {}
        local function in_task(name)
            sys.taskInit(function()
                ws[name](ws)
                ended[#ended + 1] = name
            end)
        end
        in_task "connect"
        local ok, why = ws:connect(300)
        assert.is_false(ok)
        assert.truthy(why:find("within 300 ms beside another attempt", 1, true), why)
        assert.equal("CONNECTING", ws:state())
        -- The attempt breaks.
        server:restart()
        eventually(function() return ended[1] end, "the end of connect")

        ws = websocket.new(server:url "/no-close")
        assert(ws:connect(20000))
        in_task "close"
        ok, why = ws:connect(300)
        assert.is_false(ok)
        assert.truthy(why:find("within 300 ms while the connection before was closing", 1, true), why)
        eventually(function() return ws:state() == "CLOSED" end)
        eventually(function() return ended[2] end, "the end of close")
    end)
end)
