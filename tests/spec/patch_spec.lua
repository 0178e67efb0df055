--- `patch`: what it makes of functions that can fail.
require "luatos"
require "sys"
local runner = require "runner"

describe("os", function()
    it("time is 0 where the computer has no answer", function()
        assert.equal(0, os.time { year = 2 ^ 60, month = 1, day = 1 })
        assert.is_true(os.time() > 1700000000)
        assert.equal("integer", math.type(os.time()))
    end)

    it("time and date take fractions", function()
        assert.equal(os.time { year = 2026, month = 1, day = 2, hour = 3, min = 4, sec = 5 },
            os.time { year = 2026, month = 1, day = 2, hour = 3.9, min = 4.5, sec = 5.1 })
        assert.equal("1970-01-01 00:00:01", os.date("!%Y-%m-%d %H:%M:%S", 1.7))
        assert.equal("table", type(os.date("*t")))
    end)

    it("misuse is an error at the script's own line", function()
        for _, call in ipairs {
            function() os.time { year = 2026 } end,
            function() os.date("%Ez%", 0) end,
        } do
            local ok, problem = pcall(call)
            assert.is_false(ok)
            assert.truthy(problem:find("patch_spec.lua:", 1, true), problem)
        end
    end)

    it("date has an answer for *t in any case", function()
        assert.same({ year = 2012, month = 12, day = 11, hour = 10, min = 9, sec = 0 }, os.date("*t", 1e18))
    end)

    it("clockms grows with the time", function()
        local before = os.clockms()
        require("sys").wait(20)
        assert.is_true(os.clockms() - before >= 20)
    end)
end)

describe("coroutine.resume", function()
    it("returns what it always did and logs errors with a traceback", function()
        local output, status = runner.run([[
            require "sys"
            print(coroutine.resume(coroutine.create(function(...) return ... end), 1, nil))
            local function in_the_coroutine() error("boom") end
            local co = coroutine.create(in_the_coroutine)
            print(coroutine.resume(co))
            print(coroutine.resume(co))
        ]], "--strict")
        assert.truthy(output:find("^true 1\n"), output)
        assert.truthy(output:find("[E]-[coroutine.resume] ", 1, true), output)
        assert.truthy(output:find("traceback:.*:3: in function"), output)
        assert.truthy(output:find("false [^\n]*boom\n"), output)
        assert.truthy(output:find("false cannot resume dead coroutine\n", 1, true), output)
        assert.equal(1, status)
    end)

    for _, how in ipairs { "sys.taskInit(fails)", "coroutine.resume(coroutine.create(fails))" } do
        it("restarts after an error if COROUTINE_ERROR_RESTART says so: " .. how, function()
            local output, status = runner.run([[
                require "sys"
                COROUTINE_ERROR_RESTART = true
                print("reason", rtos.poweron_reason())
                local function fails() error("boom") end
                if rtos.poweron_reason() == rtos.POWERON_KEY then ]] .. how .. " end")
            assert.equal(0, status, output)
            assert.truthy(output:find("^reason 0\n.*boom.*\nreason 3\n$"), output)
        end)
    end
end)

it("what sends keeps the device awake; json.decode never raises", function()
    local output = runner.run [[
        json = { decode = function(text) if text == "1" then return 1 end error("no json: " .. text) end }
        i2c = { send = function(...) return pm.isSleep("i2c.send"), ... end }
        require "sys"
        print(json.decode("1"))
        local value, ok, problem = json.decode("x")
        print(type(value), ok, problem)
        print(i2c.send(1, 2))
    ]]
    assert.truthy(output:find("^1 true\ntable false [^\n]*no json: x\nfalse\n$"), output)
end)
