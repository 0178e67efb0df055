--- Odd and hostile scripts: a failure is reported, and everything else continues.
local runner = require "runner"

--- Begins every script. `alive()`, its last call, proves that tasks and timers still work.
local PRELUDE = [[
    require "sys" require "log" require "websocket"
    function alive()
        local ticks = 0
        sys.timerLoopStart(function()
            ticks = ticks + 1
            if ticks == 3 then
                sys.subscribe("ALIVE", function() print "alive" os.exit(0) end)
                sys.taskInit(function() sys.wait(5) sys.publish "ALIVE" end)
            end
        end, 5)
    end
]]

--- Runs a script both ways; each must print "alive", end with status 0, and print what is expected.
local function survives(script, ...)
    for _, way in ipairs { "run", "lua" } do
        local output, status = runner[way](PRELUDE .. script .. "\nsys.run()")
        for _, expected in ipairs { "alive", ... } do
            assert.truthy(output:find(expected, 1, true), way .. ": " .. expected .. " in " .. output:sub(1, 5000))
        end
        assert.equal(0, status, output:sub(1, 5000))
    end
end

describe("an error object", function()
    for name, case in pairs {
        ["whose __tostring raises"] = {
            "setmetatable({}, { __tostring = function() error('worse') end })", "its __tostring failed", "worse" },
        ["whose __tostring raises the like"] = {
            "setmetatable({}, { __tostring = function(self) error(self) end })", "its __tostring failed" },
        ["whose __tostring returns no string"] = {
            "setmetatable({}, { __tostring = function() return {} end })", "'__tostring' must return a string" },
        ["whose __tostring is no function"] = {
            "setmetatable({}, { __tostring = 5 })", "attempt to call a number value" },
        ["with hostile metamethods"] = {
            [[setmetatable({}, { __index = function() error "index" end, __metatable = false,
                __concat = function() error "concat" end, __len = error, __eq = error, __name = {} })]],
            "(error object is a table value)" },
        ["whose __tostring waits"] = {
            "setmetatable({}, { __tostring = function() sys.wait(5) return 'slow' end })", "slow" },
        ["that is nil"] = { "nil", "(error object is a nil value)" },
        ["that is a coroutine"] = { "coroutine.create(print)", "(error object is a thread value)" },
        ["that is a number"] = { "42", "42" },
        ["with NULs and no UTF-8"] = { "'a\\0\\xff\\xfeb'", "a\0\xff\xfeb" },
        ["that is a huge string"] = { "('x'):rep(20000000)", "xxxx" },
    } do
        it(name .. " is reported", function()
            survives(([[
                local thrown = %s
                sys.taskInit(function() error(thrown) end)
                sys.taskInit(function() sys.wait(5) error(thrown) end)
                sys.timerStart(function() error(thrown) end, 5)
                sys.subscribe("M", function() error(thrown) end)
                sys.publish "M"
                local ws = websocket.new "ws://127.0.0.1:1/"
                ws:on("error", function() error(thrown) end)
                sys.taskInit(function() ws:connect() alive() end)
            ]]):format((case[1]:gsub("%%", "%%%%"))), select(2, table.unpack(case)))
        end)

        it(name .. " ends the main script with status 1", function()
            local output, status = runner.run("error(" .. case[1] .. ")")
            -- Without `sys` the script that waits fails in another way.
            if not name:find "waits" then
                for _, expected in ipairs { select(2, table.unpack(case)) } do
                    expected = expected:gsub("[\xfe\xff]", "\u{fffd}")
                    assert.truthy(output:find(expected, 1, true), output:sub(1, 5000))
                end
            end
            assert.equal(1, status)
        end)
    end
end)

describe("waits outside tasks", function()
    local HINT = "20 calls that wait outside tasks are under way"

    it("in a subscriber that is published to faster than it returns have a bound that says what to do", function()
        survives([[
            local loops = 0
            sys.timerLoopStart(function() loops = loops + 1 end, 5)
            local deepest, depth = 0, 0
            sys.subscribe("M", function()
                depth = depth + 1
                deepest = math.max(deepest, depth)
                local ok, why = pcall(sys.wait, 50)
                depth = depth - 1
                if not ok then error(why, 0) end
            end)
            local publisher = sys.timerLoopStart(sys.publish, 5, "M")
            sys.timerStart(function()
                sys.timerStop(publisher)
                sys.timerStart(function()
                    local before = loops
                    sys.timerStart(function()
                        print("loop timer", loops > before, "depth", depth, deepest)
                        alive()
                    end, 100)
                end, 500)
            end, 600)
        ]], "sys.wait: " .. HINT, "sys.taskInit", "loop timer true depth 0 20")
    end)

    it("in timers, with every call that waits", function()
        survives([[
            local ws = websocket.new "ws://127.0.0.1:1/"
            local calls = {
                function() sys.wait(200) end,
                function() sys.waitUntil("NEVER", 200) end,
                function() ws:start(0, nil, 0.2) end,
            }
            for index, call in ipairs(calls) do
                for place = 1, 12 do
                    sys.timerStart(call, 5, place)
                end
            end
            sys.timerStart(function() websocket.exit(ws) end, 500)
            sys.timerStart(alive, 600)
        ]], HINT)
    end)

    it("leave the script's own callbacks half of the C stack", function()
        survives([[
            local function room(n)
                return select(2, pcall(room, n + 1)) or n
            end
            local function room_left()
                local count = 0
                local function down() count = count + 1 pcall(down) end
                down()
                return count
            end
            local least = 200
            for place = 1, 40 do
                sys.timerStart(function()
                    least = math.min(least, room_left())
                    pcall(sys.wait, 300)
                end, 5, place)
            end
            sys.timerStart(function() print("enough", least >= 100) alive() end, 600)
        ]], "enough true")
    end)
end)

describe("recursion", function()
    it("of tasks that start tasks ends with an error in the last one, and the others go on", function()
        survives([[
            local started, ended = 0, 0
            local function nest(left)
                started = started + 1
                if left > 0 then
                    sys.taskInit(nest, left - 1)
                end
                sys.wait(5)
                ended = ended + 1
            end
            sys.taskInit(nest, 250)
            sys.timerStart(function()
                print("all that started have ended", started > 150 and started == ended)
                alive()
            end, 200)
        ]], "cannot resume the task: C stack overflow", "all that started have ended true")
    end)

    it("of tasks that resume one another", function()
        survives([[
            local tasks = {}
            for index = 1, 250 do
                tasks[index] = coroutine.create(function()
                    coroutine.yield()
                    if tasks[index + 1] then coroutine.resume(tasks[index + 1]) end
                end)
                coroutine.resume(tasks[index])
            end
            sys.timerStart(function() coroutine.resume(tasks[1]) alive() end, 5)
        ]], "C stack overflow")
    end)

    it("without end in callbacks is reported", function()
        survives([[
            local function deep() return 1 + deep() end
            local function deep_in_c() return (("x"):gsub("x", deep_in_c)) end
            local ws = websocket.new "ws://127.0.0.1:1/"
            ws:on("error", deep)
            ws:on("close", deep_in_c)
            sys.timerLoopStart(deep, 5)
            sys.timerLoopStart(deep_in_c, 5)
            sys.taskInit(deep)
            sys.taskInit(function() deep_in_c() end)
            sys.taskInit(function() ws:start() end)
            sys.timerStart(alive, 50)
        ]], "stack overflow")
    end)
end)

describe("a script that", function()
    for name, deed in pairs {
        ["removes the standard functions"] = [[
            for _, name in ipairs { "pairs", "next", "coroutine", "table", "string", "type", "tonumber", "error",
                "pcall", "xpcall", "select", "setmetatable", "getmetatable", "print", "debug", "os", "math", "load",
                "unpack", "require", "rawget", "rawset", "assert", "ipairs", "package" } do _G[name] = nil end ]],
        ["forbids undefined globals"] = [[
            setmetatable(_G, { __index = function(_, name) error("undefined " .. name, 2) end,
                __newindex = function(_, name) error("undefined " .. name, 2) end }) ]],
        ["empties package.loaded"] = "for name in pairs(package.loaded) do package.loaded[name] = nil end",
        ["stops the collector"] = "collectgarbage 'stop'",
        ["sets a hook"] = "debug.sethook(function() end, 'crl', 1)",
        ["gives strings another metatable"] = "debug.setmetatable('', { __index = string, __add = error })",
        ["closes stderr and removes print"] = "io.stderr:close() print = nil",
        ["raises errors in finalizers"] = [[
            local function litter() for _ = 1, 50 do setmetatable({}, { __gc = function() error "in __gc" end }) end end
            local loop = sys.timerLoopStart(litter, 5)
            sys.timerStart(function() sys.timerStop(loop) collectgarbage() end, 300) ]],
    } do
        it(name .. " keeps its tasks, timers and connections", function()
            survives([[
                local write, exit, wait = io.write, os.exit, sys.wait
                local ws = websocket.new "ws://127.0.0.1:1/"
                local failures, proof = 0, 0
                ws:on("error", function() failures = failures + 1 end)
                ws:on("close", function() undefined.field = 1 end)
                sys.taskInit(ws.start, ws, 1, nil, 0.02)
                sys.timerLoopStart(function() if failures > 2 then websocket.exit(ws) end end, 5)
                sys.taskInit(function() undefined.field = 1 end)
                local function prove()
                    if failures > 2 then write "alive\n" exit(0) end
                end
                sys.timerLoopStart(prove, 20)
                local run = sys.run
            ]] .. deed .. "\nrun() sys = { run = run }")
        end)
    end
end)

describe("publishing without end", function()
    it("leaves room for timers and connections", function()
        survives([[
            local rounds = 0
            sys.taskInit(function() while true do sys.waitUntil "PING" rounds = rounds + 1 sys.publish "PONG" end end)
            sys.taskInit(function() while true do sys.publish "PING" sys.waitUntil "PONG" end end)
            sys.subscribe("SELF", function() sys.publish "SELF" end)
            sys.publish "SELF"
            local ws = websocket.new "ws://127.0.0.1:1/"
            sys.taskInit(function()
                print(ws:connect(20000))
                local before = rounds
                sys.wait(200)
                print("rounds", rounds > before)
                alive()
            end)
        ]], "false cannot connect", "rounds true")
    end)

    it("also while something waits outside a task", function()
        survives([[
            sys.subscribe("SELF", function() sys.publish "SELF" end)
            sys.publish "SELF"
            print(websocket.new("ws://127.0.0.1:1/"):connect(20000))
            sys.wait(20)
            print(sys.waitUntil("NEVER", 20))
            alive()
        ]], "false cannot connect", "\nfalse\n")
    end)

    it("is ended by --timeout", function()
        local output, status = runner.run([[
            require "sys"
            sys.subscribe("SELF", function() sys.publish "SELF" end)
            sys.publish "SELF"
            sys.run()
            print "ended"
        ]], "--timeout 0.5")
        assert.equal("ended\n", output)
        assert.equal(0, status)
    end)
end)
