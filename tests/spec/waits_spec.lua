--- Waits in the places where Lua's versions differ: callbacks, iterators, comparisons, other schedulers.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local printed = require "printed"
local peer = require "peer"

local server = require("servers").peer()
local eventually = peer.eventually

local function open()
    local ws = websocket.new(server:url "/echo")
    assert.is_true(ws:connect(20000))
    return ws
end

--- Sends a text to a further object and waits for it to come back.
local function round_trip(text)
    local ws = open()
    ws:send(text, true)
    local ok, data = ws:recv(20000)
    ws:close()
    return ok and data
end

--- Runs a body in a task until its end.
local function in_task(body)
    local is_over
    sys.taskInit(function()
        body()
        is_over = true
    end)
    eventually(function() return is_over end, "the task's end")
end

describe("a callback in a task", function()
    it("waits, and the task goes on after it", function()
        in_task(function()
            local ws, seen = open(), {}
            ws:on("message", function(data)
                table.insert(seen, round_trip(data .. " inside"))
                sys.wait(5)
                table.insert(seen, round_trip(data .. " again"))
            end)
            ws:send("a", true)
            ws:send("b", true)
            for _ = 1, 2 do
                local _, data = ws:recv(20000)
                table.insert(seen, data)
            end
            ws:close()
            assert.same({ "a inside", "a again", "a", "b inside", "b again", "b" }, seen)
        end)
    end)

    it("waits in callbacks of callbacks, and in proc of start", function()
        in_task(function()
            local seen = {}
            local outer = websocket.new(server:url "/echo")
            outer:on("open", function()
                local inner = open()
                inner:on("message", function(data) table.insert(seen, round_trip(data)) end)
                inner:send("inner", true)
                inner:recv(20000)
                inner:close()
                outer:send("outer", true)
            end)
            outer:start(0, function(data)
                table.insert(seen, round_trip(data))
                websocket.exit(outer)
            end)
            assert.same({ "inner", "outer" }, seen)
        end)
    end)

    it("that fails after a wait is reported with its lines, and the task goes on", function()
        local output = printed(function()
            in_task(function()
                local ws = open()
                ws:on("message", function()
                    round_trip "x"
                    error "after the wait"
                end)
                ws:send("y", true)
                assert.same({ true, "y" }, { ws:recv(20000) })
                ws:close()
            end)
        end)
        assert.truthy(output:find("waits_spec.lua:%d+: after the wait"), output)
        assert.truthy(output:find("stack traceback:\n.*waits_spec.lua:%d+: in function"), output)
        assert.is_nil(output:find("coroutine.resume", 1, true), output)
    end)

    it("yields to its own scheduler by its task, with values both ways", function()
        local ws, seen = open(), {}
        ws:on("message", function(data) table.insert(seen, { coroutine.yield("question", data, nil) }) end)
        ws:send("x", true)
        local task = coroutine.create(function() return ws:recv(20000) end)
        local asked
        -- No loop of ours meanwhile: it would resume the task.
        local give_up = os.time() + 20
        repeat
            os.execute "sleep 0.01"
            asked = { coroutine.resume(task) }
        until asked[2] or os.time() > give_up
        assert.same({ true, "question", "x" }, asked)
        assert.same({ true, true, "x" }, { coroutine.resume(task, "answer", 42) })
        assert.same({ { "answer", 42 } }, seen)
        ws:close()
    end)

    it("is resumed by whoever has asked for the running coroutine", function()
        local ws, waiting, seen = open(), nil, {}
        ws:on("message", function(data)
            waiting = coroutine.running()
            table.insert(seen, coroutine.yield())
            table.insert(seen, data)
        end)
        ws:send("x", true)
        local result
        sys.taskInit(function() result = { ws:recv(20000) } end)
        eventually(function() return waiting end)
        assert.is_nil(result)
        assert(coroutine.resume(waiting, "resumed"))
        assert.same({ "resumed", "x" }, seen)
        assert.same({ true, "x" }, result)
        ws:close()
    end)
end)

it("start in a task can begin again at its end", function()
    in_task(function()
        local ws = websocket.new(server:url "/echo")
        ws:on("open", function() websocket.exit(ws) end)
        assert.is_true(ws:start())
        assert.is_true(ws:start())
    end)
end)

describe("where a task cannot yield, the loop runs", function()
    for name, body in pairs {
        ["in a comparison of table.sort"] = function()
            local data
            table.sort({ 1, 2 }, function(a, b)
                data = data or round_trip "sorted"
                return a < b
            end)
            return data
        end,
        ["in a replacement of gsub"] = function() return (("x"):gsub("x", round_trip)) end,
        ["in a protected call of the script"] = function()
            local _, data = pcall(round_trip, "protected")
            return data
        end,
        ["in an iterator"] = function()
            local found
            for data in function(_, last) return not last and round_trip "iterator" or nil end do
                found = data
            end
            return found
        end,
    } do
        it(name, function()
            local data
            in_task(function() data = body() end)
            assert.equal("string", type(data))
        end)
    end
end)

--- Whether a coroutine can yield in a metamethod.
local can_yield_there = jit or _VERSION ~= "Lua 5.1"

it("in a metamethod a task waits, or Lua's own error ends it and nothing else", function()
    local ws, data = open(), nil
    local lazy = setmetatable({}, { __index = function() return select(2, ws:recv()) end })
    local output = printed(function()
        sys.taskInit(function() data = lazy.data end)
        ws:send("x", true)
        if can_yield_there then
            eventually(function() return data end)
        end
    end)
    if can_yield_there then
        assert.equal("x", data)
    else
        assert.truthy(output:find("attempt to yield across metamethod/C-call boundary", 1, true), output)
        assert.equal("", printed(function() assert.same({ true, "x" }, { ws:recv(20000) }) end))
    end
    ws:close()
end)

if coroutine.close then
    it("a task that is closed waits no more", function()
        local ws = open()
        local function forget() return ws:recv() end
        local closed, other = sys.taskInit(forget), sys.taskInit(forget)
        local alone = open()
        local single = sys.taskInit(function() return alone:recv() end)
        for _, task in ipairs { closed, single } do
            coroutine.close(task)
        end
        ws:send("x", true)
        alone:send("y", true)
        eventually(function() return coroutine.status(other) == "dead" end)
        assert.same({ true, "y" }, { alone:recv(20000) })
        ws:close()
        alone:close()
    end)
end
