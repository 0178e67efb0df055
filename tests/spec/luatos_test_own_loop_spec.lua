--- `luatos.test`: projects with a `sys` of their own, whose loop calls `rtos.receive`.
local inner_tests = require "inner_tests"
local foreign_sys = require "foreign_sys"

local MAIN = [[
PROJECT, VERSION = "OWN", "1.0.0"
require "log" require "http" require "sms" sys = require "sys"
sys.taskInit(function()
    for count = 1, 100 do
        log.info("own", "beat", count)
        sys.wait(60000)
    end
end)
sys.subscribe("NEWS", function(what) log.info("own", "heard", what) sys.timerStart(print, 1000, "a second later") end)
sys.subscribe("FAIL", function() error("as I was told") end)
sms.setNewSmsCb(function(number, text)
    http.request("POST", "http://hook.example/sms", nil, nil, number .. " " .. text, 5000,
        function(ok, status) log.info("own", "sent", ok, status) end)
end)
sys.init(0, 0)
sys.run()
]]

--- Runs tests of that project with each `sys`.
local function each_sys(tests, check)
    for version in pairs(foreign_sys.versions) do
        local files = { ["main.lua"] = MAIN, ["sys.lua"] = foreign_sys.text(version), ["spec/a_spec.lua"] = tests }
        check(inner_tests.luatos("test -- --output=TAP", files))
    end
end

it("the loop runs whenever the test waits, and time is passed over", function()
    each_sys([[
        local test = require "luatos.test"
        for _ = 1, 2 do
            it("beats", function()
                test.project "."
                assert.equal("1", test.expect_log "beat%s(%d+)")
                test.clock.advance(3600000)
                assert.equal("61", test.expect_log "beat%s(61)")
                assert.equal(package.loaded.sys, sys)
            end)
        end
        it("hears what the test publishes, at its time", function()
            test.project "."
            test.clock.advance(1500)
            sys.publish("NEWS", "good")
            test.clock.advance(999)
            test.expect_log("heard%sgood", 0)
            assert.is_false(pcall(test.expect_log, "a second later", 0))
            test.clock.advance(2)
            test.expect_log("a second later", 0)
        end)
        it("hears of messages, and speaks to servers", function()
            test.clock.instant()
            local hook = test.http(function() return 202 end)
            test.project(".", { connect_to = { hook:at "hook.example:80" } })
            test.clock.advance(20000)
            test.device.sms("+8613800000000", "good news")
            assert.equal("13800000000 good news", hook:request(60000).body)
            test.expect_log "sent%strue%s202"
        end)]], function(output, status)
        assert.equal(0, status, output)
        assert.truthy(output:find("\n1..4", 1, true), output)
    end)
end)

it("an error that ends the loop fails its test, and the next one runs", function()
    each_sys([[
        local test = require "luatos.test"
        it("fails", function() test.project "." sys.publish "FAIL" test.clock.advance(1000) end)
        it("runs", function() test.project "." test.expect_log "beat" end)]], function(output, status)
        assert.equal(1, status, output)
        assert.truthy(output:find("not ok 1", 1, true) and output:find("as I was told", 1, true), output)
        assert.truthy(output:find("\nok 2", 1, true), output)
    end)
end)
