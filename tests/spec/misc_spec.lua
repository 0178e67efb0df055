--- `misc`: clock, numbers, and what the modem knows about itself.
require "luatos"
local sys = require "sys"
local misc = require "misc"
local eventually = require("peer").eventually

local function fails(expected, body, ...)
    local ok, problem = pcall(body, ...)
    assert.is_false(ok)
    assert.truthy(problem:find(expected, 1, true), problem)
    assert.truthy(problem:find("misc", 1, true), problem)
end

--- The arguments of the callback that a call takes as its last argument.
local function answer(call, ...)
    local values
    call(..., function(...) values = table.pack(...) end)
    eventually(function() return values end)
    return table.unpack(values, 1, values.n)
end

setup(function()
    eventually(function()
        return misc.getImei() ~= "" and misc.getSn() ~= "" and misc.getModelType() ~= "" and misc.getMuid() ~= ""
            and misc.getCalib() ~= nil
    end, "the modem's answers")
end)

it("knows the modem", function()
    assert.equal(rtos.get_version(), misc.getVersion())
    assert.truthy(misc.getVersion():upper():find("8910", 1, true))
    assert.is_nil(misc.getVersion():upper():find("1802", 1, true))
    assert.same({ true, true }, { misc.getCalib(), misc.getAnt() })
    assert.truthy(misc.getMuid():find "^%w+$")
end)

it("asks for the temperature", function()
    assert.equal("", misc.getTemperature())
    assert.is_true(sys.waitUntil("MODEL_TEMPERATURE_READT_IND", 20000))
    assert.equal("integer", math.type(misc.getTemperature()))
end)

it("hands the temperature to a callback as text", function()
    local degrees
    assert.is_nil(misc.getTemperature(function(text) degrees = text end))
    eventually(function() return degrees end)
    assert.equal(" 28", degrees)
end)

describe("TIME_CLK_IND", function()
    local run = require("runner").run

    it("comes with each minute, once, also while nothing else happens", function()
        local output = run([[
            PROJECT, VERSION, LOG_LEVEL = "P", "1.0.0", 0
            require "sys" require "misc"
            sys.taskInit(function()
                rtos.set_time(2026, 1, 2, 3, 4, 59)
                misc.setTimeReport()
                sys.waitUntil "TIME_CLK_IND"
                print(os.date("%H:%M:%S"))
                print("again", sys.waitUntil("TIME_CLK_IND", 1500))
            end)
            sys.init(0, 0)
            sys.run()
        ]])
        assert.equal("03:05:00\nagain false\n", output)
    end)

    it("keeps no script going that does not wait for it", function()
        local output, status = run('require "sys" require "misc" sys.run() print "end"', "--timeout 50")
        assert.equal("end\n", output)
        assert.equal(0, status)
    end)
end)

describe("setClock", function()
    local time = { year = 2026, month = 1, day = 2, hour = 3, min = 4, sec = 5 }

    it("tells the modem and everyone else", function()
        local told = false
        local function note() told = true end
        sys.subscribe("TIME_UPDATE_IND", note)
        local now, ok = answer(misc.setClock, time)
        assert.is_true(ok)
        assert.equal("table", type(now))
        eventually(function() return told end)
        sys.unsubscribe("TIME_UPDATE_IND", note)
        -- It is the device's clock that goes on from there.
        assert.equal("2026-01-02 03:04", os.date("%Y-%m-%d %H:%M"))
    end)

    it("refuses what it cannot set", function()
        for _, wrong in ipairs { "now", 5, { year = 2039, month = 1, day = 2, hour = 3, min = 4, sec = 5 } } do
            local now, ok = answer(misc.setClock, wrong)
            assert.is_false(ok)
            assert.equal(os.date("*t").year, now.year)
        end
        fails("misc.setClock: hour: number expected, got nil", misc.setClock, { year = 2026, month = 1, day = 2 })
    end)

    it("needs no callback", function()
        misc.setClock(time)
        misc.setClock "now"
    end)
end)

it("getClock and getWeek read the computer's clock", function()
    local date = os.date("*t")
    assert.equal(date.year, misc.getClock().year)
    assert.is_true(misc.getWeek() >= 1 and misc.getWeek() <= 7)
end)

for _, number in ipairs { "Sn", "Imei" } do
    it("set" .. number .. " writes, tells and reads back", function()
        local get, set = misc["get" .. number], misc["set" .. number]
        local before, told = get(), 0
        local event = number:upper() .. "_READY_IND"
        local function note() told = told + 1 end
        sys.subscribe(event, note)
        assert.is_true(answer(set, "00112233445566"))
        assert.equal("00112233445566", get())
        eventually(function() return told == 1 end)
        -- The value that is set already is not written again.
        local at_once
        set("00112233445566", function(ok) at_once = ok end)
        assert.is_true(at_once)
        -- In order, each with its own answer.
        local answers = {}
        set("1", function(ok) answers[#answers + 1] = ok end)
        set("2", function(ok) answers[#answers + 1] = ok end)
        set(before)
        eventually(function() return get() == before and #answers == 2 end)
        fails("misc.set" .. number .. ": text without quotes expected, got", set, 'a"b')
        fails("misc.set" .. number .. ": text without quotes expected, got nil", set)
        sys.unsubscribe(event, note)
    end)
end

it("closePwm checks its id", function()
    fails("misc.closePwm: id 0 or 1 expected, got 2", misc.closePwm, 2)
end)
