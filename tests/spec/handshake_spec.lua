--- The server's answer to the upgrade request: what is accepted, what is refused, and for which
-- reason. Each by address (the reactor connects) and by name (a worker thread connects).
local websocket = require "websocket"
local servers = require "servers"
local runner = require "runner"

local server = servers.answers()

local HOSTS = { "127.0.0.1", "localhost" }

--- A URL that makes the server answer with `raw`.
local function url(host, raw, more)
    raw = raw:gsub("[^%w{}]", function(c) return ("%%%02x"):format(c:byte()) end)
    return ("ws://%s:%d/?raw=%s%s"):format(host, server.port, raw, more or "")
end

local function accepting(extra)
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        .. "Sec-WebSocket-Accept: {accept}\r\n" .. (extra or "") .. "\r\n"
end

local function accepted(raw, more, options)
    for _, host in ipairs(HOSTS) do
        local ws = websocket.new(url(host, raw, more), nil, options)
        local ok, why = ws:connect(20000)
        assert.is_true(ok, why)
        websocket.exit(ws)
    end
end

--- The reason why `raw` is refused, the same by address and by name.
local function refused(raw, more, timeout, options)
    local first
    for _, host in ipairs(HOSTS) do
        local ok, why = websocket.new(url(host, raw, more), nil, options):connect(timeout or 20000)
        assert.is_false(ok)
        first = first or why
        assert.equal(first, why, host)
    end
    return first
end

describe("the body of a refusal", function()
    local head = "HTTP/1.1 403 Forbidden\r\n"

    it("ends with its length, though the server keeps the connection open", function()
        -- An attempt that waits for more data takes a second.
        local begin = os.time()
        for _ = 1, 10 do
            local why = refused(head .. "Content-Length: 12\r\n\r\nno such room")
            assert.equal("the server answered 403 Forbidden: no such room", why)
        end
        assert.is_true(os.time() - begin < 15)
        assert.equal("the server answered 403 Forbidden", (refused(head .. "Content-Length: 0\r\n\r\n")))
    end)

    it("is joined from its chunks", function()
        local body = "3\r\nno \r\n9;name=\"value\"\r\nsuch room\r\n0\r\n\r\n"
        for _, step in ipairs { "", "&step=1" } do
            local why = refused(head .. "Transfer-Encoding: chunked\r\n\r\n" .. body, step)
            assert.equal("the server answered 403 Forbidden: no such room", why)
        end
    end)

    it("ends with the connection where nothing else ends it", function()
        local why = refused(head .. "\r\nno such room", "&then=close")
        assert.equal("the server answered 403 Forbidden: no such room", why)
    end)

    it("that never comes does not hide the status, however short the timeout", function()
        assert.equal("the server answered 403 Forbidden", (refused(head .. "Content-Length: 12\r\n\r\n")))
        assert.equal("the server answered 403 Forbidden: no", (refused(head .. "\r\nno", "", 900)))
    end)

    it("cannot control the terminal, nor can the other parts of an answer", function()
        local why = refused("HTTP/1.1 302 Found\r\nLocation: ws://x/\194\15531m\r\n"
            .. "Content-Length: 13\r\n\r\n\27[31mred\7\194\1550m")
        assert.equal("the server answered 302 Found (to ws://x/\239\191\18931m; redirects are not followed): "
            .. "\239\191\189[31mred\239\191\189\239\191\1890m", why)
        for _, raw in ipairs {
            "HTTP/1.1 403 \27[31mred\r\n\r\n",
            "\27[31m SSH\r\n\r\n",
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \194\155\r\n\r\n",
            accepting "Sec-WebSocket-Extensions: \194\155\r\n",
            accepting "Sec-WebSocket-Protocol: \194\155\r\n",
        } do
            why = refused(raw, "&then=close")
            assert.is_nil(why:find("[\27\7]"), why)
            assert.is_nil(why:find("\194\155", 1, true), why)
        end
    end)

    it("that is a proxy's page is shown without tags, and not where it repeats the status", function()
        local page = "<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n"
        local why = refused(head .. "\r\n" .. page:format "403 No certificate was sent", "&then=close")
        assert.equal("the server answered 403 Forbidden: 403 No certificate was sent", why)
        why = refused(head .. "\r\n" .. page:format "403 Forbidden", "&then=close")
        assert.equal("the server answered 403 Forbidden", why)
    end)

    it("in a coding is not shown", function()
        local why = refused(head .. "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\31\139ab")
        assert.equal("the server answered 403 Forbidden", why)
    end)
end)

describe("interim answers", function()
    local interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\n"
        .. "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nLink: </y>\r\n\r\n"

    it("are skipped", function()
        accepted(interim .. accepting())
        accepted(interim .. accepting(), "&step=1")
        assert.equal("the server answered 404 No", (refused(interim .. "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")))
    end)

    it("without end are refused", function()
        local why = refused(("HTTP/1.1 100 Continue\r\n\r\n"):rep(900))
        assert.truthy(why:find("16384 bytes", 1, true), why)
    end)

    it("alone are no answer", function()
        local why = refused(interim, "&then=close")
        assert.truthy(why:find("before the end of its answer", 1, true), why)
    end)
end)

describe("headers of the acceptance", function()
    it("extensions count over all lines", function()
        local why = refused(accepting "Sec-WebSocket-Extensions: \r\nSec-WebSocket-Extensions: x-one\r\n")
        assert.truthy(why:find('extensions nobody asked for: "x-one"', 1, true), why)
        accepted(accepting "Sec-WebSocket-Extensions: \r\nSec-WebSocket-Extensions: ,\r\n")
    end)

    it("of which one is allowed may not come twice", function()
        local why = refused(accepting "Sec-WebSocket-Accept: {accept}\r\n")
        assert.truthy(why:find("more than one header Sec-WebSocket-Accept", 1, true), why)
        local twice = accepting "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n"
        why = refused(twice, "", nil, { subprotocols = { "a" } })
        assert.truthy(why:find("more than one header Sec-WebSocket-Protocol", 1, true), why)
        accepted(accepting "Sec-WebSocket-Protocol: a\r\n", "", { subprotocols = { "a" } })
    end)
end)

describe("user and password in the URL", function()
    it("are sent as bytes", function()
        local target = url("127.0.0.1", accepting())
        for _, userinfo in ipairs { "%C4%E3:%ff%3a", "\196\227:\255:" } do
            server:forget()
            local ws = websocket.new((target:gsub("^ws://", function() return "ws://" .. userinfo .. "@" end)))
            assert.is_true(ws:connect(20000))
            websocket.exit(ws)
            local sent
            for _, record in ipairs(server:log()) do
                sent = record[2] == "Authorization" and record[3] or sent
            end
            -- Base64 of c4 e3 3a ff 3a.
            assert.equal("Basic xOM6/zo=", sent)
        end
    end)

    it("are not in the error about a bad URL", function()
        for _, bad in ipairs {
            "http://user:secret@h/", "ws://user:secret@h:0/", "ws://user:secret/@h/", "user:secret@h",
        } do
            local ok, why = pcall(websocket.new, bad)
            assert.is_false(ok)
            assert.is_nil(tostring(why):find("secret", 1, true), why)
            assert.truthy(tostring(why):find("bad websocket URL", 1, true), why)
        end
    end)
end)

describe("the debug log", function()
    local function log(level, url_)
        return (runner.lua(([[
            local websocket = require "websocket"
            for _, host in ipairs { "127.0.0.1", "localhost" } do
                local ws = websocket.new((string.gsub(%q, "127.0.0.1", host)))
                ws:connect(20000)
                ws:recv(20000)
            end
        ]]):format(url_), "", "LUATOS_LOG=" .. level))
    end

    it("shows neither credentials nor the query", function()
        local target = url("127.0.0.1", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "&token=geheim")
        local output = log("debug", (target:gsub("//", "//me:secret@", 1)))
        assert.truthy(output:find("connecting to ws://127.0.0.1", 1, true), output)
        assert.truthy(output:find("connecting to ws://localhost", 1, true), output)
        assert.is_nil(output:find("geheim", 1, true), output)
        assert.is_nil(output:find("secret", 1, true), output)
    end)

    it("shows no reason of a close frame, unless at the level trace", function()
        local closing = url("127.0.0.1", accepting() .. "\136\8\15\161geheim")
        local output = log("debug", closing)
        assert.truthy(output:find("the server closes with code 4001", 1, true), output)
        assert.is_nil(output:find("geheim", 1, true), output)
        assert.truthy(log("trace", closing):find("geheim", 1, true))
    end)

    it("shows messages at the level trace only", function()
        local talking = url("127.0.0.1", accepting() .. "\129\6geheim")
        assert.is_nil(log("debug", talking):find("geheim", 1, true))
        assert.truthy(log("trace", talking):find("received 6 bytes: geheim", 1, true))
    end)
end)
