--- Servers that misbehave, and scripts that do: nothing hangs, no memory grows, and errors give the reason.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"
local servers = require "servers"

local server, scripted = servers.peer(), servers.scripted()
local eventually = peer.eventually

--- Resident memory of this process in KiB.
local function resident()
    for line in io.lines "/proc/self/status" do
        local size = line:match("^VmRSS:%s*(%d+)")
        if size then
            return tonumber(size)
        end
    end
end

local function refused(expected, path)
    local ok, why = websocket.new(server:url(path)):connect(20000)
    assert.is_false(ok)
    assert.truthy(why:find(expected, 1, true), why)
end

describe("a server that", function()
    it("sends headers without end is refused with bounded memory", function()
        local before = resident()
        refused("16384 bytes", "/endless-headers")
        assert.is_true(resident() - before < 20000)
    end)

    it("resets during the handshake", function()
        for _, when in ipairs { "request", "answer" } do
            refused("", "/reset?when=" .. when)
        end
    end)

    it("resets an open connection, in the middle of a frame or in the closing handshake", function()
        for when, expected in pairs { open = 1006, frame = 1006, close = 1001 } do
            local ws = websocket.new(server:url("/reset?when=" .. when))
            local code
            ws:on("close", function(told) code = told end)
            assert.is_true(ws:connect(20000))
            if when == "close" then
                ws:close()
            else
                assert.is_false(ws:recv(20000))
            end
            assert.equal(expected, code, when)
            assert.equal("CLOSED", ws:state())
        end
    end)

    it("goes on sending behind its close frame is not listened to", function()
        local ws = websocket.new(server:url "/after-close")
        assert.is_true(ws:connect(20000))
        assert.same({ false, "closed with code 1000" }, { ws:recv(20000) })
    end)

    it("floods with pings and reads no pongs cannot make us grow", function()
        local before = resident()
        local ws = websocket.new(server:url "/ping-flood?count=200000")
        assert.is_true(ws:connect(20000))
        for _ = 1, 20 do
            ws:recv(20)
        end
        assert.is_true(resident() - before < 20000, resident() - before .. " KiB more")
        websocket.exit(ws)
    end)

    it("floods a script that never reads is pushed back", function()
        local before = resident()
        local ws = websocket.new(server:url "/flood?count=3000000")
        assert.is_true(ws:connect(20000))
        sys.wait(500)
        assert.is_true(resident() - before < 20000, resident() - before .. " KiB more")
        assert.same({ true, "0" }, { ws:recv(20000) })
        ws:close()
    end)

    it("takes nothing cannot make the queue grow beyond its bound", function()
        local ws = websocket.new(server:url "/deaf")
        assert.is_true(ws:connect(20000))
        local accepted = 0
        local answer
        local data = ("x"):rep(100000)
        repeat
            answer = { ws:send(data) }
            accepted = accepted + 1
        until not answer[1] or accepted > 1000
        assert.same({ false, "queue full" }, answer)
        -- The bound of the queue, and the kernel's send and receive buffers.
        assert.is_true(accepted < 200, accepted .. " messages")
        ws:close()
    end)

    it("is silent is found by the heartbeat", function()
        local ws = websocket.new(server:url "/deaf")
        local seen = {}
        ws:on("error", function(text) seen[#seen + 1] = text end)
        local ended
        sys.taskInit(function() ended = ws:start(0.1) end)
        eventually(function() return seen[1] end)
        assert.truthy(seen[1]:find("heartbeat missed", 1, true), seen[1])
        websocket.exit(ws)
        eventually(function() return ended end)
    end)
end)

describe("text that is not UTF-8", function()
    --- The server sends what `code` says and then only waits.
    local function fails(code, expected)
        scripted:forget()
        local ws = websocket.new(scripted:script("client.accept()\n" .. code .. "\nclient.until_closed()"))
        assert.is_true(ws:connect(20000))
        local ok, why = ws:recv(20000)
        assert.is_false(ok)
        assert.not_equal("timeout", why)
        assert.equal(tostring(expected or 1007), eventually(function() return scripted:log("closed")[1] end)[3], code)
    end

    local INVALID = {
        ["a byte that never occurs"] = "ff",
        ["a continuation byte alone"] = "80",
        ["an over-long slash"] = "c0af",
        ["an over-long zero"] = "e08080",
        ["a surrogate"] = "eda080",
        ["beyond U+10FFFF"] = "f4908080",
        ["a start byte that another character follows"] = "e28261",
    }

    for name, hex in pairs(INVALID) do
        it("fails before the frame ends: " .. name, function()
            for _, size in ipairs { 100, 60000, 0x100000, 0x1000000 } do
                fails(("client.send(head(TEXT, %d) + b'a' * 50 + bytes.fromhex('%s'))"):format(size, hex))
            end
        end)

        it("fails byte by byte, in fragments and far behind: " .. name, function()
            fails(([[for byte in head(TEXT, 1000) + b"abc" + bytes.fromhex("%s"):
    client.send(bytes([byte]))
    time.sleep(0.002)]]):format(hex))
            fails(([[for part in [frame(TEXT, b"abc", fin=False)] + [
        frame(0, bytes([byte]), fin=False) for byte in bytes.fromhex("%s")]:
    client.send(part)]]):format(hex))
            fails(("client.send(head(TEXT, 1 << 23) + b'a' * (1 << 22) + bytes.fromhex('%s'))"):format(hex))
            fails(("client.send(frame(TEXT, b'a' * 300000, fin=False) + head(0, 1 << 20) + bytes.fromhex('%s'))")
                :format(hex))
        end)
    end

    it("fails at the end of the message if a character is incomplete", function()
        for _, hex in ipairs { "c3", "e282", "f09f98", "61f0" } do
            fails(("client.send(frame(TEXT, bytes.fromhex('%s')))"):format(hex))
            fails(("client.send(frame(TEXT, b'ok', fin=False) + frame(0, bytes.fromhex('%s')))"):format(hex))
            fails(("client.send(frame(TEXT, bytes.fromhex('%s'), fin=False) + frame(0))"):format(hex))
            fails(("client.send(frame(TEXT, b'a' * 200000 + bytes.fromhex('%s')))"):format(hex))
        end
    end)

    it("is no failure in a binary message", function()
        local ws = websocket.new(scripted:script [[
            client.accept()
            client.send(frame(BINARY, b"\xff"))
            client.until_closed()
        ]])
        assert.is_true(ws:connect(20000))
        assert.same({ true, "\255" }, { ws:recv(20000) })
        ws:close()
    end)

    it("is not seen in characters split over reads, frames and fragments", function()
        local text = ("\195\164\226\130\172\240\159\152\128"):rep(30)
        local long = text:rep(1000)
        local ws = websocket.new(scripted:script [[
            text = "\u00e4\u20ac\U0001f600".encode() * 30
            client.accept()
            for byte in frame(TEXT, text):
                client.send(bytes([byte]))
                time.sleep(0.001)
            for cut in (1, 2, 3, 5, 100):
                client.send(fragments(TEXT, text, cut, between=frame(PING, b"\xff")))
            long = text * 1000
            client.send(frame(TEXT, long))
            for cut in (1000, 65537, 131073):
                client.send(fragments(TEXT, long, cut))
            client.until_closed()
        ]])
        assert.is_true(ws:connect(20000))
        for _ = 1, 6 do
            assert.same({ true, text }, { ws:recv(20000) })
        end
        for _ = 1, 4 do
            local ok, got = ws:recv(20000)
            assert.is_true(ok, got)
            assert.is_true(got == long)
        end
        ws:close()
    end)
end)

describe("a claimed length", function()
    local HUGE = { maxMessageSize = 0x10000000000 }

    for name, code in pairs {
        ["in one frame"] = "client.send(head(BINARY, 1 << 39) + b'a' * 100000)",
        ["in one text frame"] = "client.send(head(TEXT, 1 << 39) + b'a' * 100000)",
        ["of the greatest message"] = "client.send(head(BINARY, 1 << 40) + b'a')",
        ["in a fragment"] = "client.send(frame(BINARY, b'a', fin=False) + head(0, 1 << 39) + b'a' * 100000)",
        ["in the first fragment"] = "client.send(head(TEXT, 1 << 39, fin=False) + b'a' * 100000)",
    } do
        it("of 512 GiB takes only the memory that its bytes need, " .. name, function()
            local before = resident()
            local script = "client.accept()\n" .. code .. "\nclient.until_closed()"
            local ws = websocket.new(scripted:script(script), nil, HUGE)
            assert.is_true(ws:connect(20000))
            assert.same({ false, "timeout" }, { ws:recv(500) })
            assert.equal("OPEN", ws:state())
            assert.is_true(resident() - before < 20000, resident() - before .. " KiB more")
            ws:close()
            assert.equal("CLOSED", ws:state())
        end)
    end

    it("beyond maxMessageSize is 1009 before any of it arrives", function()
        for _, code in ipairs {
            "client.send(head(BINARY, 1001))",
            "client.send(head(BINARY, (1 << 63) - 1))",
            "client.send(frame(TEXT, b'a' * 1000, fin=False) + head(0, 1))",
            "client.send(frame(TEXT, b'a', fin=False) + head(0, (1 << 63) - 1))",
        } do
            scripted:forget()
            local ws = websocket.new(scripted:script("client.accept()\n" .. code .. "\nclient.until_closed()"), nil,
                { maxMessageSize = 1000 })
            assert.is_true(ws:connect(20000))
            assert.is_false(ws:recv(20000))
            assert.equal("1009", eventually(function() return scripted:log("closed")[1] end)[3], code)
        end
    end)

    it("with the highest bit set is a violation", function()
        local ws = websocket.new(scripted:script [[
            client.accept()
            client.send(head(BINARY, 1 << 63))
            client.until_closed()
        ]], nil, HUGE)
        assert.is_true(ws:connect(20000))
        assert.is_false(ws:recv(20000))
        assert.equal("1002", eventually(function() return scripted:log("closed")[1] end)[3])
    end)
end)

describe("addresses", function()
    it("IPv6 literals", function()
        local ws = websocket.new(("ws://[::1]:%d/echo"):format(server.port))
        local ok, why = ws:connect(20000)
        if not ok and why:find("Address family not supported", 1, true) then
            pending "no IPv6 on this machine"
            return
        end
        assert.is_true(ok, why)
        ws:send("six", true)
        assert.same({ true, "six" }, { ws:recv(20000) })
        local host
        for _, header in ipairs(server:log "header") do
            host = header[3] == "Host" and header[4] or host
        end
        assert.equal(("[::1]:%d"):format(server.port), host)
        ws:close()
    end)

    it("a name with a dead and a live address", function()
        -- The echo server listens on 127.0.0.1 only; where localhost is ::1 too, that one is dead.
        local other = peer.start "echo.py"
        local ws = websocket.new(("ws://localhost:%d/"):format(other.port))
        local ok, why = ws:connect(20000)
        ws:close()
        other:stop()
        assert.is_true(ok, why)
    end)
end)

describe("a script that", function()
    for _, event in ipairs { "open", "message", "sent", "pong", "close", "error" } do
        it("closes and connects from within " .. event, function()
            local path = event == "error" and "/status?code=500" or "/echo"
            local ws = websocket.new(server:url(path))
            local calls = 0
            ws:on(event, function()
                calls = calls + 1
                if calls == 1 then
                    ws:close()
                    ws:connect(20000)
                end
            end)
            local done
            sys.taskInit(function()
                ws:connect(20000)
                ws:send("x")
                ws:ping()
                ws:recv(1000)
                ws:close()
                ws:recv(100)
                done = true
            end)
            eventually(function() return done end)
            eventually(function() return calls > 0 end)
            ws:close()
            assert.equal("CLOSED", ws:state())
        end)
    end

    it("connects from two tasks gets one connection, and both are told", function()
        local ws = websocket.new(server:url "/echo")
        local opens, results = 0, {}
        ws:on("open", function() opens = opens + 1 end)
        for _ = 1, 2 do
            sys.taskInit(function()
                local ok = ws:connect(20000)
                results[#results + 1] = ok
            end)
        end
        eventually(function() return #results == 2 end)
        assert.same({ true, true }, results)
        assert.equal(1, opens)
        assert.equal(1, #server:log "request")
        ws:close()
    end)

    it("drops an object while it connects", function()
        for _ = 1, 20 do
            local ws = websocket.new(server:url "/silent")
            pcall(ws.connect, ws, 1)
        end
        local ended
        sys.taskInit(function()
            websocket.new(server:url "/silent"):connect(1000000)
            ended = true
        end)
        collectgarbage()
        collectgarbage()
        local ws = websocket.new(server:url "/echo")
        assert.is_true(ws:connect(20000))
        ws:close()
        -- The attempt breaks.
        server:restart()
        eventually(function() return ended end, "the end of the attempt")
    end)
end)
