--- `luatos.test`: tests of projects, each with a device of its own. The specs that are tested run in processes of their
-- own, because some of their tests have to fail.
local project = require "project"
local runner = require "runner"

local server = require("servers").peer()

--- A project that counts its starts in a file, says something every minute, and fails on demand.
local MAIN = [[
PROJECT, VERSION = "HEART", "1.0.0"
require "log" require "sys"
local helper = require "helper"
local file = io.open("/starts.txt", "a")
file:write("start\n")
file:close()
sys.taskInit(function()
    while true do
        log.info("heart", "beat", helper.count())
        sys.wait(60000)
    end
end)
sys.subscribe("FAIL", function() error("as I was told") end)
sys.run()
]]

local HELPER = [[
module(..., package.seeall)
local number = 0
function count()
    number = number + 1
    return number
end
]]

--- Runs tests with busted, beside that project.
-- @return output and exit status
local function run(tests, environment)
    local output, status
    project.with({ ["main.lua"] = MAIN, ["helper.lua"] = HELPER, ["a_spec.lua"] = tests }, function(this)
        output, status = this.lua("$(command -v busted) --output=TAP @/a_spec.lua", "FOLDER=@ " .. (environment or ""))
    end)
    return output, status
end

local function assert_ok(count, tests, environment)
    local beginning = 'local test = require "luatos.test" local folder = os.getenv "FOLDER" '
    local output, status = run(beginning .. tests, environment)
    assert.equal(0, status, output)
    assert.truthy(output:find("1.." .. count, 1, true), output)
end

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

    it("that is not there, or an option that is none, is named", function()
        assert_ok(1, [[
            it("raises", function()
                local function problem(...)
                    local ok, text = pcall(test.project, ...)
                    assert.is_false(ok)
                    return text
                end
                assert.truthy(problem(folder .. "/none.lua"):find(folder .. "/none.lua", 1, true))
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

describe("a device", function()
    it("is the present one for modules that the file has required", function()
        assert_ok(2, [[
            local sys, pins = require "sys", require "pins"
            local luatos = require "luatos"
            local heard = 0
            for _ = 1, 2 do
                it("hears", function()
                    test.clock.instant()
                    pins.setup(3, function() heard = heard + 1 end)
                    test.device.input(3, 1)
                    luatos.device.input(3, 0)
                    local begin = os.time()
                    sys.wait(86400000)
                    assert.is_true(os.time() - begin >= 86400)
                    assert.equal(2, heard)
                    heard = 0
                end)
            end]])
    end)

    it("leaves neither globals nor modules nor subscriptions to the next test", function()
        assert_ok(2, [[
            it("leaves", function()
                test.project(folder)
                sys.subscribe("NEWS", function() error("heard of the test before") end)
                sys.timerStart(function() error("a timer of the test before") end, 1000)
                assert.is_table(helper)
            end)
            it("finds nothing", function()
                assert.is_nil(helper)
                assert.is_nil(package.loaded.helper)
                require "sys"
                sys.publish "NEWS"
                test.clock.advance(5000)
            end)]])
    end)

    it("breaks the connections of the test before", function()
        assert_ok(2, [[
            local websocket = require "websocket"
            local ws
            it("connects", function()
                ws = websocket.new(os.getenv "SERVER")
                assert.is_true(ws:connect(20000))
            end)
            it("is another one", function()
                assert.is_false(ws:online())
                local own = websocket.new(os.getenv "SERVER")
                assert.is_true(own:connect(20000))
                own:close()
            end)]], "SERVER=" .. server:url "/echo")
    end)
end)

it("expect_log says what was printed instead", function()
    local output = run [[
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

describe("luatos test", function()
    local TEST = [[
        local test = require "luatos.test"
        it("beats", function()
            test.project(os.getenv "FOLDER")
            test.clock.advance(180000)
            test.expect_log "beat 4"
        end)]]
    local FILES = {
        ["main.lua"] = MAIN, ["helper.lua"] = HELPER, ["spec/a_spec.lua"] = TEST, ["spec/b_spec.lua"] = TEST,
    }

    --- Runs it in the project's folder.
    local function luatos(arguments, environment)
        local output, status
        project.with(FILES, function(this)
            local command = "cd @ && export FOLDER=@ && %s timeout -s KILL 60 $OLDPWD/target/release/luatos %s 2>&1"
            local process = io.popen((command:format(environment or "", arguments):gsub("@", this.folder)))
            output = process:read "a"
            status = select(3, process:close())
        end)
        return output, status
    end

    it("runs the specs of the folder, or those of a path, with busted", function()
        local output, status = luatos "test -- --output=TAP"
        assert.equal(0, status, output)
        assert.truthy(output:find("ok 1 - beats\nok 2 - beats\n1..2", 1, true), output)
        output = luatos "test spec/b_spec.lua -- --output=TAP"
        assert.truthy(output:find("ok 1 - beats\n1..1", 1, true), output)
    end)

    it("has status 1 for failures", function()
        local output, status = luatos("test spec/a_spec.lua -- --output=TAP", "FOLDER=/nowhere")
        assert.truthy(output:find("not ok 1 - beats", 1, true), output)
        assert.equal(1, status)
    end)

    it("says what is wrong with the command line", function()
        for arguments, what in pairs {
            ["--console test"] = "--console: not for tests",
            ["test --instant"] = "--instant: options stand before the word test",
            ["--instant=x test"] = '--instant: milliseconds from 0 to 60000 expected, got "x"',
        } do
            local output, status = luatos(arguments)
            assert.equal(2, status)
            assert.truthy(output:find(what, 1, true), output)
        end
        local output, status = runner.run_with("cd / && $OLDPWD/target/release/luatos test 2>&1; true", "")
        assert.truthy(output:find("there is no folder spec, tests, test here", 1, true), output)
        assert.equal(0, status)
    end)
end)
