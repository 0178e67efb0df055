--- permessage-deflate (RFC 7692), receiving: illegal frames and messages that are too large end the
-- connection with the code that names them; the server is scripted frame by frame.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"
local servers = require "servers"
local scripted = require "scripted"

local server = servers.scripted()
local eventually = peer.eventually

--- The server sends what `code` says, having answered with `answer` (default: the extension without
-- parameters; false: without the extension).
local function new(code, options, answer)
    return websocket.new(server:script(scripted.conversation(code, answer)), nil, options)
end

--- The server sends what `code` says; the connection fails, and the server receives the close code `close`.
local function fails(close, code, options, answer)
    local ws = new(code, options or { compression = true }, answer)
    local problem, ended
    ws:on("error", function(text) problem = text end)
    ws:on("close", function(got) ended = got end)
    assert.is_true(ws:connect(20000))
    local ok = ws:recv(20000)
    while ok do
        ok = ws:recv(20000)
    end
    assert.truthy(problem and problem:find("^protocol violation"), problem)
    assert.equal(close, ended)
    assert.equal(tostring(close), eventually(function() return server:log("closed")[1] end)[3])
    return problem
end

describe("a breach fails the connection:", function()
    local hello = 'hello = Deflater().payload(b"Hello" * 20)\n'

    it("RSV1 without the extension is 1002", function()
        fails(1002, hello .. 'client.send(frame(TEXT, hello, rsv=4))', { compression = false }, false)
        server:forget()
        fails(1002, hello .. 'client.send(frame(TEXT, hello, rsv=4))', { compression = true }, false)
    end)

    for name, code in pairs {
        ["on a continuation"] = 'client.send(frame(TEXT, hello[:5], fin=False, rsv=4) + frame(0, hello[5:], rsv=4))',
        ["on a continuation of a plain message"] = 'client.send(frame(TEXT, b"a", fin=False) + frame(0, hello, rsv=4))',
        ["on a ping"] = 'client.send(frame(PING, hello[:100], rsv=4))',
        ["on a pong"] = 'client.send(frame(PONG, b"", rsv=4))',
        ["on a close"] = 'client.send(frame(CLOSE, b"\\x03\\xe8", rsv=4))',
    } do
        it("RSV1 " .. name .. " is 1002", function() fails(1002, hello .. code) end)
    end

    for rsv = 1, 7 do
        if rsv ~= 4 then
            it(("RSV bits %d are 1002"):format(rsv), function()
                fails(1002, hello .. ("client.send(frame(TEXT, hello, rsv=%d))"):format(rsv))
            end)
        end
    end

    for name, payload in pairs {
        ["a reserved block type"] = [[b"\x07" * 20]],
        ["a stored block with a wrong length"] = [[b"\x00\x05\x00\x00\x00Hello"]],
        ["a distance before the beginning"] = [[b"\xf2\x00\x11\x00\x00"]],
        ["noise"] = [[bytes.fromhex("ec5a7f0e9b3c44d1a0ffee12") * 3]],
    } do
        it(name .. " is 1007", function()
            fails(1007, ("client.send(frame(TEXT, %s, rsv=4))"):format(payload))
        end)
    end

    it("a message that ends within a block is 1007", function()
        fails(1007, 'client.send(frame(TEXT, Deflater().payload(b"Hello" * 20)[:-3], rsv=4))')
    end)

    it("corrupt data in the first of many fragments is noticed at once", function()
        fails(1007, 'client.send(frame(TEXT, b"\\x07" * 20, fin=False, rsv=4))')
    end)

    it("a context that the server said it would not keep is 1007", function()
        fails(1007, [[
            d = Deflater()
            client.send(d.message(TEXT, b"Hello, hello, hello") + d.message(TEXT, b"Hello, hello, hello"))
        ]], nil, "permessage-deflate; server_no_context_takeover")
    end)

    it("inflated text that is not UTF-8 is 1007 before the message ends", function()
        for _, code in ipairs {
            'client.send(frame(TEXT, Deflater().payload(b"a" * 100 + b"\\xff" + b"b" * 100), fin=False, rsv=4))',
            -- Neither the bytes after the invalid one nor the end of the frame are sent.
            [[
            d = zlib.compressobj(wbits=-15)
            part = d.compress(b"a" * 100 + b"\xc0\x80" + b"b" * 100) + d.flush(zlib.Z_SYNC_FLUSH)
            client.send(head(TEXT, 1000000, rsv=4) + part)
            ]],
        } do
            server:forget()
            fails(1007, code)
        end
    end)

    it("inflated text that ends within a character is 1007", function()
        fails(1007, 'client.send(Deflater().message(TEXT, "\\u20ac".encode()[:2]))')
    end)
end)

describe("maxMessageSize", function()
    --- The peak of resident memory in KiB since the last `reset_peak`.
    local function peak()
        for line in io.lines "/proc/self/status" do
            local size = line:match("^VmHWM:%s*(%d+)")
            if size then
                return tonumber(size)
            end
        end
    end

    local function reset_peak()
        collectgarbage()
        local file = assert(io.open("/proc/self/clear_refs", "w"))
        file:write "5"
        file:close()
        return peak()
    end

    it("bounds the inflated size", function()
        local options = { compression = true, maxMessageSize = 1000 }
        local ws = new('client.send(Deflater().message(TEXT, b"x" * 1000))', options)
        assert.is_true(ws:connect(20000))
        assert.same({ true, ("x"):rep(1000) }, { ws:recv(20000) })
        ws:close()
        for _, cut in ipairs { "None", "3" } do
            server:forget()
            fails(1009, ('client.send(Deflater().message(TEXT, b"x" * 1001, cut=%s))'):format(cut), options)
        end
    end)

    for name, send in pairs {
        ["in one frame"] = "client.send(frame(BINARY, bomb, rsv=4))",
        ["in fragments"] = "client.send(fragments(BINARY, bomb, 1000, rsv=4))",
        ["as text"] = "client.send(frame(TEXT, bomb, rsv=4))",
        ["that never ends"] = "client.send(head(BINARY, 1 << 40, rsv=4) + bomb)",
    } do
        it("ends a bomb of 1 GiB with 1009 and little memory, " .. name, function()
            local before = reset_peak()
            fails(1009, [[
                if not hasattr(peer, "bomb"):
                    d = zlib.compressobj(9, wbits=-15)
                    mebibyte = d.compress(bytes(1 << 20)) + d.flush(zlib.Z_FULL_FLUSH)
                    peer.bomb = (mebibyte * 1024)[:-4]
                bomb = peer.bomb
                ]] .. send)
            -- The bound is 16 MiB here.
            assert.is_true(peak() - before < 80000, peak() - before .. " KiB more at the peak")
        end)
    end

    it("many small bombs that nobody reads push back", function()
        local before = reset_peak()
        local ws = new([[
            one = Deflater().message(BINARY, bytes(15 << 20))
            for _ in range(200):
                client.send(one)
        ]], { compression = true }, "permessage-deflate; server_no_context_takeover")
        assert.is_true(ws:connect(20000))
        sys.wait(1000)
        assert.is_true(peak() - before < 120000, peak() - before .. " KiB more at the peak")
        assert.equal(15 * 0x100000, #select(2, ws:recv(20000)))
        websocket.exit(ws)
    end)
end)
