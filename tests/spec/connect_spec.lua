--- Attempts to connect that fail, hang, or have several addresses to choose from: each ends before its
-- deadline, leaves nothing open and does not delay another.
local peer = require "peer"
local servers = require "servers"
local interpreter = require "interpreter"

local server = servers.peer()
local resolver

setup(function()
    resolver = os.tmpname()
    assert(os.execute("cc -shared -fPIC -o " .. resolver .. " tests/support/resolver.c -ldl"))
end)

teardown(function()
    os.remove(resolver)
end)

--- Runs a plain Lua script under the resolver of the tests; returns what it printed, in fields.
local function run(script)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(([[
        local websocket = require "websocket"
        local port = %d
        local function status(name)
            for line in io.lines "/proc/self/status" do
                local value = line:match("^" .. name .. ":%%s*(%%d+)")
                if value then return tonumber(value) end
            end
        end
        local function memory()
            collectgarbage() collectgarbage()
            return status "VmRSS"
        end
    ]]):format(server.port), script)
    file:close()
    -- With more arenas, the memory that the allocator keeps for ended threads depends on their timing.
    local environment = "MALLOC_ARENA_MAX=1 LD_PRELOAD=" .. resolver
    local process = io.popen(environment .. " timeout 300 " .. interpreter.name .. " " .. path .. " 2>&1")
    local output = process:read("*a")
    local ok = process:close()
    os.remove(path)
    assert.is_true(ok, output)
    local fields = {}
    for name, value in output:gmatch("([%w_]+)\t([^\n]*)") do
        fields[name] = tonumber(value) or value
    end
    fields.output = output
    return fields
end

describe("a script that never waits and whose attempts fail at once keeps no memory", function()
    local attempts = {
        ["one object"] = [[local ws = websocket.new "ws://127.0.0.1:1/"
            local function attempt() return ws:connect(20000) end]],
        ["several objects in turn"] = [[local list, turn = {}, 0
            for index = 1, 10 do list[index] = websocket.new "ws://127.0.0.1:1/" end
            local function attempt() turn = turn % 10 + 1 return list[turn]:connect(20000) end]],
        ["a new object each time"] = [[local function attempt()
            return websocket.new("ws://127.0.0.1:1/"):connect(20000) end]],
        ["a new object each time, unreachable"] = [[local function attempt()
            return websocket.new("ws://255.255.255.255:1/"):connect(20000) end]],
        ["a new object each time, unreadable caCert"] = [[local function attempt()
            return websocket.new("wss://127.0.0.1:1/", { caCert = "/no/such/file" }):connect(20000) end]],
        ["a new object each time, TLS"] = [[local function attempt()
            return websocket.new("wss://127.0.0.1:1/"):connect(20000) end]],
    }
    for name, attempt in pairs(attempts) do
        it(name, function()
            local seen = run(attempt .. [[

                local function round(times) for _ = 1, times do assert(not attempt()) end end
                -- Tables and the allocator's arenas reach their full size.
                round(60000)
                local before = memory()
                round(100000)
                print("growth", memory() - before)
            ]])
            -- 32 bytes an attempt would be 3 MiB.
            assert.is_true(seen.growth < 1500, seen.output)
        end)
    end
end)

describe("a name whose first address is dead", function()
    local silent

    teardown(function()
        if silent then
            silent:stop()
        end
    end)

    it("costs the delay of RFC 8305, not the timeout", function()
        silent = peer.start("silent.py", server.port, "127.0.0.9")
        local seen = run [[
            local begin = os.time()
            for _ = 1, 3 do
                local ws = websocket.new("ws://127-0-0-9.127-0-0-1.addresses:" .. port .. "/echo")
                assert(ws:connect(60000))
                ws:close()
            end
            print("seconds", os.time() - begin)
            local ws = websocket.new("ws://127-0-0-9.127-0-0-9.addresses:" .. port .. "/echo")
            print("why", select(2, ws:connect(1000)))
            ws = websocket.new("ws://127-0-0-8.127-0-0-1.addresses:" .. port .. "/echo")
            print("refused_first", ws:connect(60000))
            ws = websocket.new "ws://127-0-0-8.127-0-0-1.addresses:1/"
            print("refused_both", select(2, ws:connect(60000)))
        ]]
        assert.is_true(seen.seconds < 30, seen.output)
        assert.truthy(seen.why:find("timeout: not connected within 1000 ms", 1, true), seen.output)
        assert.equal("true", seen.refused_first)
        assert.truthy(seen.refused_both:find("(127.0.0.1:1): Connection refused", 1, true), seen.output)
    end)
end)

describe("a look-up that hangs", function()
    it("ends with the timeout, inside a task and outside, and does not keep the program", function()
        local seen = run [[
            local begin = os.time()
            print("outside", select(2, websocket.new("ws://name.hang/"):connect(300)))
            local why
            coroutine.wrap(function() why = select(2, websocket.new("wss://name.hang/"):connect(300)) end)()
            websocket.new("ws://name.hang/"):connect(1000)
            print("inside", why)
            print("seconds", os.time() - begin)
        ]]
        assert.truthy(seen.outside:find("timeout: not connected within 300 ms", 1, true), seen.output)
        assert.truthy(seen.inside:find("timeout: not connected within 300 ms", 1, true), seen.output)
        assert.is_true(seen.seconds < 30, seen.output)
    end)

    it("more of them than there are threads do not block attempts to addresses", function()
        local seen = run [[
            for _ = 1, 100 do
                coroutine.wrap(function() websocket.new("ws://name.hang/"):connect(1000000) end)()
            end
            print("plain", websocket.new("ws://127.0.0.1:" .. port .. "/echo"):connect(60000))
            print("tls", select(2, websocket.new("wss://127.0.0.1:1/"):connect(60000)))
            print("name", select(2, websocket.new("ws://localhost/"):connect(500)))
        ]]
        assert.equal("true", seen.plain, seen.output)
        assert.truthy(seen.tls:find("Connection refused", 1, true), seen.output)
        assert.truthy(seen.name:find("timeout", 1, true), seen.output)
    end)

    it("attempts that were given up meanwhile keep no memory", function()
        local seen = run [[
            for _ = 1, 100 do
                coroutine.wrap(function() websocket.new("ws://name.hang/"):connect(1000000) end)()
            end
            local function round(times)
                for number = 1, times do
                    assert(not websocket.new("ws://name.hang/"):connect(0.001))
                    -- Objects that wait for the collector do not count as kept.
                    if number % 100 == 0 then collectgarbage() end
                end
            end
            round(2000)
            local before = memory()
            round(10000)
            print("growth", memory() - before)
        ]]
        -- A leak of each attempt would add up to 5 MiB.
        assert.is_true(seen.growth < 2000, seen.output)
    end)
end)

it("10,000 attempts, every third of which fails in another way, leave nothing behind", function()
    local moody = peer.start "moody.py"
    local seen = run(("port = %d\n"):format(moody.port) .. [[
        local function count(folder)
            local stat = io.open "/proc/self/stat"
            local pid = stat:read("*n")
            stat:close()
            local path = os.tmpname()
            os.execute("ls /proc/" .. pid .. "/" .. folder .. " | wc -l > " .. path)
            local result = io.open(path)
            local number = result:read("*n")
            result:close()
            os.remove(path)
            return number
        end
        local failures = {
            { "ws", "/forbidden", "403 Forbidden: no" }, { "ws", "/accept", "does not answer our key" },
            { "ws", "/garbage", "not HTTP" }, { "ws", "/silent", "timeout" }, { "ws", "/reset", "" },
            { "wss", "/", "TLS handshake" }, { "ws", "/", "Connection refused", 1 }, { "ws", "/", "cannot resolve" },
        }
        local hosts = { "127.0.0.1", "localhost" }
        local failed = 0
        local function attempt(number)
            -- Objects that wait for the collector do not count.
            if number % 100 == 0 then
                collectgarbage()
            end
            local host = hosts[number % 2 + 1]
            if number % 3 > 0 then
                local ws = websocket.new(("ws://%s:%d/good"):format(host, port))
                assert(ws:connect(60000))
                ws:close()
                return
            end
            failed = failed + 1
            local scheme, path, expected, other = (table.unpack or unpack)(failures[failed % #failures + 1])
            if expected == "cannot resolve" then
                host = "no..name"
            end
            local ws = websocket.new(("%s://%s:%d%s"):format(scheme, host, other or port, path))
            local ok, why = ws:connect(expected == "timeout" and 5 or 60000)
            assert(not ok and why:find(expected, 1, true), why)
        end
        local function state(name)
            collectgarbage() collectgarbage()
            -- Idle worker threads end after two seconds.
            for _ = 1, 100 do
                if count "task" == 1 then break end
                os.execute "sleep 0.1"
            end
            print(name .. "_files", count "fd")
            print(name .. "_threads", count "task")
            print(name .. "_memory", memory())
        end
        for number = 1, 3000 do attempt(number) end
        state "before"
        for number = 1, 10000 do attempt(number) end
        state "after"
    ]])
    moody:stop()
    assert.equal(seen.before_files, seen.after_files, seen.output)
    assert.same({ 1, 1 }, { seen.before_threads, seen.after_threads })
    assert.is_true(seen.after_memory - seen.before_memory < 1000, seen.output)
end)
