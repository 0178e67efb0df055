--- `luatos.test`: what a test expects of the log.
local inner_tests = require "inner_tests"

local assert_ok = inner_tests.assert_ok

--- The message of the first failure of these tests.
local function failure(body)
    return (inner_tests.run(([[
        local test = require "luatos.test"
        require "log" require "sys"
        it("fails", function()
            test.clock.instant()
            %s
        end)]]):format(body)))
end

it("expect_log says what was printed instead", function()
    local output = inner_tests.run [[
        local test = require "luatos.test"
        it("waits", function()
            test.clock.instant()
            test.project(os.getenv "FOLDER")
            test.expect_log("never said", 150000)
        end)]]
    local beginning = 'expect_log: no line with "never said" within 150000 ms; the log ends so:'
    assert.truthy(output:find(beginning, 1, true), output)
    assert.truthy(output:find("[I]-[heart] beat 3", 1, true), output)
end)

it("expect_log finds levels, and looks no line up twice", function()
    assert_ok(1, [[
        require "log" require "sys"
        it("looks", function()
            log.info("net", "is there") log.warn("net", "is slow") log.error("net", "is gone")
            assert.equal("is gone", test.expect_log("is gone", { level = "error", ms = 0 }))
            log.warn("net", "is slow", 5)
            assert.same({ "slow", "5" }, { test.expect_log("is (%a+)%s+(%d)", { level = "warn" }) })
            assert.is_false(pcall(test.expect_log, "is slow", 0))
            sys.timerStart(log.info, 5000, "net", "later")
            test.clock.instant()
            test.expect_log("later", { level = "info", ms = 6000 })
        end)]])
end)

it("expect_log says why a line that is there does not count", function()
    for body, what in pairs {
        ['log.info("net", "up") test.expect_log("up", 0) test.expect_log("net", 0)'] =
            "An earlier call has found this line, or one behind it: [I]-[net] up",
        ['log.info("net", "up") test.expect_log("[net] up", 0)'] =
            "This line has it as plain text; in a pattern, each of ^$()%.[]*+-? needs a % in front: [I]-[net] up",
        ['log.info("net", "up") test.expect_log("up", { level = "error", ms = 0 })'] =
            "This line has another level: [I]-[net] up",
        ['test.expect_log("[net", 0)'] = "expect_log: pattern: malformed pattern (missing ']') in \"[net\"",
        ['test.expect_log("net", { time = 5 })'] = 'expect_log: options level, ms expected, got "time"',
        ['test.expect_log("net", { level = "E" })'] =
            'expect_log: level: debug, error, fatal, info, trace, warn expected, got "E"',
        ['test.expect_log("net", "soon")'] = 'expect_log: time in ms, or table, expected, got "soon"',
    } do
        local output = failure(body)
        assert.truthy(output:find(what, 1, true), output)
        assert.truthy(output:find("a_spec.lua:5:", 1, true), output)
    end
end)

it("expect_no_log looks at what was printed, or waits", function()
    assert_ok(1, [[
        require "log" require "sys"
        it("looks", function()
            log.error("net", "is gone")
            assert.is_false(pcall(test.expect_no_log, "is gone"))
            assert.is_false(pcall(test.expect_no_log, "net", { level = "error" }))
            test.expect_no_log("net", { level = "warn" })
            test.expect_log("is gone", 0)
            test.expect_no_log "is gone"
            sys.timerStart(log.error, 5000, "net", "is gone again")
            test.clock.instant()
            test.expect_no_log("again", 4000)
            local ok, text = pcall(test.expect_no_log, "ag..n", { ms = 4000 })
            assert.is_false(ok)
            assert.truthy(text:find('expect_no_log: a line with "ag..n": [E]-[net] is gone again', 1, true), text)
            test.expect_log("again", 0)
        end)]])
end)
