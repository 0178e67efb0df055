--- Under any load sockets, timers and attempts to connect get their turn, received data is read before a
-- deadline is judged, and no received data is lost.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"
local servers = require "servers"
local runner = require "runner"
local interpreter = require "interpreter"

local server = servers.peer()
local eventually = peer.eventually

--- Keeps the processor busy without waiting.
local function compute(seconds)
    local give_up = os.clock() + seconds
    repeat until os.clock() >= give_up
end

--- Runs `action` beside tasks that compute for `seconds` and wait for `ms`, again and again; returns
-- after they have ended.
local function under_load(tasks, seconds, ms, action)
    local is_loaded, running = true, tasks
    for _ = 1, tasks do
        sys.taskInit(function()
            while is_loaded do
                compute(seconds)
                sys.wait(ms)
            end
            running = running - 1
        end)
    end
    local ok, problem = pcall(action)
    is_loaded = false
    eventually(function() return running == 0 end, "the end of the tasks")
    assert(ok, problem)
end

describe("while timers keep coming due", function()
    it("an open connection is served", function()
        local ws = websocket.new(server:url())
        assert(ws:connect(20000))
        under_load(30, 0.001, 20, function()
            for index = 1, 8 do
                ws:send("message " .. index, true)
                assert.same({ true, "message " .. index }, { ws:recv(20000) })
            end
        end)
        ws:close()
    end)

    it("an attempt to connect succeeds, by address and by name", function()
        under_load(2, 0.01, 5, function()
            for _, host in ipairs { "127.0.0.1", "localhost" } do
                local ws = websocket.new(("ws://%s:%d/"):format(host, server.port))
                assert.same({ true }, { ws:connect(20000) })
                ws:close()
            end
        end)
    end)

    it("tasks that wait on a connection are served too", function()
        local done
        under_load(30, 0.001, 20, function()
            sys.taskInit(function()
                local ws = websocket.new(server:url())
                assert(ws:connect(20000))
                ws:send("from a task", true)
                local _, message = ws:recv(20000)
                ws:close()
                done = message
            end)
            eventually(function() return done end)
        end)
        assert.equal("from a task", done)
    end)
end)

describe("recv(0)", function()
    local function poll()
        local ws = websocket.new(server:url())
        assert(ws:connect(20000))
        ws:send("polled", true)
        local give_up = os.time() + 20
        local ok, data
        repeat
            ok, data = ws:recv(0)
        until ok or os.time() > give_up
        ws:close()
        return data
    end

    it("in a loop finds a message outside tasks", function()
        assert.equal("polled", poll())
    end)

    it("in a loop finds a message in a task", function()
        local data
        sys.taskInit(function() data = poll() end)
        eventually(function() return data end)
        assert.equal("polled", data)
    end)
end)

describe("a timer", function()
    it("is served while a peer floods a plain loop of recv", function()
        local ws = websocket.new(server:url "/flood?count=300000")
        assert(ws:connect(20000))
        local ticks, received = 0, 0
        local timer = sys.timerLoopStart(function() ticks = ticks + 1 end, 5)
        while ticks < 20 and ws:recv(20000) do
            received = received + 1
        end
        sys.timerStop(timer)
        assert.is_true(ticks >= 20)
        assert.is_true(received > 0)
        ws:close()
    end)
end)

describe("a script that computes for each message of a full inbox", function()
    local function work_through()
        local ws = websocket.new(server:url "/flood?count=300000")
        assert(ws:connect(20000))
        local ticks, most, between = 0, 0, 0
        local timer = sys.timerLoopStart(function()
            ticks, between = ticks + 1, 0
        end, 5)
        for _ = 1, 1000 do
            assert(ws:recv(20000))
            between = between + 1
            most = math.max(most, between)
            compute(0.001)
        end
        sys.timerStop(timer)
        ws:close()
        return ticks, most
    end

    it("lets timers have their turn outside tasks", function()
        local ticks, most = work_through()
        assert.is_true(ticks >= 10 and most < 500, ticks .. " ticks, " .. most .. " messages without one")
    end)

    it("lets timers have their turn in a task", function()
        local ticks, most
        sys.taskInit(function() ticks, most = work_through() end)
        eventually(function() return most end)
        assert.is_true(ticks >= 10 and most < 500, ticks .. " ticks, " .. most .. " messages without one")
    end)
end)

describe("a server that answers before it reads on", function()
    it("is read while much of ours waits to be sent", function()
        local ws = websocket.new(server:url(), nil, { queueSize = 64 * 0x100000 })
        assert(ws:connect(20000))
        local size = 8 * 0x100000
        for _ = 1, 4 do
            assert.is_true(ws:send(("x"):rep(size)))
        end
        for _ = 1, 4 do
            local ok, data = ws:recv(20000)
            assert.is_true(ok)
            assert.equal(size, #data)
        end
        ws:close()
    end)
end)

describe("what has arrived", function()
    it("is not lost by a write that fails", function()
        local ws = websocket.new(server:url "/last-words")
        local code, reason
        ws:on("close", function(...) code, reason = ... end)
        assert(ws:connect(20000))
        -- The answers to our messages are resets: the second one fails.
        for _ = 1, 3 do
            os.execute("sleep 0.2")
            ws:send("too late", true)
        end
        assert.same({ true, "bye" }, { ws:recv(20000) })
        assert.is_false((ws:recv(20000)))
        assert.same({ 4001, "over" }, { code, reason })
    end)
end)

describe("a message sent after the server has gone", function()
    --- Sends to a server that ends TCP right after the handshake; returns how often `sent` fired.
    local function send_late(size)
        local ws = websocket.new(server:url "/drop", nil, { queueSize = 4 * 0x100000 })
        local sent = 0
        ws:on("sent", function() sent = sent + 1 end)
        assert(ws:connect(20000))
        compute(0.3)
        assert.is_true(ws:send(("x"):rep(size), true))
        assert.is_false((ws:recv(20000)))
        return sent
    end

    for _, size in ipairs { 10, 100000, 0x100000 } do
        it(("waits for the next connection: %d bytes"):format(size), function()
            assert.equal(0, send_late(size))
            local sent
            sys.taskInit(function() sent = send_late(size) end)
            eventually(function() return sent end)
            assert.equal(0, sent)
        end)
    end
end)

describe("a script whose last connection goes while there is more to read", function()
    it("ends, and its waits cost nothing", function()
        local script = ([[
            local sys = require "sys"
            local websocket = require "websocket"
            do
                local ws = websocket.new("ws://127.0.0.1:%d/flood?count=5000")
                assert(ws:connect(20000))
                for _ = 1, 3 do assert(ws:recv(20000)) end
            end
            collectgarbage()
            local before = os.clock()
            sys.wait(2000)
            print(os.clock() - before < 1)
            sys.run()
            print "over"
        ]]):format(server.port)
        for _, run in ipairs { runner.lua, interpreter.has_runtime and runner.run or nil } do
            local output, status = run(script)
            -- The runner's warning of a wait outside a task comes before it.
            assert.equal("true\nover\n", output:match "true\n.*" or output)
            assert.equal(0, status)
        end
    end)
end)

describe("the heartbeat", function()
    local function run(path, proc)
        local ws = websocket.new(server:url(path))
        local problems, ended = {}, false
        ws:on("error", function(text) problems[#problems + 1] = text end)
        sys.taskInit(function()
            ws:start(0.2, function(data)
                if proc(ws, data) then
                    websocket.exit(ws)
                end
            end)
            ended = true
        end)
        return ws, problems, function() return ended end
    end

    it("does not cut a live connection after a long computation", function()
        local count = 0
        local ws, problems, ended = run("/", function(ws)
            count = count + 1
            compute(0.8)
            ws:send("again", true)
            return count == 4
        end)
        ws:send("first", true)
        eventually(ended)
        assert.same({}, problems)
        assert.equal(1, #server:log("request"))
    end)

    it("does not cut a live connection while our own full inbox pauses reading", function()
        local count, total = 0, 3000
        local _, problems, ended = run("/sizes?sizes=" .. ("9,"):rep(total - 1) .. "9", function()
            count = count + 1
            if count == 1 or count == 1500 then
                sys.wait(1500)
            end
            return count == total
        end)
        eventually(ended)
        assert.same({}, problems)
        assert.equal(total, count)
        assert.equal(1, #server:log("request"))
    end)
end)

describe("a close frame sent by hand", function()
    it("is the last frame of its connection; later messages wait for the next one", function()
        local ws = websocket.new(server:url())
        local sent, codes = 0, {}
        ws:on("sent", function() sent = sent + 1 end)
        ws:on("close", function(code) codes[#codes + 1] = code end)
        assert(ws:connect(20000))
        sys.taskInit(function()
            assert.is_true(ws:sendFrame(true, 8, "\15\160mine"))
            assert.equal("CLOSING", ws:state())
            assert.is_true(ws:send("for the next connection", true))
            assert.is_false((ws:sendFrame(true, 1, "not open")))
            ws:close()
        end)
        eventually(function() return ws:state() == "CLOSED" end)
        assert.same({ "8:\15\160mine" }, server:frames())
        assert.is_false((ws:recv(20000)))
        assert.same({ 4000 }, codes)
        assert.equal(0, sent)
        assert(ws:connect(20000))
        assert.same({ true, "for the next connection" }, { ws:recv(20000) })
        assert.equal(1, sent)
        ws:close()
    end)
end)
