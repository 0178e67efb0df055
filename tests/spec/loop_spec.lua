--- Tasks under `sys.run`, where the loop resumes them itself: a task that waits for a message does
-- not delay others.
local servers = require "servers"
local runner = require "runner"

local server = servers.peer()

--- The output of `body` in a task that the loop has resumed because of a message. Its locals are
-- `ws` (an echo), `silent` (another, to which nothing is sent) and `say`.
local function run(body)
    local output, status = runner.run(([[
        local sys, websocket = require "sys", require "websocket"
        local url, said = "%s", {}
        local function say(...) said[#said + 1] = table.concat({ ... }, " ") end
        sys.taskInit(function()
            local ws, silent = websocket.new(url), websocket.new(url)
            assert(ws:connect(20000) and silent:connect(20000))
            for _ = 1, 3 do
                ws:send "again"
                assert(ws:recv())
            end
            %s
            print(table.concat(said, "\n"))
            os.exit(0)
        end)
        sys.run()
    ]]):format(server:url "/echo", body), "--timeout 60")
    assert.equal(0, status, output)
    return output
end

it("timers, messages and other tasks go on", function()
    assert.equal("timer\npublished 7\nslept\ntrue late\n", run [[
        sys.timerStart(function() say "timer" sys.publish("EVENT", 7) end, 10)
        sys.taskInit(function()
            local _, value = sys.waitUntil "EVENT"
            say("published", value)
            sys.wait(10)
            say "slept"
            ws:send "late"
        end)
        local ok, data = ws:recv()
        say(tostring(ok), data)
    ]])
end)

it("a task that it starts, and a coroutine of its own, wait without it", function()
    assert.equal("in between\nstill here\ntrue one\n", run [[
        sys.taskInit(function()
            say "in between"
            silent:recv()
            say "never"
        end)
        local inner = coroutine.create(function()
            silent:recv()
            say "never"
        end)
        coroutine.resume(inner)
        say "still here"
        ws:send "one"
        local ok, data = ws:recv()
        say(tostring(ok), data)
    ]])
end)

it("of two tasks on two objects each gets what is its own, in turn", function()
    assert.equal("a1 b1 a2 b2 a3 b3\n", run [[
        local other = websocket.new(url)
        assert(other:connect(20000))
        local left, order = 2, {}
        local function talk(name, object)
            for round = 1, 3 do
                object:send(name .. round)
                local _, data = object:recv()
                order[#order + 1] = data
            end
            left = left - 1
            sys.publish "END"
        end
        sys.taskInit(talk, "a", ws)
        sys.taskInit(talk, "b", other)
        while left > 0 do
            sys.waitUntil "END"
        end
        table.sort(order, function(a, b) return a:reverse() < b:reverse() end)
        say(table.concat(order, " "))
    ]])
end)

it("two tasks on one object share its messages", function()
    assert.equal("a b c d\n", run [[
        local got = {}
        for _ = 1, 2 do
            sys.taskInit(function()
                for _ = 1, 2 do
                    local _, data = ws:recv()
                    got[#got + 1] = data
                end
                sys.publish "END"
            end)
        end
        sys.wait(10)
        for _, data in ipairs { "a", "b", "c", "d" } do
            ws:send(data)
        end
        while #got < 4 do
            sys.waitUntil "END"
        end
        table.sort(got)
        say(table.concat(got, " "))
    ]])
end)

it("the end of the connection and of the run come through", function()
    assert.equal("false closed with code 4000\n", run [[
        sys.timerStart(function() ws:close(4000) end, 10)
        local ok, why = ws:recv()
        say(tostring(ok), why)
    ]])
    local output, status = runner.run(([[
        local sys, websocket = require "sys", require "websocket"
        sys.taskInit(function()
            local ws = websocket.new "%s"
            assert(ws:connect(20000))
            ws:send "x"
            assert(ws:recv())
            ws:recv()
        end)
        sys.run()
    ]]):format(server:url "/echo"), "--timeout 1")
    assert.truthy(output:find "^luatos: %-%-timeout: .* the task of %S+:2 waits at %S+:7 for a WebSocket\n$", output)
    assert.equal(0, status)
end)
