--- `luatos --vm 5.1`: what fails on the device fails here, and the device's own words run.
local inner_tests = require "inner_tests"
local runner = require "runner"

--- Runs a script on the device's Lua.
-- @return what it printed, and its status
local function run(script, options, environment)
    return runner.run(script, "--vm 5.1 " .. (options or ""), environment)
end

--- Runs the body of a task.
local function run_task(body)
    return run(([[
        require "sys"
        sys.taskInit(function()
            %s
            os.exit(0)
        end)
        sys.init(0, 0)
        sys.run()
    ]]):format(body), "--instant --timeout 20")
end

describe("luatos --vm 5.1", function()
    it("is chosen by the option, the environment or luatos.toml", function()
        local script = "print(_VERSION)"
        assert.equal("Lua 5.1\n", (run(script)))
        assert.equal("Lua 5.1\n", (runner.run(script, "", "LUATOS_VM=5.1 ")))
        assert.equal("Lua 5.3\n", (runner.run(script, "--vm 5.3", "LUATOS_VM=5.1 ")))
        local output, status = runner.run(script, "--vm 5.2")
        assert.truthy(output:find('--vm: 5.1 or 5.3 expected, got "5.2"', 1, true), output)
        assert.equal(2, status)
    end)

    it("says what to type where there is no such runner", function()
        local folder = os.tmpname()
        os.remove(folder)
        local command = "{ mkdir %s && cp target/release/luatos %s && %s/luatos --vm 5.1 /dev/null; rm -r %s; }"
        local output = runner.output(command:format(folder, folder, folder, folder))
        assert.truthy(output:find("make vm51", 1, true), output)
    end)

    it("refuses what only later Luas have", function()
        for _, statement in ipairs {
            "return 7 // 2", "return 7 & 2", "return 7 | 2", "return ~7", "return 1 << 2", "goto over ::over::",
            "local x <const> = 1", "local continue = 1", "while true do break print() end",
        } do
            local output, status = run(statement)
            assert.truthy(output:find("main.lua:1: .* near"), statement .. ": " .. output)
            assert.equal(1, status)
        end
    end)

    it("has no functions of later Luas, and takes their arguments as the device does", function()
        local output = run([[
            print(utf8, table.pack, table.unpack, table.move, math.type, string.pack, rawlen, coroutine.isyieldable)
            print(pcall(load, "return 1"))
            print((select(2, pcall(os.exit, true)):match "bad argument.*"))
            print(xpcall(function(...) return select("#", ...) end, print, 1, 2))
        ]])
        assert.equal("nil nil nil nil nil nil nil nil\n"
            .. "false bad argument #1 to 'load' (function expected, got string)\n"
            .. "bad argument #1 to 'exit' (number expected, got boolean)\ntrue 0\n", output)
    end)

    it("counts in doubles", function()
        local output = run 'print(2^53 + 1 == 2^53, 1/3, 10/2, ("%d"):format(3.7), 2147483647 + 1, "\\65\\x42\\/")'
        assert.equal("true 0.33333333333333 5 3 2147483648 AB/\n", output)
    end)

    it("takes bounds of math.random beyond 32 bits for the nearest", function()
        local output = run [[
            print(math.random(1e14, 1e15))
            print((select(2, pcall(function() math.random(2, 1) end)):match "bad.*"))
        ]]
        assert.equal("2147483647\nbad argument #2 to 'random' (interval is empty)\n", output)
    end)

    it("needs two digits after \\x, and returns nothing beside a chunk", function()
        local output = run [==[
            print(select("#", loadstring "return 1"), select("#", load(function() end)))
            print(loadstring([[x = "\x4"]], "=x"))
        ]==]
        assert.equal('1 1\nnil x:1: hexadecimal digit expected near \'"\\x4"\'\n', output)
    end)

    it("counts the C calls of coroutines in coroutines, and names their states, also with --timeout", function()
        local script = [[
            local function nest() return (coroutine.wrap(nest)()) end
            print((select(2, pcall(nest)):match "C stack overflow"))
            local failed = coroutine.create(function() error() end)
            coroutine.resume(failed)
            print(coroutine.resume(failed))
            local outer
            outer = coroutine.create(function()
                print(coroutine.resume(outer))
                print(coroutine.wrap(function() return coroutine.resume(outer) end)())
            end)
            coroutine.resume(outer)
            print((select(2, pcall(coroutine.wrap, string.len)):match "Lua function expected"))
        ]]
        local expected = "C stack overflow\nfalse cannot resume dead coroutine\nfalse cannot resume running coroutine\n"
            .. "false cannot resume normal coroutine\nLua function expected\n"
        assert.equal(expected, (run(script)))
        assert.equal(expected, (run(script, "--timeout 20")))
    end)

    it("says what may be meant by a name", function()
        for statement, hint in pairs {
            ["lvgl.init()"] = "lvgl, the graphics library, is not there on the desktop",
            ["pritn(1)"] = "did you mean print?",
            ["rtos.Tick()"] = "did you mean rtos.tick?",
            ["sys.wait(1)"] = 'require "sys" is missing',
        } do
            local output = run(statement)
            assert.truthy(output:find("(a nil value): " .. hint, 1, true), output)
        end
    end)

    it("has continue, in every loop", function()
        local output = run [[
            local seen = {}
            for i = 1, 5 do
                if i == 2 then continue end
                if i == 5 then break end
                seen[#seen + 1] = i
            end
            local n = 0
            repeat
                n = n + 1
                local is_done = n > 3
                if n == 2 then continue end
                seen[#seen + 1] = n
            until is_done
            while n > 0 do
                n = n - 1
                if n % 2 == 0 then continue end
                seen[#seen + 1] = n
            end
            print(table.concat(seen, " "))
        ]]
        assert.equal("1 3 4 1 3 4 3 1\n", output)
    end)

    it("cannot wait inside pcall, a metamethod, a comparison or an iterator", function()
        for _, call in ipairs {
            "function() sys.wait(1) end",
            "function() return setmetatable({}, { __index = function() sys.wait(1) end }).x end",
            "function() table.sort({ 1, 2 }, function() sys.wait(1) end) end",
            "function() for _ in function() sys.wait(1) end do break end end",
        } do
            local output = run_task("print(pcall(" .. call .. "))")
            assert.truthy(output:find("attempt to yield across metamethod/C-call boundary", 1, true), output)
        end
    end)

    it("names errors as the device does, at the script's line, and shows no file of this program", function()
        local output, status = run 'require "sys"\nsys.timerStart(print, -1)'
        assert.truthy(output:find("main.lua:2: sys.timerStart: time must be above 0 ms, got -1", 1, true), output)
        assert.is_nil(output:find("luatos/", 1, true))
        assert.equal(1, status)
        assert.truthy(run("f()"):find("attempt to call global 'f' (a nil value)", 1, true))
    end)

    it("runs tests: a task lets time pass, and a server's errors show no file of this program", function()
        local output, status = inner_tests.luatos("--vm 5.1 test a_spec.lua -- --output=TAP", { ["a_spec.lua"] = [[
            local test = require "luatos.test"
            local sys = require "sys"
            it("passes", function()
                test.clock.instant()
                local passed
                sys.taskInit(function()
                    local begin = os.time()
                    test.clock.advance(5000)
                    passed = os.time() - begin
                end)
                sys.wait(6000)
                assert.equal(5, passed)
            end)
            it("fails", function()
                test.clock.instant()
                local server = test.http(function() return 5 end)
                require "http"
                http.request("GET", "http://127.0.0.1:" .. server.port)
                sys.wait(30000)
            end)]] })
        assert.equal(1, status, output)
        assert.truthy(output:find("ok 1 - passes\n", 1, true) and not output:find("not ok 1", 1, true), output)
        assert.truthy(output:find("in this test: test.http: respond: status: 100 to 999 expected", 1, true), output)
    end)

    it("restarts, and ends with what os.exit says", function()
        local output, status = run([[
            require "sys"
            if rtos.poweron_reason() == rtos.POWERON_RESTART then
                print(_VERSION)
                os.exit(3)
            end
            sys.timerStart(rtos.restart, 10)
            sys.run()
        ]])
        assert.equal("Lua 5.1\n", output:match "Lua 5.1\n$")
        assert.equal(3, status)
    end)

    it("runs a loop that never waits no longer than --timeout", function()
        local output, status = run("while true do end", "--timeout 0.1")
        assert.truthy(output:find("never waits, and is at .*main.lua:1"), output)
        assert.equal(124, status)
    end)

    it("reads inputs at the console", function()
        local output = runner.output("echo '1/3 sys.wait(5) os.exit(4)' | sed 's/ /\\n/g' | "
            .. "timeout 30 target/release/luatos --vm 5.1 --console examples/files; echo $?")
        assert.truthy(output:find("0.33333333333333\n", 1, true), output)
        assert.equal("4", output:match "(%d+)%s*$")
    end)
end)
