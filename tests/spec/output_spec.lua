--- The lines that a run prints: plain, with stamps, with colours.
local runner = require "runner"

local SCRIPT = [[
    require "log" require "sys"
    print("a", 1, nil)
    io.write("in ", 2.0) io.stdout:write(" pieces\n")
    log.info("net", "two\nlines")
    log.warn("net", "careful")
    io.stderr:write("on stderr\n")
    sys.taskInit(function() error "boom" end)
    sys.timerStart(function() io.write("no end") end, 10)
    sys.run()
]]

--- The script's own lines, whatever our reports are.
local PLAIN = "a 1 nil\nin 2 pieces\n[I]-[net] two\nlines\n[W]-[net] careful\n"

local STAMP = "^%[%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%.%d%d%d%] "

--- Runs a script on a terminal.
local function on_terminal(environment, options)
    local command = "%s TERM=xterm timeout -s KILL 60 python3 tests/support/terminal.py target/release/luatos %s"
    return (runner.run_with(command:format(environment, options or ""), SCRIPT))
end

--- The lines of a text, also one without an end.
local function lines(text)
    local list = {}
    for line in text:gmatch "[^\n]+" do
        list[#list + 1] = line
    end
    return list
end

it("are as the device prints them, and nothing else, where stdout is no terminal", function()
    local output = runner.run(SCRIPT)
    assert.is_nil(output:find("\27", 1, true))
    assert.equal(PLAIN, output:sub(1, #PLAIN))
    assert.is_nil(output:find("ended after", 1, true))
end)

for way, run in pairs {
    ["under luatos"] = function() return runner.run(SCRIPT, "--time") end,
    ["under lua5.3"] = function()
        return (runner.run_with("LUATOS_TIME=1 timeout -s KILL 60 lua5.3 -l luatos", SCRIPT))
    end,
} do
    it("begin with a stamp each, the script's and ours alike, " .. way, function()
        local output = run()
        local bare = {}
        for _, line in ipairs(lines(output)) do
            assert.matches(STAMP, line)
            bare[#bare + 1] = line:gsub(STAMP, "")
        end
        bare = table.concat(bare, "\n") .. "\n"
        for line in PLAIN:gmatch "[^\n]+" do
            assert.truthy(bare:find(line .. "\n", 1, true), bare)
        end
        assert.truthy(bare:find("[E]-[coroutine.resume]", 1, true), bare)
        assert.truthy(bare:find("\nno end", 1, true), bare)
    end)
end

it("carry the stamps of traces and of the error that ends the run", function()
    local output = runner.run("pio.pin.setdir(pio.OUTPUT, 3) error 'boom'", "--trace=pin --time")
    local trace, problem = table.unpack(lines(output))
    assert.matches("%] trace +[%d.]+ pin: 3 .+$", trace)
    assert.matches("%] luatos: .*boom$", problem)
end)

it("are coloured on a terminal", function()
    local output = on_terminal ""
    assert.truthy(output:find("\27[1m[I]-[net]\27[0m two\nlines\n", 1, true), output)
    assert.truthy(output:find("\27[33m[W]-[net] careful\27[0m\n", 1, true), output)
    assert.truthy(output:find("\27[31m[E]-[coroutine.resume]", 1, true), output)
    assert.truthy(output:find("\nin 2 pieces\n", 1, true), output)
end)

it("are not coloured where NO_COLOR, a dumb terminal or --color=never asks for none", function()
    for _, output in ipairs { on_terminal "NO_COLOR=1", on_terminal("", "--color=never") } do
        assert.is_nil(output:find("\27", 1, true))
        assert.truthy(output:find(PLAIN, 1, true), output)
    end
end)

it("are coloured in a pipe with --color=always", function()
    local output = runner.run(SCRIPT, "--color=always")
    assert.truthy(output:find("\27[33m[W]-[net] careful\27[0m\n", 1, true), output)
    local problem, status = runner.run("", "--color=often")
    assert.matches('%-%-color: auto, always or never expected, got "often"', problem)
    assert.equal(2, status)
end)

it("of write are checked as Lua checks them", function()
    local output = runner.run("print(pcall(io.write, 'a', {})) print(io.write('b') == io.stdout)", "--time")
    assert.matches("bad argument #2 to 'write' %(string expected, got table%)\n.*btrue\n", output)
end)

describe("the end of a run is summed up for somebody who reads along", function()
    local SUMMARY = "luatos: ended after %d+%.%d s: "

    it("with stamps", function()
        local output = runner.run([[
            require "sys"
            sys.taskInit(function() error "one" end)
            sys.taskInit(function() sys.waitUntil "NEVER" end)
            sys.run()
        ]], "--time")
        assert.truthy(output:find(SUMMARY .. "1 error, 0 restarts, 1 task left\n$"), output)
    end)

    it("after os.exit and after a failure of the main script", function()
        local output, status = runner.run("os.exit(3)", "--time")
        assert.equal(3, status)
        assert.truthy(output:find(SUMMARY .. "0 errors, 0 restarts, 0 tasks left\n$"), output)
        output = runner.run("error 'main'", "--time")
        assert.truthy(output:find(SUMMARY .. "1 error, 0 restarts, 0 tasks left\n$"), output)
    end)

    it("on a terminal", function()
        assert.truthy(on_terminal(""):find(SUMMARY))
    end)

    it("and for nobody else", function()
        assert.equal("1\n", (runner.run "print(1)"))
    end)
end)
