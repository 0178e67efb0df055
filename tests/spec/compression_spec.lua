--- permessage-deflate (RFC 7692), sending: what is offered, which answers are accepted, what goes on
-- the wire, against a server that is scripted frame by frame.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"
local servers = require "servers"

local server = servers.scripted()
local eventually = peer.eventually

local function new(code, compression, more)
    local options = more or {}
    if compression == nil then
        compression = true
    end
    options.compression = compression
    return websocket.new(server:script(code), nil, options)
end

local function open(...)
    local ws = new(...)
    local ok, why = ws:connect(20000)
    assert.is_true(ok, why)
    return ws
end

--- The messages that the server has received: opcode, whether compressed, size, size on the wire, data.
local function messages(count)
    return eventually(function()
        local list = server:log "message"
        return #list >= count and list
    end, count .. " messages")
end

--- A text of `size` bytes that compresses about as well as prose, different for each seed.
local function prose(size, seed)
    local words = { "connection", "frame", "window", "of", "the", "a", "message", "is", "sent", "again", "bytes" }
    local state, parts, length = seed or 1, {}, 0
    while length < size do
        state = state * 16807 % 2147483647
        local word = words[math.floor(state / 65536) % #words + 1] .. (state % 7 == 0 and ". " or " ")
        parts[#parts + 1], length = word, length + #word
    end
    return table.concat(parts):sub(1, size)
end

describe("the offer", function()
    local function offered(compression)
        local ws = open("client.accept(); client.until_closed()", compression)
        ws:close()
        for _, header in ipairs(server:log "header") do
            if header[3]:lower() == "sec-websocket-extensions" then
                return header[4]
            end
        end
    end

    it("is not made unless asked for", function()
        assert.is_nil(offered(false))
        server:forget()
        local ws = websocket.new(server:script "client.accept(); client.until_closed()")
        assert.is_true(ws:connect(20000))
        ws:close()
        for _, header in ipairs(server:log "header") do
            assert.not_equal("sec-websocket-extensions", header[3]:lower())
        end
    end)

    for options, expected in pairs {
        [{}] = "permessage-deflate; client_max_window_bits",
        [{ contextTakeover = true, threshold = 100, level = 9, windowBits = 15 }] =
            "permessage-deflate; client_max_window_bits",
        [{ contextTakeover = false }] =
            "permessage-deflate; client_max_window_bits; client_no_context_takeover; server_no_context_takeover",
        [{ windowBits = 9 }] = "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9",
        [{ windowBits = 14 }] = "permessage-deflate; client_max_window_bits=14; server_max_window_bits=14",
    } do
        it("is " .. expected, function()
            local function sorted(text)
                local parts = {}
                for part in text:gmatch "[^; ]+" do
                    parts[#parts + 1] = part
                end
                table.sort(parts)
                return parts
            end
            -- The order of the parameters has no meaning.
            assert.same(sorted(expected), sorted(offered(options)))
        end)
    end

    it("is true's for an empty table", function()
        assert.equal(offered(true), (server:forget() or true) and offered {})
    end)
end)

describe("an answer", function()
    local DEFLATE = "permessage-deflate"

    --- Header lines of the answer, a text that the reason has to contain, and the compression option.
    local refused = {
        { { DEFLATE }, DEFLATE, false },
        { { "x-webkit-deflate-frame" }, "x-webkit-deflate-frame" },
        { { DEFLATE .. ", x-other" }, "x-other" },
        { { DEFLATE .. ", " .. DEFLATE }, DEFLATE },
        { { DEFLATE, DEFLATE }, DEFLATE },
        { { DEFLATE, "x-other; a=b" }, "x-other" },
        { { DEFLATE .. "; window_size=10" }, "window_size" },
        { { DEFLATE .. "; server_no_context_takeover; server_no_context_takeover" }, "server_no_context_takeover" },
        { { DEFLATE .. "; client_max_window_bits=10; client_max_window_bits=10" }, "client_max_window_bits" },
        { { DEFLATE .. "; server_no_context_takeover=1" }, "server_no_context_takeover" },
        { { DEFLATE .. "; client_no_context_takeover=true" }, "client_no_context_takeover" },
        { { DEFLATE }, "server_no_context_takeover", { contextTakeover = false } },
        { { DEFLATE .. "; client_no_context_takeover" }, "server_no_context_takeover", { contextTakeover = false } },
        { { DEFLATE }, "server_max_window_bits", { windowBits = 10 } },
        { { DEFLATE .. "; server_max_window_bits=11" }, "server_max_window_bits", { windowBits = 10 } },
        { { DEFLATE .. '; client_max_window_bits="10' }, "client_max_window_bits" },
        { { DEFLATE .. "; ; client_max_window_bits=10" }, DEFLATE },
        { { DEFLATE .. "; =10" }, DEFLATE },
        { { DEFLATE .. " client_max_window_bits=10" }, DEFLATE },
    }
    for _, name in ipairs { "client_max_window_bits", "server_max_window_bits" } do
        for _, value in ipairs { "", "=", "=7", "=16", "=08", "=010", "=-9", "=1e1", "=9.0", '=""', '="08"', "=0x9" } do
            refused[#refused + 1] = { { DEFLATE .. "; " .. name .. value }, name }
        end
        refused[#refused + 1] = { { DEFLATE .. "; " .. name .. "=4294967306" }, name }
    end
    for _, case in ipairs(refused) do
        local lines, named, compression = table.unpack(case)
        local option = type(compression) == "table" and next(compression) or tostring(compression)
        it(("%s is refused (compression %s)"):format(table.concat(lines, " | "), option), function()
            local quoted = {}
            for index, line in ipairs(lines) do
                quoted[index] = ("%q"):format(line)
            end
            local ws = new(("client.accept(%s); client.until_closed()"):format(table.concat(quoted, ", ")), compression)
            local ok, why = ws:connect(20000)
            assert.is_false(ok)
            assert.truthy(why:find(named, 1, true), ("%q in %q"):format(named, why))
            assert.equal("CLOSED", ws:state())
        end)
    end

    --- Legal answers, the client's window and takeover that they set, and the compression option.
    for _, case in ipairs {
        { DEFLATE, 15, true },
        { DEFLATE .. '; client_max_window_bits="10"', 10, true },
        { DEFLATE .. ";client_max_window_bits=15;client_no_context_takeover", 15, false },
        { DEFLATE .. "; client_max_window_bits=9; server_no_context_takeover", 9, true },
        { DEFLATE .. "; server_max_window_bits=9", 15, true },
        { DEFLATE .. "; server_max_window_bits=8", 15, true },
        { DEFLATE .. "; server_max_window_bits=10", 10, true, { windowBits = 10 } },
        { DEFLATE .. "; server_max_window_bits=9; client_max_window_bits=10", 10, true, { windowBits = 10 } },
        { DEFLATE .. "; server_no_context_takeover", 15, false, { contextTakeover = false } },
        { DEFLATE .. "; server_no_context_takeover; client_no_context_takeover", 15, false,
            { contextTakeover = false } },
    } do
        local answer, bits, takeover, compression = table.unpack(case)
        it(answer .. " is accepted and followed", function()
            local ws = open(([[
                client.accept(%q)
                inflater = Inflater(%d, %s)
                for _ in range(4):
                    client.message(inflater)
                client.until_closed()
            ]]):format(answer, bits, takeover and "True" or "False"), compression)
            -- Repeats itself at a distance far beyond the smallest window and well within the largest.
            math.randomseed(7)
            local digits = {}
            for index = 1, 12000 do
                digits[index] = math.random(0, 9)
            end
            local text = table.concat(digits) .. table.concat(digits)
            for _ = 1, 4 do
                ws:send(text, true)
            end
            local list = messages(4)
            ws:close()
            for _, message in ipairs(list) do
                assert.equal("1", message[4], "compressed")
                assert.equal(tostring(#text), message[5])
                assert.is_true(tonumber(message[6]) < #text)
            end
            if takeover and bits == 15 then
                -- The second is nothing but a reference to the first.
                assert.is_true(tonumber(list[2][6]) < tonumber(list[1][6]) / 4, list[2][6] .. " " .. list[1][6])
            end
        end)
    end

    it("with a client window of 8 bits leaves our messages uncompressed", function()
        local ws = open [[
            client.accept("permessage-deflate; client_max_window_bits=8")
            client.send(Deflater().message(TEXT, b"squeezed " * 50))
            client.message()
            client.until_closed()
        ]]
        assert.same({ true, ("squeezed "):rep(50) }, { ws:recv(20000) })
        ws:send(("plain "):rep(1000), true)
        assert.equal("0", messages(1)[1][4])
        ws:close()
    end)

    it("without the extension leaves everything uncompressed", function()
        local ws = open "client.accept(); client.message(); client.send(frame(TEXT, b'x')); client.until_closed()"
        ws:send(("plain "):rep(1000), true)
        assert.equal("0", messages(1)[1][4])
        assert.same({ true, "x" }, { ws:recv(20000) })
        ws:close()
    end)
end)

describe("what is sent", function()
    local ECHOED = [[
        client.accept("permessage-deflate")
        inflater, deflater = Inflater(), Deflater()
        while True:
            opcode, _, data = client.message(inflater)
            client.send(deflater.message(opcode, data))
    ]]

    it("is compressed from the threshold on", function()
        local ws = open(ECHOED, { threshold = 100 })
        for _, size in ipairs { 0, 99, 100, 101 } do
            ws:send(("y"):rep(size))
            assert.same({ true, ("y"):rep(size) }, { ws:recv(20000) })
        end
        local seen = {}
        for index, message in ipairs(messages(4)) do
            seen[index] = message[4]
        end
        assert.same({ "0", "0", "1", "1" }, seen)
        ws:close()
    end)

    it("keeps its type, at every level", function()
        for level = 0, 9 do
            server:forget()
            local ws = open(ECHOED, { level = level, threshold = 0 })
            local opcode
            ws:on("message", function(_, got) opcode = got end)
            for _, text in ipairs { true, false } do
                local data = prose(5000, level + 1)
                ws:send(data, text)
                assert.same({ true, data }, { ws:recv(20000) })
                assert.equal(text and 1 or 2, opcode)
            end
            ws:close()
            for index, message in ipairs(messages(2)) do
                assert.equal(tostring(index), message[3])
                assert.is_true(level == 0 or tonumber(message[6]) < 2500, message[6])
            end
        end
    end)

    it("stays raw with sendFrame, between compressed messages too", function()
        local ws = open(ECHOED, { threshold = 0 })
        local data = ("raw and "):rep(200)
        for _ = 1, 2 do
            ws:send(data, true)
            ws:sendFrame(true, 1, data)
            ws:sendFrame(false, 2, data)
            ws:sendFrame(true, 0, data)
        end
        for _ = 1, 2 do
            for _, expected in ipairs { data, data, data .. data } do
                assert.same({ true, expected }, { ws:recv(20000) })
            end
        end
        local seen = {}
        for index, message in ipairs(messages(6)) do
            seen[index] = message[4]
        end
        assert.same({ "1", "0", "0", "1", "0", "0" }, seen)
        ws:close()
    end)

    it("gives one sent event for each message", function()
        local ws = open(ECHOED, { threshold = 50 })
        local sent = 0
        ws:on("sent", function() sent = sent + 1 end)
        for index = 1, 20 do
            ws:send(("z"):rep(index * 10), true)
        end
        for index = 1, 20 do
            assert.same({ true, ("z"):rep(index * 10) }, { ws:recv(20000) })
        end
        assert.equal(20, sent)
        ws:close()
    end)

    -- 24 MiB that do not compress, more than any socket buffer takes.
    local big = (function()
        math.randomseed(1)
        local bytes = {}
        for index = 1, 65536 do
            bytes[index] = string.char(math.random(0, 255))
        end
        return table.concat(bytes):rep(384)
    end)()

    for name, answer in pairs {
        ["compressed anew"] = '"permessage-deflate"',
        ["compressed anew without takeover"] = '"permessage-deflate; client_no_context_takeover"',
        ["not compressed"] = "",
    } do
        it("goes out again on the next connection if it was not taken whole, " .. name, function()
            local ws = new(([[
                first = not hasattr(peer, %q)
                setattr(peer, %q, True)
                client.accept(%s) if not first else client.accept("permessage-deflate")
                inflater, deflater = Inflater(takeover="takeover" not in %q or first), Deflater()
                client.message(inflater)
                client.log("first" if first else "second")
                client.message(inflater)
                if first:
                    # In the middle of the third.
                    client.take(100000)
                    peer.linger(client)
                else:
                    client.until_closed()
            ]]):format(name, name, answer, answer), { threshold = 0, level = 1 },
                { queueSize = 0x4000000, maxMessageSize = 0x4000000 })
            local sent = 0
            ws:on("sent", function() sent = sent + 1 end)
            local ended
            sys.taskInit(function() ended = ws:start(0, nil, 0.01) end)
            local small = { prose(1000, 7), prose(1000, 8), prose(2500, 9) }
            ws:send(small[1], true)
            ws:send(small[2], true)
            ws:send(big)
            ws:send(small[3], true)
            local list = messages(4)
            eventually(function() return sent == 4 end, "four sent events")
            websocket.exit(ws)
            eventually(function() return ended end, "the end of start")
            local compressed = answer == "" and "0" or "1"
            assert.same({ "1", "1", compressed, compressed }, { list[1][4], list[2][4], list[3][4], list[4][4] })
            assert.same({ "1000", "1000", tostring(#big), "2500" }, { list[1][5], list[2][5], list[3][5], list[4][5] })
            local function hex(data)
                return (data:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
            end
            assert.equal(hex(small[1]), list[1][7])
            assert.equal(hex(small[3]), list[4][7])
            assert.equal(4, sent)
        end)
    end
end)
