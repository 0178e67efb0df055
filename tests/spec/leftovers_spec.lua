--- The helper `tests/support/leftovers.lua`: a test that leaves something running fails.
local servers = require "servers"
local runner = require "runner"

local server = servers.peer()

local PRELUDE = [[
    require "luatos"
    local sys, websocket = require "sys", require "websocket"
    local url = %q
    it("the test", function()
        %s
    end)
]]

--- Runs a spec of one test.
-- @string body of the test
-- @return what busted printed, and its exit status
local function run(body)
    return runner.busted(PRELUDE:format(server:url "/echo", body))
end

local LEFTOVERS = {
    ["a timer"] = { "sys.timerLoopStart(function() end, 60000)", "sys timer of " },
    ["a sleeping task"] = { "sys.taskInit(sys.wait, 60000)", "timer or sleeping task of " },
    ["a task that waits for a message"] = {
        "sys.taskInit(function() sys.waitUntil('TOPIC') end)",
        "task in sys.waitUntil of ",
    },
    ["an open WebSocket"] = { "assert(websocket.new(url):connect(5000))", "1 connection(s) that are not closed" },
    ["a task that waits for a WebSocket"] = {
        "local ws = websocket.new(url) assert(ws:connect(5000)) sys.taskInit(ws.recv, ws)",
        "task that waits for a WebSocket of ",
    },
}

for name, case in pairs(LEFTOVERS) do
    local body, expected = case[1], case[2]

    it("names " .. name, function()
        local output, status = run(body)
        assert.equal(1, status, output)
        assert.truthy(output:find('the test "the test" leaves behind: ', 1, true), output)
        assert.truthy(output:find(expected, 1, true), output)
    end)
end

it("accepts a test that ends what it starts", function()
    local output, status = run [[
        local ws = websocket.new(url)
        assert(ws:connect(5000))
        ws:close()
        local timer = sys.timerLoopStart(function() end, 60000)
        sys.taskInit(sys.wait, 1)
        sys.wait(20)
        sys.timerStop(timer)
    ]]
    assert.equal(0, status, output)
end)
