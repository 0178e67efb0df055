--- permessage-deflate (RFC 7692), receiving: messages in every legal form arrive, from a server that is
-- scripted frame by frame.
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

--- The server sends what `code` says and these messages arrive.
local function receives(expected, code, options, answer)
    local ws = new(code, options or { compression = true }, answer)
    local ok, why = ws:connect(20000)
    assert.is_true(ok, why)
    for index, data in ipairs(expected) do
        local arrived, got = ws:recv(20000)
        assert.is_true(arrived, got)
        -- Compared here and not by assert.same, which would print long strings.
        assert.equal(#data, #got, "size of message " .. index)
        assert.is_true(data == got, "content of message " .. index)
    end
    assert.equal("OPEN", ws:state())
    ws:close()
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
        -- RFC 7692 section 7.2.3.4: a final block, then an octet that holds an empty block's beginning.
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
                expected[#expected + 1] = ("0123456789 \195\164 "):rep(math.floor(size / 14) + 1):sub(1, size)
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
        local data = ("fragment \226\130\172 "):rep(300)
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

    it("with code points split over fragments and blocks", function()
        local text = ("\226\130\172\240\159\152\128"):rep(20)
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

describe("random conversations", function()
    for seed = 1, 4 do
        it("are echoed on twelve connections at a time, seed " .. seed, function()
            local ended = 0
            local problems = {}
            for index = 1, 12 do
                local bits = 9 + (seed + index) % 7
                local answer = ("permessage-deflate; server_max_window_bits=%d; client_max_window_bits=%d"):format(
                    bits, 9 + (seed * index) % 7)
                local ws = new(([[
                    dice = peer.Random(%d * 1000 + %d)
                    bits, level = %d, dice.randrange(10)
                    inflater = Inflater()
                    context = zlib.compressobj(level, wbits=-bits)
                    past = bytes(dice.choices(b"abcdefgh \n", k=3000))
                    for _ in range(60):
                        size = dice.choice((0, 1, 50, 1000, 1000, 5000, 70000))
                        data = b""
                        while len(data) < size:
                            # Something new and something from before.
                            data += bytes(dice.choices(b"ijklmnop", k=dice.randrange(20)))
                            start = dice.randrange(len(past))
                            data += past[start : start + dice.randrange(300)]
                        data = data[:size]
                        past = (past + data)[-40000:]
                        how = dice.random()
                        if how < 0.2:
                            payload, rsv = data, 0
                        elif how < 0.3:
                            # BFINAL; what comes next refers to nothing before it.
                            context = zlib.compressobj(level, wbits=-bits)
                            payload, rsv = context.compress(data) + context.flush() + b"\x00", 4
                            context = zlib.compressobj(level, wbits=-bits)
                        else:
                            middle = dice.randrange(len(data) + 1)
                            flush = dice.choice((zlib.Z_NO_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH))
                            payload = context.compress(data[:middle])
                            payload += context.flush(flush) if flush else b""
                            payload += context.compress(data[middle:]) + context.flush(zlib.Z_SYNC_FLUSH)
                            payload, rsv = payload[:-4] if payload.endswith(TAIL) else b"\x00", 4
                        cut = dice.choice((1 << 20, 1 << 20, 1 + size // 3, 1 + size // 40))
                        between = dice.choice((b"", b"", frame(PING, b"now")))
                        made = fragments(BINARY, payload, cut, rsv, between)
                        step = dice.choice((1 << 20, 1 << 20, 1000, 1 + len(made) // 5))
                        for start in range(0, len(made), step):
                            client.send(made[start : start + step])
                        _, _, echoed = client.message(inflater)
                        assert echoed == data, "another message"
                    client.log("finished")
                    client.send(frame(CLOSE, b"\x03\xe8"))
                ]]):format(seed, index, bits), { compression = { threshold = 40 } }, answer)
                ws:on("error", function(text) problems[#problems + 1] = text end)
                sys.taskInit(function()
                    ws:connect(20000)
                    local ok, data = ws:recv()
                    while ok do
                        ws:send(data)
                        ok, data = ws:recv()
                    end
                    ended = ended + 1
                end)
            end
            eventually(function() return ended == 12 end, "the end of all connections")
            assert.same({}, problems)
            assert.equal(12, #server:log "finished")
        end)
    end
end)
