--- `luatos.test`: where and how a failure is shown.
local inner_tests = require "inner_tests"

local run, assert_ok = inner_tests.run, inner_tests.assert_ok

describe("a failure", function()
    it("outside of the tests is shown once, and blames none of them", function()
        local output, status = run [[
            local test = require "luatos.test"
            local sys = require "sys"
            local function fail(text) sys.taskInit(function() sys.wait(1) error(text) end) sys.wait(20) end
            describe("behind", function()
                after_each(function() fail "in after_each" end)
                it("one", function() end)
            end)
            describe("before", function()
                setup(function() fail "in setup" end)
                it("two", function() end)
            end)
            describe("last", function()
                teardown(function() fail "in teardown" end)
                it("three", function() end)
            end)
            it("four", function() finally(function() fail "in finally" end) end)
            it("five", function() end)]]
        assert.equal(1, status)
        local found = {}
        for result, text in output:gmatch "\n?([not ]*ok) %d+ %- ([^\n]*)" do
            found[#found + 1] = result .. " " .. text:gsub("^.*/", "")
        end
        assert.same({
            "ok behind one", "not ok behind", "not ok before", "ok before two", "ok last three", "not ok last",
            "ok four", "not ok a_spec.lua", "ok five",
        }, found, output)
        for _, text in ipairs { "after_each", "setup", "teardown", "finally" } do
            local _, count = output:gsub("failed outside of the tests[^\n]*in " .. text, "")
            assert.equal(1, count, output)
        end
        assert.truthy(output:find("outside of the tests, after one: ", 1, true), output)
    end)

    it("that names no line, is shown at the line of the test", function()
        local output, status = run [[
            local test = require "luatos.test"
            it("fails", function()
                require "sys"
                sys.taskInit(function() error { code = 5 } end)
                sys.wait(10)
            end)]]
        assert.equal(1, status)
        assert.truthy(output:find "a_spec.lua:2: a task or callback has failed in this test", output)
    end)
end)

it("a task, callback or server cannot end its own device", function()
    assert_ok(3, [[
        local function refuses(call, argument)
            local ok, text = pcall(function() call(argument) end)
            assert.is_false(ok)
            assert.truthy(text:find("^[^:]*a_spec.lua:%d+: .*it is for the test itself"), text)
        end
        local sys = require "sys"
        it("a callback", function()
            test.project(folder)
            local has_refused
            sys.timerStart(function() refuses(test.restart) has_refused = true end, 100)
            test.clock.advance(1000)
            assert.is_true(has_refused)
            test.restart()
        end)
        it("a task", function()
            local has_refused
            sys.taskInit(function() refuses(test.project, folder) has_refused = true end)
            assert.is_true(has_refused)
        end)
        it("a server", function()
            local has_refused
            local server = test.tcp(function() refuses(test.project, folder) has_refused = true end)
            local socket = require "socket"
            sys.taskInit(function()
                sys.waitUntil("IP_READY_IND", 10000)
                socket.tcp():connect("127.0.0.1", server.port)
            end)
            assert.is_table(server:connection())
            sys.wait(10)
            assert.is_true(has_refused)
        end)]])
end)

it("options of a wrong kind are named, with what was expected", function()
    assert_ok(1, [[
        it("raises", function()
            local function raises(expected, ...)
                local ok, text = pcall(...)
                assert.is_false(ok, expected)
                assert.truthy(text:find(expected, 1, true), text)
            end
            raises("lib: a list of strings expected, got [1] = 5", test.project, folder, { lib = { 5 } })
            raises("connect_to: a list of strings expected, got [\"a\"] = \"b\"", test.project, folder,
                { connect_to = { a = "b" } })
            raises("lib: a folder expected, got \"nowhere\"", test.project, folder, { lib = { "nowhere" } })
            raises("power_on_reason: nil or 0 to 255 expected, got 1000", test.project, folder,
                { power_on_reason = 1000 })
            raises("modem: battery: string or number expected, got table", test.project, folder,
                { modem = { battery = {} } })
            raises("files: path: string expected, got 1", test.project, folder, { files = { "x" } })
            raises("clock.instant: flag: true or false expected, got \"x\"", test.clock.instant, "x")
        end)]])
end)
