--- `luatos.test`: what a test does with its project.
local inner_tests = require "inner_tests"
local runner = require "runner"

local run, assert_ok = inner_tests.run, inner_tests.assert_ok

describe("a project", function()
    it("begins anew in each test, with empty files", function()
        assert_ok(3, [[
            for _ = 1, 3 do
                it("starts", function()
                    test.project(folder)
                    assert.equal("1", test.expect_log "beat (%d+)")
                    local file = io.open "/starts.txt"
                    assert.equal("start\n", file:read "*a")
                    file:close()
                    assert.equal("HEART", PROJECT)
                end)
            end]])
    end)

    it("lives through hours at once", function()
        assert_ok(1, [[
            it("beats", function()
                test.project(folder)
                test.clock.advance(3600000)
                local beats = 0
                for _, line in ipairs(test.log()) do
                    beats = beats + (line:find "beat" and 1 or 0)
                end
                assert.equal(61, beats)
            end)]])
    end)

    it("fails its test by an error in a task or callback", function()
        local output, status = run [[
            local test = require "luatos.test"
            it("fails", function()
                test.project(os.getenv "FOLDER")
                sys.publish "FAIL"
                test.clock.advance(1000)
            end)
            it("is not disturbed", function() end)]]
        assert.equal(1, status)
        assert.truthy(output:find("not ok 1", 1, true) and output:find("main.lua:13: as I was told", 1, true), output)
        assert.truthy(output:find("\nok 2", 1, true), output)
    end)

    it("fails its test where it ends the program, and the next test runs", function()
        local output, status = run [[
            local test = require "luatos.test"
            for name, library in pairs { exit = "os", restart = "rtos", poweroff = "rtos" } do
                it("ends", function()
                    test.project(os.getenv "FOLDER")
                    sys.publish("END", library, name)
                    test.clock.advance(1000)
                end)
            end
            it("can be asked whether it would", function()
                test.project(os.getenv "FOLDER")
                stub(rtos, "restart")
                sys.publish("END", "rtos", "restart")
                test.clock.advance(1000)
                assert.stub(rtos.restart).was.called(1)
            end)
            it("ends no more", function() assert.is_nil(getmetatable(rtos.restart)) end)]]
        assert.equal(1, status)
        for _, call in ipairs { "os.exit", "rtos.restart", "rtos.poweroff" } do
            assert.truthy(output:find(call .. ": it would end the tests too", 1, true), output)
        end
        assert.truthy(output:find("\nok 4 .*\nok 5 .*\n1%.%.5\n"), output)
    end)

    it("whose main script fails behind a wait, fails its test", function()
        local output, status = run([[
            local test = require "luatos.test"
            it("fails", function()
                test.project(os.getenv "FOLDER")
                test.clock.advance(10000)
            end)]], nil, { ["main.lua"] = 'require "sys" sys.wait(5000) error "late"' })
        assert.equal(1, status)
        assert.truthy(output:find("a task or callback has failed in this test: .*main.lua:1: late"), output)
    end)

    it("that is not there, or an option that is none, is named", function()
        assert_ok(1, [[
            it("raises", function()
                local function problem(...)
                    local ok, text = pcall(test.project, ...)
                    assert.is_false(ok)
                    return text
                end
                local ok, text = pcall(function() test.project(folder .. "/none.lua") end)
                assert.is_false(ok)
                assert.truthy(text:find("^[^:]*a_spec.lua:%d+: test.project: .*none.lua"), text)
                assert.truthy(problem(folder, { moden = {} }):find('moden', 1, true))
                assert.truthy(problem(folder, { modem = 5 }):find('modem: table expected, got 5', 1, true))
                assert.truthy(problem(folder, { modem = { imie = 1 } }):find('"imie"', 1, true))
                assert.truthy(problem(nil):find("test.project: path", 1, true))
                -- A device is there all the same.
                assert.is_table(test.device.state())
                test.project(folder)
                test.expect_log "beat"
            end)]])
    end)

    it("finds the files that the test wants, and keeps its own over a restart", function()
        assert_ok(3, [[
            it("finds them", function()
                test.project(folder, { files = { ["/starts.txt"] = "before\n", ["/a/b/c.txt"] = "deep" } })
                local function read(path)
                    local file = assert(io.open(path))
                    local text = file:read "*a"
                    file:close()
                    return text
                end
                assert.equal("before\nstart\n", read "/starts.txt")
                assert.equal("deep", read "/a/b/c.txt")
                test.clock.advance(120000)
                test.restart()
                assert.equal("before\nstart\nstart\n", read "/starts.txt")
                assert.equal("deep", read "/a/b/c.txt")
                assert.equal("1", test.expect_log "beat (%d+)")
                assert.equal(rtos.POWERON_RESTART, rtos.poweron_reason())
                test.restart(rtos.POWERON_ALARM)
                assert.equal(rtos.POWERON_ALARM, rtos.poweron_reason())
            end)
            it("finds none of the test before", function()
                test.project(folder)
                assert.is_nil(io.open "/a/b/c.txt")
            end)
            it("cannot restart without a project", function()
                local ok, text = pcall(test.restart)
                assert.is_false(ok)
                assert.truthy(text:find("test.restart: no project has begun", 1, true), text)
            end)]])
    end)

    it("has the properties that the test wants", function()
        assert_ok(1, [[
            it("has them", function()
                test.project(folder, { modem = { imei = "862991419835241", battery = 3500 }, lib_version = "2.4.3" })
                require "misc"
                test.clock.advance(10000)
                assert.equal("862991419835241", misc.getImei())
                assert.equal(3500, test.device.state().power.battery)
                assert.equal("2.4.3", sys.SCRIPT_LIB_VER)
            end)]], "LUATOS_MODEM=imei=862991419835999")
    end)
end)

it("the program's own prints are its own between the tests", function()
    local output = run [[
        local test = require "luatos.test"
        it("is quiet", function() print "in the test" assert.same({ "in the test" }, test.log()) end)
        teardown(function() print "behind the tests" end)]]
    assert.is_nil(output:find("in the test", 1, true), output)
    assert.truthy(output:find("behind the tests", 1, true), output)
end)

it("outside busted it says what it is for", function()
    local output, status = runner.lua 'require "luatos.test"'
    assert.equal(1, status)
    assert.truthy(output:find("luatos.test: it is for tests with busted", 1, true), output)
end)
