--- permessage-deflate (RFC 7692), receiving: messages in every legal form arrive, and illegal frames
-- end the connection with the code that names them, against a server that is scripted frame by frame.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"

local server
local eventually = peer.eventually

setup(function()
    server = peer.start "scripted.py"
end)

teardown(function()
    server:stop()
end)

before_each(function()
    server:forget()
end)

after_each(function()
    assert.same({}, server:log "problem")
end)

--- Python without the indentation that it has here.
local function dedent(code)
    local indent = code:match "^\n*( *)"
    return (("\n" .. code):gsub("\n" .. indent, "\n"))
end

local function new(code, compression, answer)
    local accept = answer == false and "" or ("%q"):format(answer or "permessage-deflate")
    local script = ("client.accept(%s)\n%s\nclient.until_closed()"):format(accept, dedent(code))
    return websocket.new(server:script(script), nil, compression)
end

--- The server sends what `code` says and these messages arrive.
local function receives(expected, code, options, answer)
    local ws = new(code, options or { compression = true }, answer)
    local ok, why = ws:connect(20000)
    assert.is_true(ok, why)
    for index, data in ipairs(expected) do
        local arrived, got = ws:recv(20000)
        assert.is_true(arrived, got)
        -- Not as strings: nobody wants to read long ones.
        assert.equal(#data, #got, "size of message " .. index)
        assert.is_true(data == got, "content of message " .. index)
    end
    assert.equal("OPEN", ws:state())
    ws:close()
end

--- The server sends what `code` says and the connection fails with `close`, which the server is told.
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

describe("a compressed message arrives", function()
    it("in the forms of RFC 7692, section 7.2.3", function()
        receives({ "Hello", "Hello", "Hello", "Hello", "Hello" }, [[
            one = bytes.fromhex("f248cdc9c90700")
            client.send(frame(TEXT, one, rsv=4))
            client.send(frame(TEXT, one[:3], fin=False, rsv=4) + frame(CONTINUATION, one[3:]))
            # The context is shared with the first.
            client.send(frame(TEXT, bytes.fromhex("f200110000"), rsv=4))
            # A stored block, and two blocks.
            client.send(frame(TEXT, bytes.fromhex("000500faff48656c6c6f00"), rsv=4))
            client.send(frame(TEXT, bytes.fromhex("f24805000000ffffcac9c90700"), rsv=4))
        ]])
    end)

    it("with BFINAL set, once and again, and others after it", function()
        -- Section 7.2.3.4: a final block, then an octet that holds an empty block's beginning.
        receives({ "Hello", "Hello", "Hello", "Hello" }, [[
            final = frame(TEXT, bytes.fromhex("f348cdc9c9070000"), rsv=4)
            client.send(final + final)
            client.send(Deflater().message(TEXT, b"Hello"))
            client.send(final)
        ]])
    end)

    it("with BFINAL set in the middle of the message", function()
        receives({ "HelloHello" }, [[
            one = zlib.compressobj(wbits=-15)
            final = one.compress(b"Hello") + one.flush()
            client.send(frame(TEXT, final + Deflater().payload(b"Hello"), rsv=4))
        ]])
    end)

    it("empty, in both forms, and the context survives it", function()
        receives({ "", "", "Hello", "", "Hello", "" }, [[
            d = Deflater()
            client.send(frame(TEXT, b"\x00", rsv=4) + frame(BINARY, b"\x00", rsv=4) + d.message(TEXT, b"Hello"))
            client.send(d.message(BINARY, b"") + d.message(TEXT, b"Hello"))
            client.send(frame(TEXT, b"", fin=False, rsv=4) + frame(CONTINUATION, b"", fin=False)
                + frame(CONTINUATION, b"\x00"))
        ]])
    end)

    it("between uncompressed ones, which leave the context alone", function()
        receives({ "Hello", "plain", "Hello", "frag", "Hello" }, [[
            d = Deflater()
            client.send(d.message(TEXT, b"Hello") + frame(TEXT, b"plain") + d.message(TEXT, b"Hello"))
            client.send(fragments(TEXT, b"frag", 1) + d.message(TEXT, b"Hello"))
        ]])
    end)

    it("with every server window and context takeover or not", function()
        for bits = 9, 15 do
            for _, takeover in ipairs { "True", "False" } do
                server:forget()
                local data = ("%d and again "):format(bits):rep(8000)
                receives({ data, data, "", data }, ([[
                    d = Deflater(%d, %s)
                    data = b"%d and again " * 8000
                    client.send(b"".join(d.message(TEXT, part) for part in (data, data, b"", data)))
                ]]):format(bits, takeover, bits), nil, ("permessage-deflate; server_max_window_bits=%d%s"):format(
                    bits, takeover == "True" and "" or "; server_no_context_takeover"))
            end
        end
    end)

    it("at every level and of every size, text and binary", function()
        local expected = {}
        for _, size in ipairs { 1, 125, 126, 127, 65535, 65536, 1000000 } do
            for _ = 0, 9 do
                expected[#expected + 1] = ("0123456789 \xc3\xa4 "):rep(size // 14 + 1):sub(1, size)
            end
        end
        receives(expected, [[
            for size in (1, 125, 126, 127, 65535, 65536, 1000000):
                for level in range(10):
                    data = ("0123456789 \u00e4 ".encode() * (size // 14 + 1))[:size]
                    client.send(Deflater(level=level).message(BINARY, data))
        ]])
    end)

    it("in fragments of any size with control frames between them", function()
        local data = ("fragment \xe2\x82\xac "):rep(300)
        local pongs = {}
        local ws = new([[
            d = Deflater()
            data = "fragment \u20ac ".encode() * 300
            for cut in (1, 2, 7, 50):
                client.send(fragments(TEXT, d.payload(data), cut, rsv=4, between=frame(PING, b"p") + frame(PONG, b"q")))
        ]], { compression = true })
        ws:on("pong", function(got) pongs[got] = (pongs[got] or 0) + 1 end)
        assert.is_true(ws:connect(20000))
        for _ = 1, 4 do
            assert.same({ true, data }, { ws:recv(20000) })
        end
        assert.is_true(pongs.q > 10)
        ws:close()
    end)

    it("byte by byte", function()
        local data = ("slowly "):rep(50)
        receives({ data, data }, [[
            d = Deflater()
            for byte in d.message(TEXT, b"slowly " * 50) + d.message(TEXT, b"slowly " * 50, cut=5):
                client.send(bytes([byte]))
                time.sleep(0.002)
        ]])
    end)

    it("on many connections whose messages overlap, each with its own context", function()
        local count, held = 30, {}
        for index = 1, count do
            held[index] = new(([[
                d = Deflater()
                for round in range(6):
                    data = d.message(TEXT, (b"connection %d says " * 20) + str(round).encode(), cut=11)
                    half = len(data) // 2
                    client.send(data[:half])
                    client.message()
                    client.send(data[half:])
                    client.message()
            ]]):format(index), { compression = true })
            assert.is_true(held[index]:connect(20000))
        end
        for round = 0, 5 do
            -- All have half of a message now.
            for _, ws in ipairs(held) do
                ws:sendFrame(true, 1, "more")
            end
            for index, ws in ipairs(held) do
                local text = ("connection %d says "):format(index):rep(20) .. round
                assert.same({ true, text }, { ws:recv(20000) })
                ws:sendFrame(true, 1, "more")
            end
        end
        for _, ws in ipairs(held) do
            ws:close()
        end
    end)

    it("glued to the answer of the handshake", function()
        local script = [[
            answer = client.answer("Sec-WebSocket-Extensions: permessage-deflate\r\n")
            client.send(answer + Deflater().message(TEXT, b"first"))
            client.until_closed()
        ]]
        local ws = websocket.new(server:script(script), nil, { compression = true })
        assert.is_true(ws:connect(20000))
        assert.same({ true, "first" }, { ws:recv(20000) })
        ws:close()
    end)
end)

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
            -- Nothing behind the invalid byte, nor the end of the frame, ever comes.
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

    it("a code point split over fragments and blocks is none", function()
        local text = ("\xe2\x82\xac\xf0\x9f\x98\x80"):rep(20)
        receives({ text, text }, [[
            text = "\u20ac\U0001f600".encode() * 20
            d = zlib.compressobj(wbits=-15)
            parts = [d.compress(text[i:i + 1]) + d.flush(zlib.Z_SYNC_FLUSH) for i in range(len(text))]
            parts[-1] = parts[-1][:-4]
            client.send(frame(TEXT, parts[0], fin=False, rsv=4))
            for part in parts[1:-1]:
                client.send(frame(0, part, fin=False))
            client.send(frame(0, parts[-1]))
            client.send(Deflater(level=0).message(TEXT, text, cut=1))
        ]])
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
        receives({ ("x"):rep(1000) }, 'client.send(Deflater().message(TEXT, b"x" * 1000))', options)
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
                    peer.bomb = b"".join(d.compress(bytes(1 << 20)) for _ in range(1024))
                    peer.bomb += d.flush(zlib.Z_SYNC_FLUSH)[:-4]
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
        assert.equal(15 << 20, #select(2, ws:recv(20000)))
        websocket.exit(ws)
    end)
end)
