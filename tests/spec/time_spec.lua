--- `--instant`, `--speed`, `--start`: time that does not pass as the computer's does.
local servers = require "servers"
local runner = require "runner"
local project = require "project"

local server = servers.peer()

--- Runs a script in which nothing happens that it does not begin itself, with `--timeout` in the device's seconds.
local function run(options, script)
    local output, status = runner.run('require "sys" sys.taskInit(function() ' .. script .. ' end) sys.run()', options)
    assert.equal(0, status, output)
    return output
end

describe("--instant", function()
    it("passes over waits, and timers fire in their order", function()
        local output = run("--instant", [[
            local begin = os.time()
            sys.timerStart(print, 86400000, "a day")
            sys.timerStart(print, 3600000, "an hour")
            for i = 1, 3 do
                sys.wait(1800000)
                print(i)
            end
            sys.timerLoopStart(print, 36000000, "loop")
            print(sys.waitUntil("NEVER", 100000000))
            print(math.floor((os.time() - begin) / 3600))
            os.exit(0)]])
        assert.equal("1\nan hour\n2\n3\nloop\nloop\na day\nfalse\n29\n", output)
    end)

    it("counts for all clocks, and for what blocks", function()
        local output = run("--instant", [[
            local function clocks() return os.time(), rtos.tick() * 5 / 1000, os.date("*t").yday end
            local seconds, ticks, day = clocks()
            rtos.sleep(86400000)
            local then_seconds, then_ticks, then_day = clocks()
            print(then_seconds - seconds >= 86400, then_ticks - ticks >= 86399, then_day ~= day)]])
        assert.equal("true true true\n", output)
    end)

    it("rings the alarm and stops the sound", function()
        local output = run("--instant --start 2026-11-26T08:00", [[
            rtos.on(rtos.MSG_ALARM, function() print("alarm", os.date("%H:%M")) end)
            rtos.init_module(rtos.MOD_ALARM)
            rtos.set_alarm(1, 2026, 11, 26, 23, 30, 0)]])
        assert.truthy(output:find("alarm 23:30", 1, true), output)
    end)

    it("waits for a connection that is being made, and for what a peer sends", function()
        local output = run("--instant", ([[
            local websocket = require "websocket"
            sys.timerStart(print, 20000, "first timer")
            local ws = websocket.new("%s")
            print(ws:connect(15000))
            for i = 1, 3 do
                ws:send("message " .. i, true)
                print(ws:recv(5000))
                sys.wait(600000)
            end
            print(ws:recv(600000))
            print(ws:online())
            ws:close()]]):format(server:url "/trickle?pause=0.005"))
        assert.equal("true\ntrue message 1\nfirst timer\ntrue message 2\ntrue message 3\nfalse timeout\ntrue\n", output)
    end)

    it("keeps a heartbeat alive through a day", function()
        local output = run("--instant", ([[
            local websocket = require "websocket"
            local ws = websocket.new("%s")
            ws:on("close", function(code) print("closed", code) end)
            ws:on("open", function()
                sys.timerStart(function()
                    print(ws:online())
                    websocket.exit(ws)
                end, 7200000)
            end)
            ws:start(600)]]):format(server:url "/echo"))
        assert.equal("true\nclosed 1000\n", output)
    end)

    it("has a spoiled network take its simulated time", function()
        local output = run("--instant", ([[
            local websocket, device = require "websocket", require("luatos").device
            device.network { latency = 30000 }
            local ws = websocket.new("%s")
            local begin = os.time()
            assert(ws:connect(300000))
            ws:send("there and back")
            print(ws:recv())
            print(os.time() - begin >= 120)
            ws:close()]]):format(server:url "/echo"))
        assert.equal("true there and back\ntrue\n", output)
    end)

    it("stands still while the script computes, unless it asks until it is late enough", function()
        local output = run("--instant", [[
            local tick, ticks = rtos.tick(), 0
            for i = 1, 1e6 do ticks = ticks + i end
            print(rtos.tick() - tick)
            sys.wait(1000)
            print(rtos.tick() - tick)
            local begin = os.time()
            while os.time() - begin < 60 do end
            print "late enough"]])
        assert.equal("0\n200\nlate enough\n", output)
    end)

    it("passes where messages beget messages, and for who asks again and again whether one is there", function()
        local output = run("--instant", [[
            local tick = rtos.tick()
            sys.subscribe("QUESTION", function() sys.publish("ANSWER") end)
            while rtos.tick() - tick < 4 do
                sys.publish("QUESTION")
                sys.waitUntil("ANSWER")
            end
            print "talked"]])
        assert.equal("talked\n", output)
        output = runner.run([[
            rtos.timer_start(1, 20)
            repeat local id = rtos.receive(0) until id == rtos.MSG_TIMER
            print "asked"]], "--instant")
        assert.equal("asked\n", output)
    end)

    it("passes over weeks of rtos.sleep at once, also with --speed", function()
        local script = "local begin = os.time() rtos.sleep(%d) print(os.time() - begin)"
        local seconds = runner.run(script:format(0x7fffffff), "--instant")
        assert.is_true(tonumber(seconds) >= 2147483, seconds)
        seconds = runner.run(script:format(100000000), "--speed 1000000")
        assert.is_true(tonumber(seconds) >= 100000, seconds)
    end)

    it("lets a hungry dog bite", function()
        project.with({ ["main.lua"] = [[
            require "sys"
            if rtos.poweron_reason() == 0 then
                rtos.openSoftDog(30000)
                sys.timerLoopStart(function() end, 1000)
                sys.run()
            end
            print("bitten")]] }, function(this)
            local output, status = this.luatos "--instant @/main.lua"
            assert.truthy(output:find("bitten", 1, true), output)
            assert.equal(0, status)
        end)
    end)

    it("has --timeout count the device's seconds, over restarts too", function()
        project.with({ ["main.lua"] = [[
            require "sys"
            print(os.date "%d %H:%M")
            sys.timerStart(sys.restart, 36000000, "ten hours")
            sys.run()]] }, function(this)
            local output, status = this.luatos "--instant --start 2026-01-01 --timeout 86400 @/main.lua"
            local dates = {}
            for date in output:gmatch "%d%d %d%d:%d%d" do
                dates[#dates + 1] = date
            end
            assert.same({ "01 00:00", "01 10:00", "01 20:00" }, dates, output)
            assert.equal(0, status)
        end)
    end)

    it("ends a run in which nothing can happen", function()
        assert.equal("begun\n", run("--instant --timeout 1000000", 'print "begun"'))
    end)

    it("is there under lua5.3 too", function()
        local output = runner.run_with("LUATOS_INSTANT=1 LUATOS_START=2026-01-01 timeout -s KILL 60 lua5.3 -l luatos",
            'require "sys" sys.wait(86400000) print(os.date "%Y-%m-%d")')
        assert.equal("2026-01-02\n", output)
    end)
end)

describe("--speed", function()
    it("makes time pass faster", function()
        local output = run("--speed 36000", [[
            local begin = os.time()
            sys.wait(36000000)
            print(os.time() - begin >= 36000)]])
        assert.equal("true\n", output)
    end)

    it("does not shorten the time of a server", function()
        local output = run("--speed 10", ([[
            local websocket = require "websocket"
            local ws = websocket.new("%s")
            print(ws:connect(60000))
            ws:close()]]):format(server:url "/trickle?pause=0.005"))
        assert.equal("true\n", output)
    end)
end)

it("--start sets the date, and the stamps of --time", function()
    local output = run("--start 2031-02-03T04:05:06 --time --instant", 'sys.wait(54000) print(os.date "%c")')
    assert.truthy(output:find("[2031-02-03 04:06:00", 1, true), output)
    assert.truthy(output:find("Mon Feb  3 04:06:00 2031", 1, true), output)
end)

it("what cannot be used is named", function()
    for options, what in pairs {
        ["--speed 0"] = '--speed: a number from 0.000001 to 1000000 expected, got "0"',
        ["--start noon"] = '--start: a date from 1970 on, such as 2026-11-26T08:30:00, expected, got "noon"',
        ["--start 1969-12-31"] = 'a date from 1970 on, such as 2026-11-26T08:30:00, expected, got "1969-12-31"',
        ["--instant=soon"] = '--instant: milliseconds from 0 to 60000 expected, got "soon"',
    } do
        local output, status = runner.run("", options)
        assert.equal(2, status)
        assert.truthy(output:find(what, 1, true), output)
    end
    local output, status = runner.run("", "", "LUATOS_SPEED=fast")
    assert.equal(2, status)
    assert.truthy(output:find('LUATOS_SPEED: .* got "fast"'), output)
end)
