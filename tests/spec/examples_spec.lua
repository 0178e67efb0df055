--- The examples, run both ways and compared by their output; and a server that stops and returns.
local peer = require "peer"

local RUNNER = "target/release/luatos"
local SYSTEM = "timeout -s INT 4 lua5.3 -l luatos"

local function output_of(command)
    local process = io.popen(command .. " 2>&1")
    local output = process:read("a")
    local _, _, status = process:close()
    return output, status
end

local function check(output)
    for _, expected in ipairs {
        "[I]-[poweron reason:] 0 WEBSOCKET_EXAMPLE 1.0.0 2.4.0 Luat_V",
        "[I]-[chat] open",
        "[I]-[chat] binary hello from WEBSOCKET_EXAMPLE",
        "[D]-[chat] sent",
        "[I]-[chat] text line 1",
        "[I]-[chat] text line 2",
        "[I]-[memory] ",
        "[I]-[flash] ",
    } do
        assert.truthy(output:find(expected, 1, true), expected .. " in\n" .. output)
    end
    assert.is_nil(output:find("[E]", 1, true), output)
end

it("examples/websocket under luatos --echo", function()
    local output, status = output_of(RUNNER .. " --echo --strict --timeout 4 examples/websocket/main.lua")
    check(output)
    assert.equal(0, status)
end)

describe("examples/websocket against Python's websockets", function()
    local server

    before_each(function()
        server = peer.start "echo.py"
    end)

    after_each(function()
        server:stop()
    end)

    --- In any order: what is sent before the connection is open goes out before the greeting.
    local function check_server()
        local seen = {}
        for _, message in ipairs(server:log()) do
            seen[table.concat(message, " ")] = true
        end
        for _, expected in ipairs { "binary hello from WEBSOCKET_EXAMPLE", "text line 1", "text line 2" } do
            assert.is_true(seen[expected], expected)
        end
    end

    it("under luatos --connect-to", function()
        local rule = ("echo.example:8800:127.0.0.1:%d"):format(server.port)
        check((output_of(RUNNER .. " --timeout 4 --connect-to " .. rule .. " examples/websocket/main.lua")))
        check_server()
    end)

    it("under the system's Lua with LUATOS_CONNECT_TO", function()
        local rule = ("LUATOS_CONNECT_TO=::127.0.0.1:%d "):format(server.port)
        local output = output_of(rule .. SYSTEM .. " examples/websocket/main.lua")
        check((output:gsub("lua5.3: .*", "")))
        assert.truthy(output:find("interrupted!", 1, true), output)
        check_server()
    end)

    it("comes back when the server does", function()
        local rule = ("::127.0.0.1:%d"):format(server.port)
        local out = os.tmpname()
        local process = io.popen(("%s --timeout 8 --connect-to %s examples/websocket/main.lua >%s 2>&1"):format(
            RUNNER, rule, out), "w")
        local function printed(pattern)
            return function()
                local file = io.open(out)
                local text = file:read("a")
                file:close()
                return text:find(pattern)
            end
        end
        peer.eventually(printed "line 1")
        server:restart()
        -- The server says 1001, "going away", when it stops.
        peer.eventually(printed "closed 1001.*open.*text line")
        process:close()
        os.remove(out)
    end)
end)
