--- Debuggers: one that is loaded before the runtime sees every task.
local runner = require "runner"

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

it("that is not there is an error that names it", function()
    local output, status = runner.run("print 'runs'", "--debug=no-such-debugger")
    assert.truthy(output:find("^luatos: %-%-debug: module 'no%-such%-debugger' not found"), output)
    assert.truthy(output:find("LUA_PATH", 1, true), output)
    assert.is_nil(output:find("stack traceback", 1, true), output)
    assert.is_nil(output:find("runs", 1, true))
    assert.equal(1, status)
end)
