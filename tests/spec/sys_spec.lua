--- `sys`: tasks, timers, messages.
require "luatos"
local sys = require "sys"
local eventually = require("peer").eventually
local printed = require "printed"

--- A function that notes its arguments and the order of calls.
local function recorder()
    local calls = {}
    return calls, function(...)
        calls[#calls + 1] = table.pack(...)
    end
end

it("has the version of the library it follows", function()
    assert.equal("2.4.0", sys.SCRIPT_LIB_VER)
end)

describe("timers", function()
    it("T1: the same function with the same arguments replaces", function()
        local calls, note = recorder()
        local first = sys.timerStart(note, 30, "x")
        local second = sys.timerStart(note, 60, "x")
        assert.is_nil(sys.timerIsActive(first))
        assert.equal(note, sys.timerIsActive(second))
        assert.is_true(second > first and first >= 0x20000000)
        eventually(function() return #calls == 1 end)
        sys.wait(60)
        assert.same({ { "x", n = 1 } }, calls)
    end)

    it("other arguments are another timer", function()
        local calls, note = recorder()
        sys.timerStart(note, 10, 1)
        sys.timerStart(note, 10, 2)
        sys.timerStart(note, 10)
        eventually(function() return #calls == 3 end)
        assert.same({ { 1, n = 1 }, { 2, n = 1 }, { n = 0 } }, calls)
    end)

    it("T1: trailing nils do not count", function()
        local calls, note = recorder()
        sys.timerStart(note, 20, nil)
        assert.is_true(sys.timerIsActive(note))
        sys.timerStart(note, 20)
        eventually(function() return #calls == 1 end)
        sys.wait(40)
        assert.equal(1, #calls)
    end)

    it("nils in between stay", function()
        local calls, note = recorder()
        sys.timerStart(note, 5, nil, 2)
        eventually(function() return calls[1] end)
        assert.same({ nil, 2, n = 2 }, calls[1])
    end)

    it("are found by nils in between too, and by NaN, which equals nothing, only by id", function()
        local _, note = recorder()
        local id = sys.timerStart(note, 10000, 1, nil, 3)
        assert.is_true(sys.timerIsActive(note, 1, nil, 3))
        assert.is_nil(sys.timerIsActive(note, 1, 2, 3))
        assert.is_nil(sys.timerIsActive(note, 1))
        local nan = sys.timerStart(note, 10000, 0 / 0)
        assert.is_nil(sys.timerIsActive(note, 0 / 0))
        assert.equal(note, sys.timerIsActive(nan))
        sys.timerStop(note, 1, nil, 3)
        sys.timerStop(nan)
        assert.is_nil(sys.timerIsActive(id) or sys.timerIsActive(nan))
    end)

    it("T2: a loop runs until it is stopped, also from within", function()
        local count = 0
        local function tick()
            count = count + 1
            if count == 3 then
                sys.timerStop(tick)
            end
        end
        sys.timerLoopStart(tick, 5)
        eventually(function() return count == 3 end)
        sys.wait(30)
        assert.equal(3, count)
        assert.is_nil(sys.timerIsActive(tick))
    end)

    it("a one-shot timer is over while it runs and may start itself again", function()
        local states, id = {}, nil
        local function once()
            states[#states + 1] = sys.timerIsActive(id) == nil
            if #states < 3 then
                id = sys.timerStart(once, 5)
            end
        end
        id = sys.timerStart(once, 5)
        eventually(function() return #states == 3 end)
        assert.same({ true, true, true }, states)
    end)

    it("are stopped by id, by function and arguments, or all of a function", function()
        local calls, note = recorder()
        local id = sys.timerStart(note, 20, "id")
        sys.timerStart(note, 20, "args", 1)
        sys.timerStart(note, 20, "args", 2)
        sys.timerStop(id)
        sys.timerStop(note, "args", 1)
        sys.timerStop(note, "unknown")
        sys.timerStop(99)
        sys.timerStop(nil)
        eventually(function() return #calls == 1 end)
        assert.same({ { "args", 2, n = 2 } }, calls)
        sys.timerStart(note, 20, 1)
        sys.timerLoopStart(note, 20, 2)
        sys.timerStopAll(note)
        sys.wait(50)
        assert.equal(1, #calls)
    end)

    it("one that is due, but stopped before it is told, is not told", function()
        local calls, note = recorder()
        sys.timerStart(function() sys.timerStop(note) end, 10)
        sys.timerStart(note, 10)
        sys.wait(50)
        assert.equal(0, #calls)
    end)

    it("expire in the order of their times", function()
        local calls, note = recorder()
        for _, ms in ipairs { 40, 10, 30, 20 } do
            sys.timerStart(note, ms, ms)
        end
        eventually(function() return #calls == 4 end)
        assert.same({ 10, 20, 30, 40 }, { calls[1][1], calls[2][1], calls[3][1], calls[4][1] })
    end)

    it("refuse bad arguments by value", function()
        for _, case in ipairs { { nil, 5 }, { print, 0 }, { print, -1 }, { print, "soon" }, { print } } do
            local ok, problem = pcall(sys.timerStart, case[1], case[2])
            assert.is_false(ok)
            assert.truthy(problem:find("sys.timerStart: ", 1, true), problem)
        end
        local ok, problem = pcall(function() sys.timerStart(print, -1) end)
        assert.is_false(ok)
        assert.truthy(problem:find("sys_spec.lua:%d+: sys.timerStart.*got %-1"), problem)
    end)

    it("an error in a callback is logged and a loop goes on", function()
        local count = 0
        local function tick()
            count = count + 1
            error("broken timer")
        end
        local text = printed(function()
            sys.timerLoopStart(tick, 5)
            eventually(function() return count >= 2 end)
            sys.timerStop(tick)
        end)
        assert.truthy(text:find("sys_spec.lua:%d+: broken timer"), text)
        assert.truthy(text:find("stack traceback:", 1, true), text)
    end)
end)

describe("tasks", function()
    it("T3: run at once to their first wait", function()
        local order = {}
        sys.taskInit(function(...)
            order[1] = table.pack(...)
            sys.wait(5)
            order[3] = "after"
        end, 1, nil)
        order[2] = "back"
        eventually(function() return order[3] end)
        assert.same({ { 1, n = 2 }, "back", "after" }, order)
    end)

    it("T3: wait returns nothing, or what a resume brings", function()
        local results = {}
        local task = sys.taskInit(function()
            results[1] = table.pack(sys.wait(10))
            results[2] = table.pack(sys.wait(100000))
            results[3] = table.pack(sys.wait(10))
        end)
        eventually(function() return results[1] end)
        coroutine.resume(task, 7, 8)
        eventually(function() return results[3] end)
        assert.same({ { n = 0 }, { 7, 8, n = 2 }, { n = 0 } }, results)
    end)

    it("wait refuses 0, negative times and what is no number", function()
        for _, ms in ipairs { 0, -1, "soon", {} } do
            local ok, problem = pcall(sys.wait, ms)
            assert.is_false(ok)
            assert.truthy(problem:find("sys.wait: time", 1, true), problem)
        end
    end)

    it("T5: an error ends its task with message and traceback in the log, and nothing else", function()
        local alive
        local text = printed(function()
            sys.taskInit(function()
                sys.wait(5)
                error("broken task")
            end)
            sys.taskInit(function()
                sys.wait(20)
                alive = true
            end)
            eventually(function() return alive end)
        end)
        assert.truthy(text:find("[E]-[coroutine.resume]", 1, true), text)
        assert.truthy(text:find("sys_spec.lua:%d+: broken task"), text)
        assert.truthy(text:find("stack traceback:", 1, true), text)
    end)

    it("resuming a dead task only logs", function()
        local task = sys.taskInit(function() end)
        local ok
        local text = printed(function() ok = coroutine.resume(task) end)
        assert.is_false(ok)
        assert.truthy(text:find("dead coroutine", 1, true), text)
    end)

    it("taskInit refuses what is no function", function()
        assert.is_false((pcall(sys.taskInit, nil)))
        assert.is_false((pcall(sys.taskInit, 5)))
    end)

    it("coroutine.running is nil outside tasks", function()
        assert.is_nil((coroutine.running()))
        local inside
        sys.taskInit(function() inside = coroutine.running() end)
        assert.equal("thread", type(inside))
    end)
end)

describe("waitUntil", function()
    it("gives true and the values, or false on timeout", function()
        local results = {}
        sys.taskInit(function()
            results[1] = table.pack(sys.waitUntil("W1", 5000))
            results[2] = table.pack(sys.waitUntil("W1", 10))
            results[3] = table.pack(sys.waitUntilExt("W2"))
            results[4] = table.pack(sys.waitUntilExt("W2", 10))
        end)
        sys.publish("W1", 1, nil, 3)
        eventually(function() return results[2] end)
        sys.publish("W2", "v")
        eventually(function() return results[4] end)
        assert.same({ { true, 1, nil, 3, n = 4 }, { false, n = 1 }, { "W2", "v", n = 2 }, { false, n = 1 } }, results)
    end)

    it("T3: what a resume brings counts as the message", function()
        local result
        local task = sys.taskInit(function() result = table.pack(sys.waitUntil("ZZ", 1000)) end)
        coroutine.resume(task, false, "TIMEOUT")
        assert.same({ true, "TIMEOUT", n = 2 }, result)
    end)

    it("does not see what was published before", function()
        local result
        sys.publish("W3")
        sys.wait(5)
        sys.taskInit(function() result = table.pack(sys.waitUntil("W3", 20)) end)
        eventually(function() return result end)
        assert.same({ false, n = 1 }, result)
    end)

    it("works outside tasks", function()
        sys.timerStart(sys.publish, 10, "W4", "x")
        assert.same({ true, "x" }, { sys.waitUntil("W4", 5000) })
        assert.is_false(sys.waitUntil("W4", 10))
        -- The wait ends as soon as the message is delivered, not at the next event.
        local start = os.time()
        sys.timerStart(sys.publish, 10, "W5")
        assert.is_true(sys.waitUntil("W5", 60000))
        assert.is_true(os.time() - start < 30)
    end)

    it("an id that is no string is warned of and can only time out", function()
        local result
        local text = printed(function() result = sys.waitUntil(5, 10) end)
        assert.is_false(result)
        assert.truthy(text:find("invalid parameter", 1, true), text)
    end)
end)

describe("messages", function()
    it("T4: are delivered later, to who has subscribed by then, first in first out", function()
        local calls, note = recorder()
        sys.publish("M1", 1)
        sys.publish("M1", 2, nil, 4)
        sys.subscribe("M1", note)
        assert.same({}, calls)
        sys.wait(5)
        assert.same({ { 1, n = 1 }, { 2, nil, 4, n = 3 } }, calls)
        sys.unsubscribe("M1", note)
    end)

    it("T4: what a subscriber publishes comes in the same drain, behind what was queued", function()
        local order = {}
        local function note(value)
            order[#order + 1] = value
            if value < 3 then
                sys.publish("M2", value + 10)
            end
        end
        local function timer() order[#order + 1] = "timer" end
        sys.subscribe("M2", note)
        sys.timerStart(timer, 5)
        sys.publish("M2", 1)
        sys.publish("M2", 2)
        eventually(function() return #order == 5 end)
        assert.same({ 1, 2, 11, 12, "timer" }, order)
        sys.unsubscribe("M2", note)
    end)

    it("the same callback counts once", function()
        local calls, note = recorder()
        sys.subscribe("M3", note)
        sys.subscribe("M3", note)
        sys.publish("M3")
        sys.wait(5)
        sys.unsubscribe("M3", note)
        sys.publish("M3")
        sys.wait(5)
        assert.equal(1, #calls)
    end)

    it("who leaves during the delivery is not called, who joins not for this message", function()
        local calls = {}
        local function late() calls[#calls + 1] = "late" end
        local function second() calls[#calls + 1] = "second" end
        local function first()
            calls[#calls + 1] = "first"
            sys.unsubscribe("M4", first)
            sys.unsubscribe("M4", second)
            sys.subscribe("M4", late)
        end
        sys.subscribe("M4", first)
        sys.subscribe("M4", second)
        sys.publish("M4")
        sys.wait(5)
        assert.same({ "first" }, calls)
        sys.publish("M4")
        sys.wait(5)
        assert.same({ "first", "late" }, calls)
        sys.unsubscribe("M4", late)
    end)

    it("threads get the id too", function()
        local got
        local task = coroutine.create(function(...) got = table.pack(...) end)
        sys.subscribe("M5", task)
        sys.publish("M5", 1)
        sys.wait(5)
        sys.unsubscribe("M5", task)
        assert.same({ "M5", 1, n = 2 }, got)
    end)

    it("bad subscriptions are warned of", function()
        for _, case in ipairs { { 5, print }, { "M6", 5 }, { "M6" } } do
            local text = printed(function() sys.subscribe(case[1], case[2]) end)
            assert.truthy(text:find("[W]-[sys.subscribe]", 1, true), text)
        end
    end)

    it("an error in a subscriber is logged and the others are called", function()
        local called
        local function broken() error("broken subscriber") end
        local function other() called = true end
        sys.subscribe("M7", broken)
        sys.subscribe("M7", other)
        local text = printed(function()
            sys.publish("M7")
            sys.wait(5)
        end)
        sys.unsubscribe("M7", broken)
        sys.unsubscribe("M7", other)
        assert.is_true(called)
        assert.truthy(text:find("sys_spec.lua:%d+: broken subscriber"), text)
    end)

    it("many tasks wait for the same message again and again", function()
        local sum = 0
        for _ = 1, 100 do
            sys.taskInit(function()
                for _ = 1, 20 do
                    sys.waitUntil "M8"
                    sum = sum + 1
                end
            end)
        end
        for _ = 1, 20 do
            sys.publish "M8"
            sys.wait(5)
        end
        assert.equal(2000, sum)
    end)
end)

describe("init", function()
    it("wants PROJECT and VERSION", function()
        _G.PROJECT, _G.VERSION = nil, nil
        local ok, problem = pcall(sys.init, 0, 0)
        assert.is_false(ok)
        assert.truthy(problem:find("PROJECT is undefined", 1, true), problem)
        _G.PROJECT, _G.VERSION = "SPEC", ""
        ok, problem = pcall(sys.init, 0, 0)
        assert.is_false(ok)
        assert.truthy(problem:find("VERSION is undefined", 1, true), problem)
        _G.VERSION = "1.0.0"
        local text = printed(function() sys.init(0, 0) end)
        assert.truthy(text:find("[I]-[poweron reason:] 0 SPEC 1.0.0 2.4.0 Luat_V", 1, true), text)
        _G.PROJECT, _G.VERSION = nil, nil
    end)
end)
