--- `luatos --console`: inputs beside a project, from a pipe and at a terminal.
local project = require "project"

--- A project that goes on until it is ended.
local MAIN = [[
    PROJECT, VERSION = "CONSOLE", "1.0.0"
    require "sys"
    VALUE = 42
    sys.subscribe("GO", function(value) print("got", value) end)
    sys.timerLoopStart(function() end, 1000)
    print("main")
    sys.run()
]]

--- Runs a project with inputs from a pipe.
-- @return what it printed on both streams, and its status
local function run(main, inputs, options)
    local output, status
    project.with({ ["main/main.lua"] = main, inputs = inputs }, function(this)
        output, status = this.luatos(("--console %s @/main < @/inputs"):format(options or ""))
        output = output:gsub(this.folder, "FOLDER")
    end)
    return output, status
end

describe("from a pipe", function()
    it("shows the values of expressions, and nothing for statements", function()
        local output, status = run("VALUE = 'text'", table.concat({
            "1 + 1", "VALUE, nil, 1.5", "local x = 1", "NEW = VALUE", "NEW, _G.NEW", "print 'printed'",
        }, "\n"))
        assert.equal(0, status)
        assert.equal('2\n"text"  nil  1.5\n"text"  "text"\nprinted\n', output)
    end)

    it("continues an incomplete input in the next lines", function()
        local output = run("", "for i = 1, 3 do\nif i == 2 then continue end\n\nprint(i)\nend\n(1 +\n2)")
        assert.equal("1\n3\n3\n", output)
    end)

    it("shows tables, nested and with themselves in them", function()
        local output = run("", [[
            { 1, 2, name = "n", ["a b"] = true, [10] = {} }
            { { { {} } } }
            T = { 1 } T.self = T
            T
            setmetatable({}, { __tostring = function() return "shown" end })
            setmetatable({}, { __tostring = function() error "x" end, __index = error })
            "\n\0é\xff"
        ]])
        assert.equal(table.concat({
            '{ 1, 2, [10] = {}, ["a b"] = true, name = "n" }',
            "{ { {...} } }",
            "{ 1, self = <cycle> }",
            "shown",
            "<table whose __tostring fails>",
            '"\\n\\x00\\xc3\\xa9\\xff"',
        }, "\n") .. "\n", output)
    end)

    it("runs each input as a task, one after the other, beside the project", function()
        local output, status = run(MAIN, [[
            sys.wait(20)
            sys.publish("GO", 7)
            sys.waitUntil("NEVER", 20)
            device.sms("+8613800000000", "hello")
            os.exit(0)
        ]])
        assert.equal(0, status)
        assert.equal("main\ngot 7\nfalse\n", output)
    end)

    it("shows errors with the input's traceback, and goes on", function()
        local output, status = run(MAIN, "local x = nil + 1\nx = = 1\nsys.wait(5) nope()\nos.exit(4)")
        assert.truthy(output:find("console:1: attempt to perform arithmetic on a nil value\nstack traceback:\n"
            .. "\tconsole:1: in main chunk\n", 1, true), output)
        assert.truthy(output:find("console:1: unexpected symbol near '='\n", 1, true), output)
        assert.is_nil(output:find("luatos/", 1, true), output)
        assert.truthy(output:find("console:1: attempt to call a nil value (global 'nope')", 1, true), output)
        assert.equal(4, status)
    end)

    it("lets the run go on at its end", function()
        local output, status = run("require 'sys' sys.timerStart(print, 50, 'timer') sys.run()", "1")
        assert.equal(0, status)
        assert.equal("1\ntimer\n", output)
    end)

    it("works beside a project with its own sys and loop", function()
        local output, status = run([[
            local rtos, handlers = rtos, {}
            sys = {}
            function sys.subscribe(id, callback) handlers[id] = callback end
            function sys.publish(id, ...) if handlers[id] then handlers[id](...) end end
            package.loaded.sys = sys
            sys.subscribe("GO", function(value) print("got", value) end)
            while true do rtos.receive(rtos.INF_TIMEOUT) end
        ]], "sys.wait(5) sys.publish('GO', 1)\n1 + 1")
        assert.equal(0, status)
        assert.equal("got 1\n2\n", output)
    end)

    it("works beside a scenario, which ends the run", function()
        local output, status
        project.with({ ["main/main.lua"] = MAIN, inputs = "sys.publish('GO', 1)\nsys.publish 'END'",
            ["scenario.lua"] = "sys.waitUntil('END', 20000) print 'scenario'" }, function(this)
            output, status = this.luatos "--console --scenario @/scenario.lua @/main < @/inputs"
        end)
        assert.equal(0, status)
        assert.equal("main\ngot 1\nscenario\n", output)
    end)

    it("has nothing to do with --strict, but the project has", function()
        local _, status = run("", "error 'mine'", "--strict")
        assert.equal(0, status)
        _, status = run("require 'sys' sys.taskInit(function() error 'a task' end) sys.run()", "1", "--strict")
        assert.equal(1, status)
    end)

    it("leaves what it has not read to the run after a restart", function()
        local output, status = run("print('start', rtos.poweron_reason())", "rtos.restart()\n1 + 1")
        assert.equal(0, status)
        assert.equal("start 0\nstart 3\n2\n", output)
    end)

    it("and another use of standard input exclude each other", function()
        local output, status = run("", "", "--uart 1=stdio")
        assert.equal(2, status)
        assert.truthy(output:find("--console: standard input is a serial port", 1, true), output)
    end)
end)

describe("at a terminal", function()
    --- Runs a project at a terminal.
    -- @string steps see tests/support/console.py
    local function type_in(steps, options, main)
        local output
        project.with({ ["main/main.lua"] = main or MAIN, steps = steps }, function(this)
            local command = "timeout 60 /usr/bin/python3 tests/support/console.py %s %s < %s 2>&1"
            local process = io.popen(command:format(this.folder, options or "", this.path "steps"))
            output = process:read "a"
            process:close()
        end)
        assert.equal("done\n", output)
    end

    it("has a prompt, and a history for the next run", function()
        type_in [[
            see main
            see >
            type VALUE + 1\r
            see \n43\n
            see >
            type \x1b[A * 2\r
            see 44\n
            see >
            type \x04
            end 0
            file state/luatos/history VALUE + 1
        ]]
    end)

    it("completes globals, fields and methods", function()
        type_in [[
            see main
            see >
            type VAL\t + 1\r
            see \n43\n
            see >
            type device.batt\t\r
            see device\.battery
            see function
            see >
            type S = "abc"\r
            see >
            type S:upp\t()\r
            see \n"ABC"\n
            see >
            type \x04
            end 0
        ]]
    end)

    it("continues an incomplete input", function()
        type_in [[
            see main
            see >
            type for i = 1, 2 do\r
            type print(i * 10) end\r
            see \n10\n20\n
            see >
            type \x04
            end 0
        ]]
    end)

    it("shows what is printed above the prompt", function()
        type_in [[
            see main
            see >
            type sys.timerStart(function() print("out") io.stderr:write("err\\n") end, 300)\r
            see >
            type VALUE * 2
            see VALUE \* 2
            see (?s)out\n.*err\n> VALUE \* 2
            type \r
            see \n84\n
            see >
            type \x04
            end 0
        ]]
    end)

    it("by Ctrl-C clears what is typed, leaves what waits, and ends the run", function()
        type_in [[
            see main
            see >
            type nonsense(
            see nonsense
            type \x03VALUE\r
            see \n42\n
            see >
            type print("begun") sys.wait(200) VALUE = "not left"\r
            see \nbegun\n
            type \x03
            see >
            type sys.wait(400) print("still", VALUE)\r
            see \nstill 42\n
            see >
            type print("busy") while true do end\r
            see \nbusy\n
            type \x03
            see Ctrl-C once more
            type \x03
            end 130
        ]]
        type_in [[
            see main
            see >
            type \x03
            end 130
        ]]
    end)

    it("ends with the run, and gives the terminal back", function()
        type_in [[
            see >
            type io.write("abc") os.exit(3)\r
            end 3
            see abc
        ]]
        type_in("see main\nsee >\ntype half\nsignal TERM\nend 143")
        type_in("see main\nsee >\ntype half\nend 0", "--timeout 1")
        type_in("see main\nsee >\ntype while true do end\\r\nend 124\nsee blocks the message loop", "--timeout 1")
        type_in("see failed\nend 1\nsee attempt", nil, "print 'failed' local x = nil + 1")
    end)

    it("goes on after the main script, and after a restart", function()
        type_in([[
            see ended
            see >
            type rtos.restart()\r
            see ended
            see >
            type rtos.poweron_reason()\r
            see \n3\n
            see >
            type \x04
            end 0
        ]], nil, "print 'ended'")
    end)

    it("leaves no open file to a restart", function()
        type_in([[
            see first
            see >
            type rtos.restart()\r
            see then
            see >
            type \x04
            end 0
            file state/outcome same
        ]], nil, [[
            os.execute [=[
                cd $XDG_STATE_HOME; now=$(ls -l /proc/$PPID/fd | grep -c pipe:)
                if [ -f count ]; then [ $now = $(cat count) ] && echo same > outcome; else echo $now > count; fi
            ]=]
            print(rtos.poweron_reason() == rtos.POWERON_RESTART and "then" or "first")
        ]])
    end)

    it("by Ctrl-D ends as the script does, also with --strict", function()
        type_in([[
            see a task
            see \n> $
            type \x04
            end 1
        ]], "--strict", "require 'sys' sys.taskInit(function() error 'a task' end) sys.run()")
    end)
end)
