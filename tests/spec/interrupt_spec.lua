--- Ctrl-C under `lua5.3`: it ends the program at any point, and no other error does.
local servers = require "servers"
local runner = require "runner"

local server = servers.peer()

--- The beginning of every script: `ctrl_c()` interrupts it now, `ctrl_c_soon()` while it waits.
local PRELUDE = [[
    require "sys" require "log" require "websocket"
    function ctrl_c() io.popen("kill -INT $PPID"):close() end
    function ctrl_c_soon() io.popen("(sleep 0.3; kill -INT $PPID) >/dev/null 2>&1 &"):close() end
    function forever() while true do end end
    refused = websocket.new("ws://127.0.0.1:1/")
    local function survived() print "survived" os.exit(0) end
    sys.timerStart(survived, 20000)
]]

for name, script in pairs {
    ["a busy main script"] = "ctrl_c() forever()",
    ["sys.wait"] = "ctrl_c_soon() sys.wait(100000)",
    ["sys.waitUntil"] = "ctrl_c_soon() sys.waitUntil('NEVER')",
    ["rtos.sleep"] = "ctrl_c_soon() rtos.sleep(100000)",
    ["the message loop"] = "ctrl_c_soon() sys.run()",
    ["a timer's callback"] = "sys.timerStart(function() ctrl_c() forever() end, 5) sys.run()",
    ["a loop timer's callback"] = "sys.timerLoopStart(function() ctrl_c() forever() end, 5) sys.run()",
    ["a subscriber"] = "sys.subscribe('M', function() ctrl_c() forever() end) sys.publish('M') sys.run()",
    ["a callback that waits"] = "sys.timerStart(function() ctrl_c_soon() sys.wait(100000) end, 5) sys.run()",
    ["callbacks that wait in callbacks"] = [[
        sys.timerStart(function()
            sys.timerStart(function() ctrl_c() forever() end, 5)
            sys.wait(100000)
        end, 5)
        sys.wait(100000)]],
    ["a callback of a connection"] = "refused:on('error', ctrl_c) refused:connect() sys.run()",
    ["start"] = "refused:on('close', ctrl_c) refused:start()",
    ["the pause of start"] = "ctrl_c_soon() refused:start(0, nil, 1000)",
    ["recv"] = "local ws = websocket.new(URL) assert(ws:connect()) ctrl_c_soon() ws:recv()",
    ["recv with a timeout"] = "local ws = websocket.new(URL) assert(ws:connect()) ctrl_c_soon() ws:recv(100000)",
    ["a task that waits then"] = "sys.taskInit(function() ctrl_c() sys.wait(100000) end) sys.run()",
    ["a task that waits in recv"] = [[
        sys.taskInit(function()
            local ws = websocket.new(URL)
            assert(ws:connect())
            ctrl_c_soon()
            ws:recv()
        end)
        sys.run()]],
    ["the __tostring of an error object"] = [[
        local thrown = setmetatable({}, { __tostring = function() ctrl_c() forever() end })
        sys.timerStart(function() error(thrown) end, 5)
        sys.run()]],
} do
    it("ends " .. name, function()
        local output, status = runner.lua(PRELUDE .. script:gsub("URL", ("%q"):format(server:url "/deaf")))
        assert.truthy(output:find("lua5.3: .*interrupted!"), output)
        assert.is_nil(output:find("survived", 1, true), output)
        assert.equal(1, status)
    end)
end

it("ends a busy task at the second time, as in any Lua program with coroutines", function()
    local _, status = runner.lua(PRELUDE .. [[
        sys.taskInit(function() ctrl_c() ctrl_c() forever() end)]])
    -- Ended by the signal.
    assert.equal(2, status - (status > 128 and 128 or 0))
end)

it("comes back to the prompt, and everything works on", function()
    local output = runner.run_with("timeout -s KILL 60 lua5.3 -i -l luatos 2>&1 <", [[
        sys = require "sys" websocket = require "websocket" count = 0
        function ctrl_c_soon() io.popen("(sleep 0.3; kill -INT $PPID) >/dev/null 2>&1 &"):close() end
        timer = sys.timerLoopStart(function() count = count + 1 end, 10)
        again = 0
        sys.timerLoopStart(function() again = again + 1 if again == 1 then sys.wait(100000) end end, 10)
        ctrl_c_soon() sys.wait(100000)
        ctrl_c_soon() sys.run()
        sys.taskInit(function() error "interrupted! is only a text here" end)
        before = count
        sys.wait(300) print(count > before and again > 1 and "the timers live")
        ws = websocket.new(]] .. ("%q"):format(server:url "/echo") .. [[)
        print(ws:connect()) print(ws:send("x")) print(ws:recv())
        print "end"
    ]])
    local _, times = output:gsub("interrupted!\nstack", "")
    assert.is_true(times >= 2, output)
    assert.truthy(output:find("only a text here", 1, true), output)
    assert.truthy(output:find("the timers live", 1, true), output)
    assert.truthy(output:find("true x", 1, true), output)
    assert.truthy(output:find("end\n", 1, true), output)
end)

describe("an error that reads like it", function()
    local SCRIPT = PRELUDE .. [[
        local ws = websocket.new(URL)
        ws:on("error", function(text) error(text) end)
        sys.subscribe("M", function() error("interrupted!", 0) end)
        sys.publish "M"
        sys.timerStart(error, 5, "interrupted!", 0)
        sys.taskInit(function() error("interrupted!", 0) end)
        sys.taskInit(function()
            ws:connect(20000)
            sys.wait(100)
            print "went on"
            os.exit(0)
        end)
        sys.run()
    ]]

    for _, way in ipairs { "run", "lua" } do
        it("is an error like any other, in the way " .. way, function()
            local text = SCRIPT:gsub("URL", ("%q"):format(server:url "/status?code=503&body=interrupted!"))
            local output, status = runner[way](text)
            assert.truthy(output:find("went on", 1, true), output)
            local _, times = output:gsub("%[E%]%-%[[^\n]*interrupted!", "")
            assert.equal(4, times, output)
            assert.equal(0, status)
        end)
    end
end)
