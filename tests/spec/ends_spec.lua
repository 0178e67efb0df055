--- What is said about a run that has ended, and tests of users that fail because a task fails.
local runner = require "runner"

--- What a script prints on both streams in both ways of running; the name of its file reads "FILE".
local function outputs(script)
    local list = {}
    for name, run in pairs { luatos = runner.run, lua = runner.lua } do
        list[name] = run(script):gsub("/tmp/lua_%w+/main%.lua", "FILE")
    end
    return list
end

--- Asserts that a script prints `expected` and nothing else, in both ways of running.
local function says(expected, script)
    for name, output in pairs(outputs(script)) do
        assert.equal(expected, output, name)
    end
end

describe("a run that ends while tasks wait", function()
    it("names the task, its line and what it waits for", function()
        says('luatos: the run has ended, but the task of FILE:2 waits at FILE:5 for the message "NEVER"\n', [[
            require "sys"
            sys.taskInit(function()
                sys.wait(5)
                local function inner()
                    sys.waitUntil "NEVER"
                end
                inner()
            end)
            sys.run()
        ]])
    end)

    it("says why IP_READY_IND cannot come", function()
        local WAIT = 'require "%s" sys.taskInit(function() sys.waitUntil "IP_READY_IND" end) sys.run()'
        says('luatos: the run has ended, but the task of FILE:1 waits at FILE:1 for the message "IP_READY_IND"'
            .. ' (require "link" is missing, which publishes it)\n', WAIT:format "net")
        -- In place of a library's `sys`, which has no warning of its own.
        local script = 'package.loaded.link = {}\n' .. WAIT:format "sys"
        says('luatos: the run has ended, but the task of FILE:2 waits at FILE:2 for the message "IP_READY_IND"'
            .. " (sys.init is missing, which starts the modem)\n", script)
    end)

    it("names each of several once, and no more than five", function()
        local output = outputs([[
            require "sys"
            for number = 1, 7 do
                sys.taskInit(function() sys.waitUntil("M" .. number) end)
            end
            sys.run()
        ]]).luatos
        assert.equal(5, select(2, output:gsub("for the message", "")))
        assert.truthy(output:find("; and 2 more\n", 1, true), output)
    end)

    it("says so when the time is up, too", function()
        local output = runner.run([[
            require "sys"
            sys.taskInit(function() sys.wait(60000) end)
            sys.run()
        ]], "--timeout 0.2"):gsub("/tmp/lua_%w+/main%.lua", "FILE")
        assert.equal("luatos: --timeout: the run has ended, but the task of FILE:2 waits at FILE:2 for a timer\n",
            output)
    end)

    it("looks into a sys of the project's own", function()
        says('luatos: the run has ended, but the task of FILE:20 waits at FILE:21 for the message "NEVER"\n', [[
            package.preload.sys = load([=[
                local sys, subscribers = {}, {}
                function sys.taskInit(body)
                    coroutine.resume(coroutine.create(body))
                end
                function sys.waitUntil(id)
                    subscribers[id] = { [coroutine.running()] = true }
                    coroutine.yield()
                end
                function sys.run()
                    while true do
                        rtos.receive(rtos.INF_TIMEOUT)
                        next(subscribers)
                    end
                end
                return sys
            ]=], "@sys.lua")
            local sys = require "sys"

            sys.taskInit(function()
                sys.waitUntil "NEVER"
            end)
            sys.run()
        ]])
    end)

    it("is silent about the tasks of our own modules, and about ends that the script asks for", function()
        says("", 'require "net" require "netLed" require "link" sys.taskInit(sys.wait, 5) sys.run()')
        says("", 'require "sys" sys.taskInit(sys.waitUntil, "NEVER") sys.timerStart(os.exit, 5, 0) sys.run()')
    end)
end)

describe("a script that ends without sys.run()", function()
    it("names the tasks and timers that will never go on", function()
        says("luatos: the script has ended without sys.run(), but the task of FILE:2 waits at FILE:3 for a timer; "
            .. "a timer of a built-in function; the timer with the function of FILE:6\n", [[
            require "sys"
            sys.taskInit(function()
                sys.wait(1000)
            end)
            sys.timerStart(print, 1000)
            sys.timerLoopStart(function()
            end, 1000)
        ]])
    end)

    it("is silent if nothing is left", function()
        says("done\n", 'require "sys" sys.taskInit(function() print "done" end)')
    end)

    it("and fails, says only why it has failed", function()
        local output = outputs([[
            require "sys"
            sys.timerStart(print, 1000)
            error "broken"
        ]]).luatos
        assert.truthy(output:find("broken", 1, true), output)
        assert.is_nil(output:find("sys.run", 1, true), output)
    end)
end)

describe("under busted", function()
    local SPEC = [[
        local luatos = require "luatos"
        local sys = require "sys"
        %s
        it("the next one", function() sys.wait(5) end)
    ]]

    local FAILURES = {
        ["a task"] = "sys.taskInit(function() sys.wait(5) error 'broken' end) sys.wait(20)",
        ["a timer"] = "sys.timerStart(function() error 'broken' end, 5) sys.wait(20)",
        ["a subscriber"] = "sys.subscribe('M', function() error 'broken' end) sys.publish 'M' sys.wait(5)",
    }
    for name, body in pairs(FAILURES) do
        it(name .. " that fails, fails the test in which it ran", function()
            local output, status = runner.busted(SPEC:format('it("fails", function() ' .. body .. " end)"))
            assert.truthy(output:find("not ok 1 - fails", 1, true), output)
            assert.truthy(output:find("a task or callback has failed in this test: .-broken"), output)
            assert.truthy(output:find("ok 2 - the next one", 1, true), output)
            assert.equal(1, status)
        end)
    end

    it("a test may expect the failure", function()
        local output, status = runner.busted(SPEC:format [[
            it("expects it", function()
                sys.taskInit(error, "broken", 0)
                local failures = luatos.take_failures()
                assert.equal(1, #failures)
                assert.truthy(failures[1]:find("broken", 1, true))
            end)
        ]])
        assert.truthy(output:find("ok 1 - expects it", 1, true), output)
        assert.equal(0, status, output)
    end)
end)
