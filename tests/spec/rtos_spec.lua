--- `rtos`: the numbers of the device, the clock and its alarm, and small functions of the system.
require "luatos"
local fails = require "fails"
local runner = require "runner"

describe("the numbers", function()
    it("are those of the device", function()
        for name, number in pairs {
            INF_TIMEOUT = 0xffffffff, WAIT_MSG_TIMEOUT = 4,
            MSG_TP = 1, MSG_TIMER = 5, MSG_UART_RXDATA = 6, MSG_UART_TX_DONE = 7, MSG_KEYPAD = 8, MSG_INT = 9,
            MSG_PMD = 10, MSG_AUDIO = 11, MSG_RECORD = 13, MSG_STREAM_RECORD = 14, MSG_ALARM = 15,
            MSG_SIM_INSERT_IND = 27, MSG_PDP_DEACT_IND = 30, MSG_SOCK_RECV_IND = 31, MSG_SOCK_SEND_CNF = 32,
            MSG_SOCK_CLOSE_CNF = 33, MSG_SOCK_CONN_CNF = 34, MSG_SOCK_CLOSE_IND = 36, MSG_TTSPLY_STATUS = 37,
            MSG_TTSPLY_ERROR = 38, MSG_ZBAR = 39, MSG_WIFI = 40, MSG_BLUETOOTH = 41, MSG_HEADSET = 42, MSG_RTMP = 43,
            POWERON_KEY = 0, POWERON_CHARGER = 1, POWERON_ALARM = 2, POWERON_RESTART = 3, POWERON_EXCEPTION = 6,
            POWERON_WATCHDOG = 8, MOD_KEYPAD = 0, MOD_ALARM = 1, MOD_TP = 2,
        } do
            assert.equal(number, rtos[name], name)
            assert.equal("integer", math.type(rtos[name]), name)
        end
    end)

    it("of messages differ", function()
        local names = {}
        for name, number in pairs(rtos) do
            if name:find "^MSG_" or name == "WAIT_MSG_TIMEOUT" then
                assert.is_nil(names[number], name)
                names[number] = name
            end
        end
    end)
end)

describe("timers", function()
    it("return 1, take numbers as strings and fractions, and can be stopped", function()
        local output = runner.run [[
            print(rtos.timer_start("7", "1"), rtos.timer_start(8, 1.5), rtos.timer_start(9, 1))
            print(rtos.timer_stop(9), rtos.timer_stop(1234))
            local seen = {}
            for _ = 1, 2 do
                local id, timer = rtos.receive(rtos.INF_TIMEOUT)
                seen[timer] = id == rtos.MSG_TIMER
            end
            print(seen[7], seen[8], rtos.receive(0) == rtos.WAIT_MSG_TIMEOUT, rtos.receive(1))
        ]]
        assert.equal("1 1 1 1 1 true true true 4 nil", (output:gsub("%s+", " "):gsub(" $", "")))
    end)

    it("name wrong values", function()
        fails("rtos.timer_start: id: number expected, got nil", rtos.timer_start)
        fails("rtos.timer_start: ms: number expected, got table", rtos.timer_start, 1, {})
        fails('rtos.timer_stop: id: number expected, got "x"', rtos.timer_stop, "x")
    end)
end)

it("rtos.on names a wrong id", function()
    fails("rtos.on: id: number expected, got nil", rtos.on, nil, print)
    fails("rtos.on: id: number expected, got ", rtos.on, 0 / 0, print)
end)

describe("the clock", function()
    it("ticks every 5 ms", function()
        local sys = require "sys"
        local before, began = rtos.tick(), os.clockms()
        sys.wait(50)
        local ticks, ms = rtos.tick() - before, os.clockms() - began
        assert.equal("integer", math.type(rtos.tick()))
        -- The two are read one after the other.
        assert.is_true(ticks >= 10 and ticks <= ms // 5 + 1, ticks .. " ticks in " .. ms .. " ms")
    end)

    it("is eight hours east of Greenwich, whatever the computer's zone", function()
        for _, zone in ipairs { "UTC", "America/New_York", "CST-8" } do
            local output = runner.run([[
                print(os.date("%Y-%m-%d %H:%M:%S %z", 0), os.date("!%H:%M", 0))
                print(os.time { year = 1970, month = 1, day = 1, hour = 8 })
                local now = os.time()
                print(os.time(os.date("*t", now)) == now, os.date("*t", 1e9).isdst, os.date("%%z", 0))
            ]], nil, "TZ=" .. zone)
            assert.equal("1970-01-01 08:00:00 +0800 00:00 0 true false %z", (output:gsub("%s+", " "):gsub(" $", "")))
        end
    end)

    it("has the computer's time until it is set", function()
        local process = io.popen "date +%s"
        local computer = math.tointeger(tonumber(process:read "l"))
        process:close()
        -- In a process of its own: other specs set the clock.
        local device = tonumber((runner.lua "print(os.time())"))
        assert.is_true(device >= computer and device <= computer + 60)
    end)

    it("counts fields beyond their range on, cuts fractions off, and reads numbers as strings", function()
        local function seconds(...)
            local year, month, day, hour, min, sec = ...
            return os.time { year = year, month = month, day = day, hour = hour, min = min, sec = sec }
        end
        assert.equal(seconds(2027, 1, 1), seconds(2026, 13, 1))
        assert.equal(seconds(2027, 1, 1, 0, 0, 0), seconds(2026, 12, 31, 23, 59, 60))
        assert.equal(seconds(2027, 1, 1, 1, 2, 3), seconds(2027, "1", 1.5, "1", 2.9, 3.9))
        assert.equal(seconds(2027, 1, 1, 12, 0, 0), seconds(2027, 1, 1))
        assert.equal(os.date("!%c", 5), os.date("!%c", "5"))
        fails("field 'month' missing in date table", os.time, { year = 2026, day = 1 })
        fails("os.time: day: number expected, got \"x\"", os.time, { year = 2026, month = 1, day = "x" })
        fails("os.time: table expected, got 5", os.time, 5)
        fails("os.date: time: number expected, got", os.date, "*t", {})
        fails("os.date: format: string expected, got", os.date, {})
    end)

    it("can be set, to a local time or to seconds", function()
        local output = runner.run([[
            rtos.set_time(2020, 5, 1, 12, 12, 12)
            print(os.date("%Y-%m-%d %H:%M"), os.time() - 1588306332 < 30)
            rtos.set_time(1000)
            print(os.time() < 1030, os.date("*t").year)
            print(pcall(rtos.set_time))
            print(pcall(rtos.set_time, 2020, 5))
        ]], "--trace")
        assert.truthy(output:find("clock: set to 2020-05-01 12:12:12\n", 1, true), output)
        assert.truthy(output:find("\n2020-05-01 12:12 true\n", 1, true), output)
        assert.truthy(output:find("\ntrue 1970\n", 1, true), output)
        assert.truthy(output:find("rtos.set_time: seconds: number expected, got nil", 1, true), output)
        assert.truthy(output:find("rtos.set_time: day: number expected, got nil", 1, true), output)
    end)
end)

describe("an alarm", function()
    local SET = [[
        local function alarm(seconds, on)
            local t = os.date("*t", os.time() + seconds)
            rtos.set_alarm(on or 1, t.year, t.month, t.day, t.hour, t.min, t.sec)
        end
    ]]

    it("keeps the run alive and arrives as a bare number, at the clock's own time", function()
        local output, status = runner.run(SET .. [[
            rtos.set_time(2020, 5, 1, 12, 12, 12)
            print(rtos.init_module(rtos.MOD_ALARM))
            alarm(2)
            print(rtos.receive(rtos.INF_TIMEOUT))
            print(os.date("%H:%M"))
            -- Ends the run: nothing more can come.
            print(rtos.receive(rtos.INF_TIMEOUT))
        ]])
        assert.equal(0, status, output)
        assert.equal("1\n15 nil\n12:12\n", output)
    end)

    it("follows a clock that is set later", function()
        local output = runner.run(SET .. [[
            rtos.init_module(rtos.MOD_ALARM)
            alarm(86400)
            rtos.set_time(os.time() + 86399)
            print(rtos.receive(rtos.INF_TIMEOUT))
        ]])
        assert.equal("15 nil\n", output)
    end)

    it("is silent if it is off, past, or not asked for", function()
        for _, setting in ipairs {
            "alarm(60)",
            "rtos.init_module(rtos.MOD_ALARM) alarm(60, 0)",
            "rtos.init_module(rtos.MOD_ALARM) alarm(-60)",
        } do
            local output, status = runner.run(SET .. setting .. [[
                print "nothing can come"
                print(rtos.receive(rtos.INF_TIMEOUT))
            ]])
            assert.equal(0, status)
            assert.equal("nothing can come\n", output)
        end
    end)

    it("reaches the script's handler", function()
        local output = runner.run(SET .. [[
            require "sys"
            rtos.on(rtos.MSG_ALARM, function(...) print("alarm", ...) end)
            rtos.init_module(rtos.MOD_ALARM)
            alarm(2)
            sys.run()
        ]])
        assert.equal("alarm nil\n", output)
    end)

    it("names wrong values", function()
        fails("rtos.set_alarm: on: number expected, got nil", rtos.set_alarm)
        fails("rtos.set_alarm: sec: number expected, got nil", rtos.set_alarm, 1, 2026, 1, 1, 1, 1)
    end)
end)

describe("the system", function()
    it("describes itself", function()
        assert.truthy(rtos.get_build_time():find "^%a%a%a %d%d %d%d%d%d %d%d:%d%d:%d%d$")
        assert.truthy(rtos.get_version():find "^Luat_V%d+_RDA8910.*FLOAT")
        assert.equal(50, rtos.get_env_usage())
        assert.equal("", rtos.get_fatal_info())
        assert.is_true(rtos.remove_fatal_info())
        assert.equal(0, rtos.poweron_reason())
    end)

    it("makes bytes and numbers of digits", function()
        assert.equal(("<i8"):pack(12345678), rtos.toint64 "12345678")
        assert.equal((">i8"):pack(12345678), rtos.toint64("12345678", "big"))
        assert.equal(("<i8"):pack(12345678), rtos.toint64(12345678, "little"))
        assert.equal(0xabc, rtos.hextodec "aBc")
        fails("rtos.toint64: digits: string expected, got nil", rtos.toint64)
        fails("rtos.hextodec: digits: string expected, got table", rtos.hextodec, {})
    end)

    it("initialises its modules and no other", function()
        assert.equal(1, rtos.init_module(rtos.MOD_KEYPAD, 0, 0x0f, 0x0f))
        assert.equal(1, rtos.init_module(rtos.MOD_TP))
        fails("rtos.init_module: module: rtos.MOD_KEYPAD, MOD_ALARM or MOD_TP expected, got 7", rtos.init_module, 7)
        fails("rtos.init_module: mask of inputs: number expected, got nil", rtos.init_module, rtos.MOD_KEYPAD, 0)
    end)
end)

describe("the soft dog", function()
    --- Ends the second run, which a restart begins.
    local function after_restart(script)
        return [[
            if rtos.poweron_reason() ~= rtos.POWERON_KEY then
                print("again", rtos.poweron_reason() == rtos.POWERON_WATCHDOG)
                os.exit(0)
            end
        ]] .. script
    end

    local BITES = "[W]-[rtos.openSoftDog] not fed for 50 ms: the device restarts\n"

    it("restarts a script that never waits", function()
        local output, status = runner.run(after_restart "print(rtos.openSoftDog(50)) while true do end")
        assert.equal(0, status, output)
        assert.equal("true\n" .. BITES .. "again true\n", output)
    end)

    it("restarts a script that waits", function()
        local output = runner.run(after_restart [[
            require "sys"
            rtos.openSoftDog(50)
            sys.taskInit(sys.wait, 60000)
            sys.run()
        ]])
        assert.equal(BITES .. "again true\n", output)
    end)

    it("leaves a script alone that feeds it or closes it", function()
        local output, status = runner.run(after_restart [[
            require "sys"
            rtos.openSoftDog(1000)
            sys.taskInit(function()
                local feeder = sys.timerLoopStart(rtos.eatSoftDog, 100)
                sys.wait(1500)
                sys.timerStop(feeder)
                rtos.closeSoftDog()
                sys.wait(1100)
                print "well"
            end)
            sys.run()
        ]])
        assert.equal(0, status)
        assert.equal("well\n", output)
    end)

    it("does not keep a run alive", function()
        local output, status = runner.run(after_restart 'require "sys" rtos.openSoftDog(60000) sys.run()')
        assert.equal(0, status)
        assert.equal("", output)
    end)

    it("only says so in a program that is no runner", function()
        local output, status = runner.lua [[
            require "sys"
            rtos.openSoftDog(10)
            sys.timerStart(print, 200, "goes on")
            sys.run()
        ]]
        assert.equal(0, status)
        assert.equal("[W]-[rtos.openSoftDog] not fed for 10 ms: a device would restart now\ngoes on\n", output)
    end)

    it("names wrong values", function()
        fails("rtos.openSoftDog: ms: number expected, got nil", rtos.openSoftDog)
        fails("rtos.openSoftDog: ms: above 0 expected, got 0", rtos.openSoftDog, 0)
    end)
end)

describe("an update", function()
    --- What a script prints that updates, with a data folder of its own.
    local function update(script, options)
        local folder = os.tmpname()
        os.remove(folder)
        local output, status = runner.run(script, ("--data %s %s"):format(folder, options or ""))
        assert.equal(0, status, output)
        os.execute("rm -rf " .. folder)
        return output
    end

    it("becomes a file", function()
        local output = update([[
            print(rtos.fota_start(), rtos.fota_process("abc", 5), rtos.fota_process("de", 5), rtos.fota_end())
            print(io.open("/luazip/update.bin"):read "*a")
        ]], "--trace")
        assert.truthy(output:find("fota: 5 bytes\n", 1, true), output)
        local warning = "installing an update is not supported on the desktop: the update of 5 bytes stays in /luazip"
        assert.truthy(output:find(warning .. "/update.bin\n", 1, true), output)
        assert.truthy(output:find("0 0 0 0\nabcde\n", 1, true), output)
    end)

    it("has to be whole, and to be started", function()
        assert.equal("-94 -94\n0 0 -96 -96\n0 -96 0 0 -96 0\n0 -96\n", update [[
            print(rtos.fota_process("abc", 5), rtos.fota_end())
            print(rtos.fota_start(), rtos.fota_process("abc", 5), rtos.fota_process("def", 5), rtos.fota_end())
            print(rtos.fota_start(), rtos.fota_process("abcdef", 5), rtos.fota_process("abc", 5),
                rtos.fota_process("de", 5), rtos.fota_process("", 6), (rtos.fota_end()))
            print(rtos.fota_start(), rtos.fota_end())
        ]]:gsub("[^\n]*not supported[^\n]*\n", ""))
    end)

    it("fails where the flash is full", function()
        assert.equal("0 -94\n", update([[
            print(rtos.fota_start(), rtos.fota_process(("x"):rep(200 * 1024), 200 * 1024))
        ]], "--modem flash=100"))
    end)

    it("names wrong values", function()
        fails("rtos.fota_process: data: string expected, got nil", rtos.fota_process)
        fails("rtos.fota_process: total: number expected, got nil", rtos.fota_process, "x")
        fails("rtos.fota_process: total: a size expected, got -1", rtos.fota_process, "x", -1)
    end)
end)

describe("poweroff", function()
    it("ends the run, and says when an alarm would switch the device on", function()
        local output, status = runner.run([[
            rtos.set_time(2026, 1, 2, 3, 4, 5)
            rtos.set_alarm(1, 2026, 1, 2, 4, 4, 5)
            rtos.poweroff(1)
            print "not reached"
        ]], "--trace")
        assert.equal(0, status)
        assert.truthy(output:find("power: off until 2026-01-02 04:04:05\n", 1, true), output)
        local warning = "[W]-[rtos.poweroff] the run ends; a device would start again at 2026-01-02 04:04:05\n"
        assert.truthy(output:find(warning, 1, true), output)
        assert.is_nil(output:find("not reached", 1, true))
    end)

    it("without an alarm says nothing", function()
        local output, status = runner.run "rtos.poweroff() print 'not reached'"
        assert.same({ "", 0 }, { output, status })
    end)

    it("names a wrong value", function()
        fails("rtos.poweroff: 0 or 1 expected, got table", rtos.poweroff, {})
    end)
end)
