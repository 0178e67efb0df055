--- `luatos --scenario`: a script that plays the outside, and its consequences for the run.
local project = require "project"

--- A project that never ends by itself.
local MAIN = [[
    require "log"
    require "pins"
    local led = pins.setup(pio.P0_10, 0)
    sys.subscribe("GO", function(value)
        log.info("main", "got", value)
        led(1)
    end)
    sys.timerLoopStart(function() end, 1000)
    sys.run()
]]

--- Runs a main script beside a scenario.
local function run(main, scenario, options)
    local output, status
    project.with({ ["main/main.lua"] = main, ["scenario.lua"] = scenario }, function(this)
        output, status = this.luatos((options or "") .. " --scenario @/scenario.lua @/main")
        output = output:gsub(this.folder, "FOLDER")
    end)
    return output, status
end

it("ends the run with status 0 when it returns", function()
    local output, status = run(MAIN, [[
        sys.wait(5)
        sys.publish("GO", 42)
        local pin, level = device.wait("pin", 20000)
        print("the pin", pin, level)
    ]])
    assert.equal(0, status)
    assert.equal("[I]-[main] got 42\nthe pin 10 1\n", output)
end)

it("is no script of the device, whose Lua has fewer operators", function()
    local output, status = run(MAIN, "print(7 // 2)")
    assert.equal(0, status)
    assert.equal("3\n", output)
end)

it("plays beside a main script that does not run the loop", function()
    local output, status = run("print 'main'", "sys.wait(5) print 'scenario'")
    assert.equal(0, status)
    assert.equal("main\nscenario\n", output)
end)

it("plays beside a project with its own sys and loop", function()
    local main = [[
        local rtos, handlers = rtos, {}
        sys = {}
        function sys.subscribe(id, callback) handlers[id] = callback end
        function sys.publish(id, ...) if handlers[id] then handlers[id](...) end end
        package.loaded.sys = sys
        sys.subscribe("GO", function(value) print("got", value) end)
        rtos.timer_start(1, 60000)
        while true do rtos.receive(rtos.INF_TIMEOUT) end
    ]]
    local output, status = run(main, [[
        device.on("publish", function(id, value) print("heard", id, value) end)
        sys.wait(5)
        sys.publish("GO", 42)
        sys.wait(5)
    ]])
    assert.equal(0, status)
    assert.equal("heard GO 42\ngot 42\n", output)
end)

it("ends the run with status 1 and a traceback when it fails", function()
    local output, status = run(MAIN, "sys.wait(5)\nassert(1 == 2, 'one is not two')")
    assert.equal(1, status)
    assert.truthy(output:find("luatos: the scenario FOLDER/scenario.lua has failed: FOLDER/scenario.lua:2:"
        .. " one is not two\nstack traceback:", 1, true), output)
    assert.truthy(output:find("scenario.lua:2: in", 1, true), output)
end)

it("shows the last of the log when it fails", function()
    local output = run(MAIN, "sys.publish('GO', 42) sys.wait(50) error 'enough'")
    assert.truthy(output:find("The log ends so:\n  [I]-[main] got 42\n", 1, true), output)
end)

it("fails by an error in a callback of its device.on", function()
    local output, status = run(MAIN, [[
        device.on("pin", function() error "wrong pin" end)
        sys.publish "GO"
        sys.wait(20000)
    ]])
    assert.equal(1, status)
    assert.truthy(output:find "has failed: FOLDER/scenario.lua:1: wrong pin\nstack traceback", output)
end)

it("fails by a device.on without a callback, and by an error in what decides a device.wait", function()
    local output, status = run(MAIN, "device.on 'pin'")
    assert.equal(1, status)
    assert.truthy(output:find("scenario.lua:1: device.on: callback: function expected, got nil", 1, true), output)
    output, status = run(MAIN, "sys.publish 'GO' device.wait('pin', 20000, function() error 'undecided' end)")
    assert.equal(1, status)
    assert.truthy(output:find("scenario.lua:1: undecided", 1, true), output)
end)

it("hears how many changes are lost while nobody waits", function()
    local output = run(MAIN, [[
        local pin = pins.setup(pio.P0_11, 0)
        local heard = 0
        device.on("pin", function() heard = heard + 1 end)
        for level = 1, 65536 + 3 do pin(level % 2) end
        sys.wait(50)
        print(heard)
    ]])
    assert.equal("[W]-[device] 3 changes were not heard in time and are lost: the script did not wait\n65536\n", output)
end)

it("has failed if the run ends before it returns", function()
    local output, status = run("print 'main'", "sys.waitUntil 'NEVER'")
    assert.equal(1, status)
    assert.truthy(output:find("luatos: the scenario FOLDER/scenario.lua has not returned: it waits at"
        .. " FOLDER/scenario.lua:1", 1, true), output)
    output, status = run(MAIN, "sys.wait(60000)", "--timeout 0.3")
    assert.equal(1, status)
    assert.truthy(output:find("has not returned: it waits at FOLDER/scenario.lua:1", 1, true), output)
end)

it("has failed if the project exits before it returns, and may exit itself", function()
    local exiting = "require 'sys' sys.taskInit(function() sys.wait(5) os.exit(0) end) sys.run()"
    local output, status = run(exiting, "sys.wait(60000)")
    assert.equal(1, status)
    assert.truthy(output:find("has not returned: it waits at FOLDER/scenario.lua:1", 1, true), output)
    output, status = run("rtos.poweroff()", "print 'never'")
    assert.equal(1, status)
    assert.truthy(output:find("has not begun", 1, true), output)
    status = select(2, run(exiting:gsub("exit%(0%)", "exit(7)"), "sys.wait(60000)"))
    assert.equal(7, status)
    status = select(2, run(MAIN, "sys.wait(5) os.exit(0)"))
    assert.equal(0, status)
end)

it("with --strict fails after a failure of a task of the project", function()
    local main = "require 'sys' sys.taskInit(function() error 'a task' end) sys.run()"
    local _, status = run(main, "sys.wait(5)")
    assert.equal(0, status)
    _, status = run(main, "sys.wait(5)", "--strict")
    assert.equal(1, status)
end)

it("keeps its globals to itself and sees the project's", function()
    local output, status = run([[
        VALUE = 1
        require "sys"
        sys.timerStart(function() print("mine is", VALUE, OTHER) end, 50)
        sys.run()
    ]], "OTHER = 2 print('its is', VALUE) VALUE = 3 sys.wait(100)")
    assert.equal(0, status)
    assert.equal("its is 1\nmine is 1 nil\n", output)
end)

it("that cannot be loaded says why", function()
    local output, status = run(MAIN, "local x = =")
    assert.equal(1, status)
    assert.equal("luatos: --scenario: FOLDER/scenario.lua:1: unexpected symbol near '='\n", output)
    project.with({ ["main.lua"] = MAIN }, function(this)
        output, status = this.luatos "--scenario @/none.lua @"
    end)
    assert.equal(1, status)
    assert.truthy(output:find("none.lua", 1, true), output)
end)

describe("under the system's Lua, by LUATOS_SCENARIO,", function()
    local function run_lua(main, scenario)
        local output, status
        project.with({ ["main/main.lua"] = main, ["scenario.lua"] = scenario }, function(this)
            output, status = this.lua("-l luatos @/main/main.lua", "LUATOS_SCENARIO=@/scenario.lua")
            output = output:gsub(this.folder, "FOLDER")
        end)
        return output, status
    end

    it("plays beside the project", function()
        local output, status = run_lua(MAIN, "sys.publish('GO', 42) print(device.wait('pin', 20000))")
        assert.equal(0, status, output)
        assert.equal("[I]-[main] got 42\n10 1 output\n", output)
    end)

    it("fails the program", function()
        local output, status = run_lua(MAIN, "sys.wait(5) error 'wrong'")
        assert.equal(1, status)
        assert.truthy(output:find("has failed: FOLDER/scenario.lua:1: wrong", 1, true), output)
        output, status = run_lua("require 'sys' sys.run()", "sys.waitUntil 'NEVER'")
        assert.equal(1, status, output)
        assert.truthy(output:find("has not returned: it waits at FOLDER/scenario.lua:1", 1, true), output)
    end)
end)
