--- `luatos repl`: a prompt at a device without a project.
local project = require "project"

--- Runs inputs from a pipe, in an empty folder with these files.
-- @return what was printed on both streams, and the status
local function run(inputs, options, files)
    local output, status
    files = files or {}
    files.inputs = inputs
    project.with(files, function(this)
        local process = io.popen(("cd %s && LUATOS_MODEM=register_after=0 timeout -s KILL 60 "
            .. "$OLDPWD/target/release/luatos %s repl < inputs 2>&1"):format(this.folder, options or ""))
        output = process:read "a"
        status = select(3, process:close())
    end)
    return output, status
end

describe("luatos repl", function()
    it("has sys, device, the core tables, and modules by require", function()
        local output, status = run [[
            sys.wait(5)
            device.input(4, 1)
            type(rtos.tick()), crypto.md5("", 0)
            misc
            require "misc" sys.waitUntil("IP_READY_IND", 5000)
            #misc.getImei(), PROJECT
            arg[0], #arg
        ]]
        assert.truthy(output:find('"number"  "D41D8CD98F00B204E9800998ECF8427E"\nnil\n', 1, true), output)
        assert.truthy(output:find('15  "REPL"\n"repl"  0\n', 1, true), output)
        assert.equal(0, status)
    end)

    it("ends when nothing can happen any more, and by os.exit", function()
        assert.same({ "timer\n", 0 }, { run "local id = sys.timerStart(print, 30, 'timer')" })
        assert.same({ "", 3 }, { run "os.exit(3)\nprint 'not read'" })
        assert.same({ "hour\n", 0 }, { run("local id = sys.timerStart(print, 3600000, 'hour')", "--instant") })
    end)

    it("is no project of the files around it, and reads luatos.toml", function()
        local output = run('require "sys" ~= 1, require "far"', "", {
            ["below/sys.lua"] = "return 1", ["lib/far.lua"] = "return 'far'", ["luatos.toml"] = "lib = 'lib'",
        })
        assert.equal('true  "far"\n', output)
        local problem, status = run("1", "", { ["luatos.toml"] = "nonsense = 1" })
        assert.truthy(problem:find("nonsense", 1, true), problem)
        assert.equal(2, status)
    end)

    it("starts anew, and reads the rest", function()
        assert.equal("3\n", (run "rtos.restart()\nrtos.poweron_reason()"))
    end)

    it("takes no project", function()
        local output, status = run("", "", nil)
        assert.same({ "", 0 }, { output, status })
        project.with({}, function(this)
            output, status = this.luatos "repl main.lua"
        end)
        assert.truthy(output:find("'main.lua'", 1, true), output)
        assert.equal(2, status)
    end)
end)

describe("an input that yields by itself", function()
    local NOTE = "console: the input has yielded; it goes on when something resumes it\n"

    it("leaves the prompt to the next one", function()
        assert.equal(NOTE .. "1\n", (run "coroutine.yield()\n1"))
        assert.equal(NOTE .. "1\n", (run "sys.wait(5) coroutine.yield()\n1"))
        assert.equal(NOTE .. "1\n", (run("require 'mine' mine()\n1", "", {
            ["mine.lua"] = "function mine() coroutine.yield() end",
        })))
    end)

    it("goes on when it is resumed", function()
        assert.equal(NOTE .. "1\n", (run [[
            local me = coroutine.running() sys.timerStart(coroutine.resume, 5, me, 1) print(coroutine.yield())
        ]]))
        assert.equal(NOTE .. "2\n", (run [[
            co = coroutine.running() print(coroutine.yield())
            local _ = coroutine.resume(co, 2)
        ]]))
    end)

    it("is not meant where a coroutine of the input yields", function()
        assert.equal("1\n2\n", (run [[
            for value in coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) do print(value) end
        ]]))
    end)
end)

describe("at a terminal", function()
    it("greets, and Ctrl-D ends it", function()
        project.with({ steps = [[
            see luatos .*Ctrl-D ends
            see >
            type 6 * 7\r
            see \n42\n
            see >
            type \x04
            end 0
        ]] }, function(this)
            local process = io.popen(("timeout 60 /usr/bin/python3 tests/support/console.py %s repl < %s 2>&1")
                :format(this.folder, this.path "steps"))
            assert.equal("done\n", process:read "a")
            process:close()
        end)
    end)
end)
