--- Debuggers: one that is loaded before the runtime sees every task.
local runner = require "runner"
local project = require "project"

--- A debugger in the manner of the known ones: it replaces `coroutine.create`, sets a hook in each coroutine and
-- stops at a line, where it shows a local variable. It uses a `socket` of its own.
local DEBUGGER = [[
    assert(require("socket")._VERSION == "LuaSocket of the test")
    local create = coroutine.create
    local function at_line(_, line)
        local info = debug.getinfo(2, "S")
        if line == 6 and info.short_src:find "main%.lua$" then
            print("stopped", debug.getlocal(2, 1))
        end
    end
    return {
        coro = function()
            function coroutine.create(body)
                local co = create(body)
                debug.sethook(co, at_line, "l")
                return co
            end
        end,
        start = function() print "started" end,
    }
]]

--- A task whose sixth line is reached after a wait.
local SCRIPT = [[
    require "sys"
    print(require("socket")._VERSION)
    sys.taskInit(function()
        local count = 3
        sys.wait(5)
        count = count + 1
        print("count", count)
    end)
    sys.run()
]]

local folder

setup(function()
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
    for name, text in pairs {
        breakpoints = DEBUGGER,
        socket = 'return { _VERSION = "LuaSocket of the test" }',
    } do
        local file = assert(io.open(folder .. "/" .. name .. ".lua", "w"))
        file:write(text)
        file:close()
    end
end)

teardown(function() os.execute("rm -r " .. folder) end)

it("--debug loads one that stops in a task, and the script's socket is the device's", function()
    local output, status = runner.run(SCRIPT, "--debug=breakpoints", ("LUA_PATH='%s/?.lua;;'"):format(folder))
    assert.equal("started\nnil\nstopped count 3\ncount 4\n", output)
    assert.equal(0, status)
end)

it("that is loaded before the runtime under lua5.3 stops in a task", function()
    local output, status = runner.run_with(("LUA_PATH='%s/?.lua;'\"$LUA_PATH\" timeout -s KILL 60 lua5.3 -e "
        .. "'require(\"breakpoints\").coro() package.loaded.socket = nil' -l luatos"):format(folder), SCRIPT)
    assert.equal("nil\nstopped count 3\ncount 4\n", output)
    assert.equal(0, status)
end)

it("stops in the tasks of a project that a test runs", function()
    project.with({
        ["main.lua"] = SCRIPT,
        ["spec/main_spec.lua"] = [[
            local test = require "luatos.test"
            it("counts", function()
                test.project "."
                test.expect_log "^stopped%s+count%s+3$"
                test.expect_log "^count%s+4$"
            end)
        ]],
    }, function(this)
        local command = "cd %s && LUA_PATH='%s/?.lua;;' timeout 60 %s/target/release/luatos --debug=breakpoints test"
        local output = runner.output(command:format(this.folder, folder, io.popen("pwd"):read "l"))
        assert.truthy(output:find("1 success / 0 failures / 0 errors", 1, true), output)
    end)
end)

it("that is not there is an error that names it", function()
    local output, status = runner.run("print 'runs'", "--debug=no-such-debugger")
    assert.truthy(output:find("^luatos: %-%-debug: module 'no%-such%-debugger' not found"), output)
    assert.truthy(output:find("LUA_PATH", 1, true), output)
    assert.is_nil(output:find("stack traceback", 1, true), output)
    assert.is_nil(output:find("runs", 1, true))
    assert.equal(1, status)
end)

it("sees files by their full paths, from whatever folder the run is started", function()
    project.with({
        ["breakpoints.lua"] = "return {}",
        ["app/main.lua"] = 'require "part" require "extra" print(debug.getinfo(1, "S").source)',
        ["app/part.lua"] = 'print(debug.getinfo(1, "S").source)',
        ["lib/extra.lua"] = 'print(debug.getinfo(1, "S").source)',
    }, function(this)
        local output = runner.output(("cd %s && LUA_PATH='%s/?.lua;;' timeout 60 %s/target/release/luatos "
            .. "--debug=breakpoints --lib lib ./app"):format(this.folder, this.folder, io.popen("pwd"):read "l"))
        local expected = ("@%s/app/part.lua\n@%s/lib/extra.lua\n@%s/app/main.lua\n"):gsub("%%s", this.folder)
        assert.equal(expected, output)
    end)
end)

it("called mobdebug passes over the lines of this program, and looks for commands at each other line", function()
    project.with({
        ["stand_in.lua"] = 'debugger = { _NAME = "mobdebug" } return debugger',
        ["main.lua"] = [[
            print(debugger.checkcount)
            print(debugger.linemap(3, "=luatos/modules/sys.lua"))
            print(debugger.linemap(3, debug.getinfo(1, "S").source))
        ]],
    }, function(this)
        local command = "LUA_PATH='%s/?.lua;;' timeout 60 target/release/luatos --debug=stand_in %s"
        local output = runner.output(command:format(this.folder, this.path "main.lua"))
        assert.equal("1\nnil\n3\n", output)
    end)
end)

--- MobDebug itself, which belongs to no Debian package: LUA_PATH, or luarocks, has to have it.
describe("MobDebug", function()
    local is_there = package.searchpath("mobdebug", package.path)
    local session = is_there and it or function(name) pending(name, function() end) end

    --- What a session prints.
    -- @string options of the runner
    -- @param ... commands, see tests/support/mobdebug.py
    local function debug(options, ...)
        local words = {}
        for index, command in ipairs { ... } do
            words[index] = "'" .. command .. "'"
        end
        local output
        project.with({
            ["main.lua"] = [[
                require "sys"
                require "part"
                local name = "upvalue"
                sys.taskInit(function(argument)
                    for count = 1, 100 do
                        sys.wait(20)
                        part.show(count, name)
                        local shown = rtos.tick()
                        print(shown)
                    end
                end, "argument")
                sys.timerStart(function()
                    print("timer", name)
                end, 50)
                sys.run()
            ]],
            ["part.lua"] = [[
                module(..., package.seeall)
                function show(count)
                    if count < 0 then continue_never() end
                    for step = 1, 2 do
                        if step == 1 then continue end
                        local twice = count * step
                        print(twice)
                    end
                end
            ]],
        }, function(this)
            output = runner.output(("timeout 60 /usr/bin/python3 tests/support/mobdebug.py "
                .. "'target/release/luatos --debug %s' %s %s"):format(options, this.folder, table.concat(words, " ")))
        end)
        return output
    end

    session("stops in a task after a wait, shows what it sees, and steps over a wait and into a module", function()
        local output = debug("", "SETB main.lua 7", "RUN", "EXEC return count, argument, name", "DELB main.lua 7",
            "STEP", "OUT", "OVER", "OVER", "OVER", "OVER")
        assert.equal("at main.lua 2\nat main.lua 7\n" .. [["1","\"argument\"","\"upvalue\""]]
            .. "\nat part.lua 3\nat main.lua 8\nat main.lua 9\nat main.lua 5\nat main.lua 6\nat main.lua 7\n",
            (output:gsub("\n2\n.*$", "\n")))
    end)

    session("stops below a continue and in a timer's callback, by a condition, and where it is told to", function()
        local output = debug("", "SETB part.lua 7", "RUN", "EXEC return twice, step", "DELB part.lua 7",
            "SETB main.lua 13", "RUN", "DELB main.lua 13", "SETW count == 5", "RUN", "EXEC return count", "DELW 1",
            "GO", "WAIT 0.1", "PAUSE")
        local stops = 'at part.lua 7\n"2","2"\nat main.lua 13\nat %l+.lua %d\n"5"\nat %l+.lua %d\n'
        assert.truthy(output:find(stops), output)
    end)

    session("lets no time pass at a breakpoint with --instant", function()
        local output = debug("--instant", "SETB main.lua 8", "RUN", "EXEC return rtos.tick()", "WAIT 0.3",
            "EXEC return rtos.tick()", "OVER", "EXEC return shown")
        local before, after, shown = output:match '"(%d+)"\n"(%d+)"\nat main.lua 9\n"(%d+)"'
        assert.same({ before, before }, { after, shown }, output)
    end)
end)
