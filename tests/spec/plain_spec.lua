--- `require "websocket"` in a plain Lua program, with the module's file alone.
local interpreter = require "interpreter"
local runner = require "runner"

local folder

setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder .. " && cp " .. interpreter.folder .. "/websocket.* " .. folder))
end)

teardown(function()
    os.execute("rm -r " .. folder)
end)

local function run(script, environment)
    local path = folder .. "/main.lua"
    local file = assert(io.open(path, "w"))
    file:write(script)
    file:close()
    return runner.output(("LUA_PATH='%s/?.lua' LUA_CPATH='%s/?.so' %s %s %s"):format(
        folder, folder, environment or "", interpreter.name, path))
end

it("adds the global websocket and nothing else", function()
    assert.equal("websocket\tglobal\nwebsocket\tloaded\n", run [[
        local globals, loaded = {}, {}
        for name in pairs(_G) do globals[name] = true end
        for name in pairs(package.loaded) do loaded[name] = true end
        local module = require "websocket"
        for name in pairs(_G) do if not globals[name] then print(name, "global") end end
        for name in pairs(package.loaded) do if not loaded[name] then print(name, "loaded") end end
        assert(module == websocket and #(package.searchers or package.loaders) == 4)
        assert(_VERSION ~= "Lua 5.3" or not pcall(string.format, "%d", 2.5))
        assert((table.pack ~= nil) == (_VERSION ~= "Lua 5.1"))
    ]])
end)

it("leaves other modules named socket, log or sys alone", function()
    local file = assert(io.open(folder .. "/socket.lua", "w"))
    file:write("return 'LuaSocket'")
    file:close()
    assert.equal("LuaSocket\tfalse\n", run [[
        require "websocket"
        print(require "socket", (pcall(require, "sys")))
    ]])
end)

it("says where tasks wait for ever instead of hanging", function()
    local output = run [[
        local ws = require("websocket").new("ws://127.0.0.1:1/")
        print(ws:recv())
        print(ws:connect(5000))
    ]]
    assert.equal("false\tnot connected\nfalse\tcannot connect to 127.0.0.1:1: Connection refused\n", output)
end)

it("an error in a callback goes to stderr", function()
    local output = run [[
        local ws = require("websocket").new("ws://127.0.0.1:1/")
        ws:on("error", function() error("in callback") end)
        print(ws:connect(5000))
    ]]
    assert.truthy(output:find("main.lua:2: in callback", 1, true), output)
    assert.truthy(output:find("stack traceback:", 1, true), output)
    assert.truthy(output:find("false\tcannot connect", 1, true), output)
end)

it("LUATOS_CONNECT_TO redirects, and a wrong one is refused by its value", function()
    local script = [[print(pcall(require, "websocket") and websocket.new("ws://a.invalid/"):connect(5000))]]
    local output = run(script, "LUATOS_CONNECT_TO=b:1:c:2,a.invalid:80:127.0.0.1:1")
    assert.equal("false\n", output:gsub("\t.*\n", "\n"), output)
    output = run([[require "websocket"]], "LUATOS_CONNECT_TO=nonsense")
    assert.truthy(output:find('"nonsense"', 1, true), output)
end)

it("LUATOS_LOG shows what the native side does, without payloads, and nothing by default", function()
    local script = [[
        local ws = require("websocket").new("ws://user:geheim@127.0.0.1:1/", nil, { headers = { Token = "geheim" } })
        ws:send("geheim")
        ws:connect(5000)
    ]]
    assert.equal("", run(script))
    local output = run(script, "LUATOS_LOG=debug")
    assert.truthy(output:find("connecting to ws://127.0.0.1:1/", 1, true), output)
    assert.is_nil(output:find("geheim", 1, true), output)
end)

describe("another scheduler", function()
    local server = require("servers").peer()

    local BEGIN = [[
        require "websocket"
        local URL = %q
        local tasks, done = {}, 0
        local function spawn(name)
            tasks[#tasks + 1] = coroutine.create(function()
                local ws = websocket.new(URL)
                assert(ws:connect(20000))
                for count = 1, 20 do
                    assert(ws:send(name .. count, true))
                    local ok, data = ws:recv(20000)
                    assert(ok and data == name .. count, data)
                end
                assert(select(2, ws:recv(10)) == "timeout")
                ws:close()
                assert(ws:state() == "CLOSED")
                done = done + 1
            end)
        end
        for index = 1, 5 do spawn("task" .. index .. ".") end
    ]]

    it("that resumes its coroutines in turn, with values of its own", function()
        assert.equal("done\n", run(BEGIN:format(server:url "/echo") .. [[
            local give_up = os.time() + 60
            while done < #tasks and os.time() < give_up do
                for _, task in ipairs(tasks) do
                    if coroutine.status(task) == "suspended" then
                        assert(coroutine.resume(task, "socket", nil, 42))
                    end
                end
            end
            print(done == #tasks and "done" or done)
        ]]))
    end)

    it("that takes turns with ours", function()
        assert.equal("done\n", run(BEGIN:format(server:url "/echo") .. [[
            -- Resumed once each; from then on only the runtime's loop resumes them.
            for _, task in ipairs(tasks) do assert(coroutine.resume(task)) end
            local keeper = websocket.new(URL)
            assert(keeper:connect(20000))
            local theirs, turns = coroutine.wrap(function() while true do coroutine.yield() end end), 0
            local give_up = os.time() + 60
            while done < #tasks and os.time() < give_up do
                theirs()
                turns = turns + 1
                keeper:recv(5)
            end
            print(done == #tasks and turns > 0 and "done" or done)
        ]]))
    end)
end)

it("Ctrl-C ends a wait", function()
    local output, status = run [[
        os.execute("(sleep 0.3; kill -INT $PPID) &")
        local ws = require("websocket").new("ws://127.0.0.1:1/")
        ws:on("error", function() end)
        ws:start(nil, nil, 100)
    ]]
    assert.truthy(output:find("interrupted!", 1, true), output)
    assert.equal(1, status)
end)

it("the calls, their declarations for editors and their tests are the same lists", function()
    local function names(path, pattern)
        local found = {}
        for line in io.lines(path) do
            local name = line:match(pattern)
            if name then
                found[name] = true
            end
        end
        return found
    end
    local calls = names("lua/websocket/init.lua", "^function methods%.(%w+)")
    assert.same(calls, names("lua/types/websocket.lua", "^function ws:(%w+)"))
    local tested = ""
    for _, spec in ipairs { "websocket", "start" } do
        for line in io.lines("tests/spec/" .. spec .. "_spec.lua") do
            tested = tested .. line .. "\n"
        end
    end
    for name in pairs(calls) do
        assert.truthy(tested:find("ws[:.]" .. name .. "[(,]"), name .. " has no test")
    end
    assert.same({ new = true, exit = true }, names("lua/websocket/init.lua", "^function websocket%.(%w+)"))
    assert.same({ new = true, exit = true }, names("lua/types/websocket.lua", "^function websocket%.(%w+)"))
end)

it("names a standard library that the host has taken away", function()
    local output = run [[
        local print, pcall, require = print, pcall, require
        debug = nil
        print(pcall(require, "websocket"))
    ]]
    assert.truthy(output:find("needs Lua's standard library 'debug'", 1, true), output)
end)
