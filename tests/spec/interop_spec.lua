--- Compression with servers that this project did not write: Python's `websockets` and Node's `ws`.
require "luatos"
local websocket = require "websocket"
local peer = require "peer"
local project = require "project"
local interpreter = require "interpreter"

local MODULES = "target/npm/node_modules"

--- Messages of up to 16 MiB that compress well, a little, or not at all.
local function payloads()
    math.randomseed(42)
    local noise = {}
    for index = 1, 0x10000 do
        noise[index] = string.char(math.random(0, 255))
    end
    noise = table.concat(noise)
    local list = {}
    for _, size in ipairs { 0, 1, 2, 125, 126, 127, 1000, 4096, 65535, 65536, 100000, 0x100000, 16 * 0x100000 } do
        for _, unit in ipairs { "x", ("temperature: 21.5 \194\176C, "):rep(20) .. "\240\159\152\128", noise } do
            local data = unit:rep(math.floor(size / #unit) + 1)
            local is_cut = data:find("^[\128-\191]", size + 1)
            list[#list + 1] = { data = data:sub(1, size), text = unit ~= noise and not is_cut }
        end
    end
    return list
end

local LIMITS = { maxMessageSize = 16 * 0x100000, queueSize = 33 * 0x100000 }

local function connect(url, compression, cert)
    local ws = websocket.new(url, cert, {
        maxMessageSize = LIMITS.maxMessageSize,
        queueSize = LIMITS.queueSize,
        compression = compression,
    })
    local ok, why = ws:connect(20000)
    assert.is_true(ok, why)
    return ws
end

--- Sends each message and expects the same one back, text or binary.
local function echoes(ws, list)
    local opcode
    ws:on("message", function(_, got) opcode = got end)
    for _, message in ipairs(list) do
        assert(ws:send(message.data, message.text))
        local ok, got = ws:recv(60000)
        assert.is_true(ok, got)
        assert.equal(#message.data, #got)
        assert.is_true(message.data == got)
        assert.equal(message.text and 1 or 2, opcode)
    end
end

--- Many connections take turns, each with messages that repeat its earlier ones.
local function take_turns(url, compression)
    local held = {}
    for index = 1, 40 do
        held[index] = connect(url, compression)
    end
    for round = 1, 5 do
        for index, ws in ipairs(held) do
            ws:send(("%d repeats itself, "):format(index):rep(50) .. round, true)
        end
        for index, ws in ipairs(held) do
            assert.same({ true, ("%d repeats itself, "):format(index):rep(50) .. round }, { ws:recv(20000) })
        end
    end
    for _, ws in ipairs(held) do
        ws:close()
    end
end

local function short_list()
    local list = {}
    for _, size in ipairs { 0, 10, 3000, 40000 } do
        for _, text in ipairs { true, false } do
            -- Far repetitions, which a small window must not refer to.
            local half = {}
            for index = 1, math.floor(size / 20) do
                half[index] = ("%09d "):format(index * 7919 % 1000003)
            end
            half = table.concat(half)
            list[#list + 1] = { data = half .. half, text = text }
        end
    end
    return list
end

--- The extensions that the server `name` accepted on its first connection; it may log them after the handshake.
local function negotiated(server, name)
    return peer.eventually(function()
        for _, record in ipairs(server:log(name)) do
            if record[1] == "extensions" then
                return record[3]
            end
        end
    end, "the answer's extensions")
end

describe("Python websockets", function()
    local server, ports = nil, {}

    setup(function()
        server = peer.start "deflate_echo.py"
        for _, record in ipairs(server:log()) do
            if record[1] == "port" then
                ports[record[2]] = record[3]
            end
        end
    end)

    teardown(function()
        server:stop()
    end)

    it("echoes 0 bytes to 16 MiB", function()
        local ws = connect(server:url(), true)
        assert.truthy(negotiated(server, "default"):find("permessage-deflate", 1, true))
        echoes(ws, payloads())
        ws:close()
    end)

    it("echoes with our context takeover off, and with each of our windows", function()
        for _, compression in ipairs {
            { contextTakeover = false }, { windowBits = 9 }, { windowBits = 10 }, { windowBits = 11 },
            { windowBits = 12 }, { windowBits = 13 }, { windowBits = 14 }, { windowBits = 15 },
            { threshold = 0, level = 9 }, { threshold = 0, level = 0 },
            { windowBits = 9, contextTakeover = false, threshold = 0 },
        } do
            local ws = connect(server:url(), compression)
            echoes(ws, short_list())
            ws:close()
        end
    end)

    it("echoes on many connections in turn", function()
        take_turns(server:url(), true)
        take_turns(server:url(), { contextTakeover = false })
    end)

    for bits = 9, 15 do
        it(("echoes with windows of %d bits, with and without takeover on either side"):format(bits), function()
            for _, takeover in ipairs { "00", "01", "10", "11" } do
                local name = ("%s %d"):format(takeover, bits)
                local ws = connect("ws://127.0.0.1:" .. ports[name], { threshold = 0 })
                local answer = negotiated(server, name)
                assert.truthy(answer:find("client_max_window_bits=" .. bits, 1, true), answer)
                assert.equal(takeover:sub(1, 1) == "1", answer:find("server_no_context_takeover", 1, true) ~= nil)
                assert.equal(takeover:sub(2, 2) == "1", answer:find("client_no_context_takeover", 1, true) ~= nil)
                echoes(ws, short_list())
                echoes(ws, short_list())
                ws:close()
            end
        end)
    end
end)

describe("Python websockets over TLS", function()
    it("echoes 0 bytes to 16 MiB", function()
        local folder = os.tmpname()
        os.remove(folder)
        assert(os.execute("tests/support/make_certs.sh " .. folder))
        local server = peer.start("deflate_echo.py", 0, folder)
        local ws = connect(server:url("/", "wss"), true, { caCert = folder .. "/ca.pem" })
        assert.truthy(negotiated(server, "default"):find("permessage-deflate", 1, true))
        echoes(ws, payloads())
        ws:close()
        server:stop()
        os.execute("rm -r " .. folder)
    end)
end)

describe("Node ws", function()
    local server

    setup(function()
        -- scripts/setup installs it; without it this fails.
        server = peer.start("deflate_echo.js", 0, MODULES)
    end)

    teardown(function()
        server:stop()
    end)

    after_each(function()
        for _, record in ipairs(server:log()) do
            assert.not_equal("problem", record[1], record[3])
        end
    end)

    it("echoes 0 bytes to 16 MiB", function()
        local ws = connect(server:url(), true)
        assert.truthy(negotiated(server, "default"):find("permessage-deflate", 1, true))
        echoes(ws, payloads())
        ws:close()
    end)

    it("echoes with every window and takeover on either side", function()
        for bits = 9, 15 do
            for _, takeover in ipairs { "", "&sct=1", "&cct=1", "&sct=1&cct=1" } do
                local ws = connect(server:url(("/?bits=%d%s"):format(bits, takeover)), { threshold = 0 })
                echoes(ws, short_list())
                ws:close()
            end
        end
    end)

    it("echoes with each of our windows, and takeover off", function()
        for bits = 9, 15 do
            for _, takeover in ipairs { true, false } do
                local ws = connect(server:url(), { windowBits = bits, contextTakeover = takeover, threshold = 0 })
                echoes(ws, short_list())
                ws:close()
            end
        end
    end)

    it("echoes on many connections in turn", function()
        take_turns(server:url(), true)
        take_turns(server:url(), { windowBits = 9 })
    end)

    it("costs an idle connection little memory", function()
        local measured = project.new { ["main.lua"] = ([[
            local websocket = require "websocket"
            local function resident()
                local status = io.popen "cat /proc/$PPID/status"
                local size = status:read("*a"):match "VmRSS:%%s*(%%d+)"
                status:close()
                return tonumber(size)
            end
            local held = {}
            local function open(count)
                for _ = 1, count do
                    local ws = websocket.new(%q, nil, { compression = true })
                    assert(ws:connect(20000))
                    for round = 1, 4 do
                        local data = ("reading %%d, value %%d; "):format(#held, round):rep(60):sub(1, 1024)
                        ws:send(data, true)
                        local ok, got = ws:recv(20000)
                        assert(ok and got == data, got)
                    end
                    held[#held + 1] = ws
                end
                collectgarbage()
            end
            open(50)
            local before = resident()
            open(2000)
            print("KiB", (resident() - before) / 2000)
            os.exit(true)
        ]]):format(server:url()) }
        -- Many machines allow 1,024 descriptors unless asked.
        local program = interpreter.has_runtime and "target/release/luatos " or interpreter.name .. " "
        local process = io.popen("ulimit -n 4096; exec " .. program .. measured.path "main.lua" .. " 2>&1")
        local output = process:read "*a"
        process:close()
        measured.remove()
        local each = tonumber(output:match "KiB%s+([%d.]+)")
        -- zlib's own states are some 300 KiB for each connection.
        assert.is_true(each and each < 40, output)
    end)

    it("that declines gets everything uncompressed", function()
        local ws = connect(server:url "/?off=1", true)
        assert.equal("-", negotiated(server, "off=1"))
        echoes(ws, short_list())
        ws:close()
    end)
end)
