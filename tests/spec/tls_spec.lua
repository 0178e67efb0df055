--- `wss://` against servers in every state, with every kind of certificate and key: each refusal
-- says what to do about it.
local websocket = require "websocket"
local tls = require("servers").tls()
local path, trusting, accepted, refused = tls.path, tls.trusting, tls.accepted, tls.refused

describe("without caCert", function()
    for _, name in ipairs { "good", "rsa", "expired", "future", "wrong-host", "self-signed", "untrusted" } do
        it("any server is accepted, as on the device: " .. name, function()
            accepted(name)
            accepted(name, { insist = 0 })
        end)
    end
end)

describe("mutual TLS", function()
    it("with a certificate that leads to the server's CA by way of others in the same file", function()
        for _, name in ipairs { "mutual", "mutual-tls12" } do
            local cert = trusting { clientCert = path "client-chained.pem", clientKey = path "client-chained.key" }
            assert.equal("client-chained", accepted(name, cert):match("%S+$"))
            cert.clientCert = path "client-unchained.pem"
            refused("clientCert", name, cert)
        end
    end)

    local forms = {
        { "client.pem", "client.key" },
        { "client.pem", "client-pkcs8.key" },
        { "client.pem", "client-legacy.key", "secret" },
        { "client.pem", "client-encrypted.key", "secret" },
        { "client-rsa.pem", "client-rsa.key" },
        { "client-rsa.pem", "client-rsa-pkcs1.key" },
        { "client-rsa.pem", "client-rsa-legacy.key", "secret" },
        { "client-rsa.pem", "client-rsa-encrypted.key", "secret" },
    }
    for _, form in ipairs(forms) do
        it("with the key in " .. form[2], function()
            for _, name in ipairs { "mutual", "mutual-tls12" } do
                local message = accepted(name, trusting {
                    clientCert = path(form[1]),
                    clientKey = path(form[2]),
                    clientPassword = form[3],
                })
                assert.equal(form[1]:gsub("%.pem", ""), message:match("%S+$"))
            end
        end)
    end

    it("a password for a key that needs none is harmless", function()
        accepted("mutual", trusting {
            clientCert = path "client.pem", clientKey = path "client.key", clientPassword = "unused",
        })
    end)

    it("a missing or foreign client certificate is refused by the server", function()
        for _, name in ipairs { "mutual", "mutual-tls12" } do
            refused("clientCert", name, trusting())
            refused("clientCert", name, trusting {
                clientCert = path "other-client.pem", clientKey = path "other-client.key",
            })
        end
    end)

    it("a server that asks for none gets none told", function()
        local message = accepted("good", trusting { clientCert = path "client.pem", clientKey = path "client.key" })
        assert.equal("-", message:match("%S+$"))
    end)

    it("a wrong or missing password names the field", function()
        local cert = { clientCert = path "client.pem", clientKey = path "client-encrypted.key" }
        refused("clientPassword is not set", "mutual", cert)
        cert.clientPassword = "wrong"
        local why = refused("clientPassword does not open", "mutual", cert)
        assert.is_nil(why:find("wrong", 1, true), "the password is in the message")
        cert = { clientCert = path "client.pem", clientKey = path "client-legacy.key", clientPassword = "wrong" }
        refused("clientPassword does not open", "mutual", cert)
    end)

    it("a key of another certificate is refused before anything is sent", function()
        refused("does not fit", "good", { clientCert = path "client.pem", clientKey = path "good.key" })
        refused("does not fit", "good", { clientCert = path "client.pem", clientKey = path "client-rsa.key" })
    end)

    it("half of a pair is refused", function()
        refused("clientKey is not", "good", { clientCert = path "client.pem" })
        refused("clientCert is not", "good", { clientKey = path "client.key" })
    end)
end)

describe("files that cannot be used never lead to an unchecked connection", function()
    for _, field in ipairs { "caCert", "clientCert", "clientKey" } do
        it(field, function()
            local function with(value)
                local cert = { clientCert = path "client.pem", clientKey = path "client.key" }
                cert[field] = value
                return cert
            end
            local why = refused(field, "good", with(path "no-such-file.pem"))
            assert.truthy(why:find("no-such-file.pem", 1, true), why)
            assert.truthy(why:find("No such file", 1, true), why)
            refused(field, "good", with(tls.folder))
            local garbage = path "garbage.pem"
            local file = assert(io.open(garbage, "w"))
            file:write("not PEM at all\n")
            file:close()
            why = refused(field, "good", with(garbage))
            assert.truthy(why:find("garbage.pem", 1, true), why)
        end)
    end
end)

describe("a server that", function()
    it("does not speak TLS behind wss", function()
        refused("use ws://", "plain")
    end)

    it("speaks TLS behind ws", function()
        local ws = websocket.new("ws://127.0.0.1:" .. tls.ports.good .. "/")
        local ok, why = ws:connect(20000)
        assert.is_false(ok)
        assert.truthy(why:find("use wss://", 1, true), why)
    end)

    it("trickles the handshake is waited for, but not beyond the deadline", function()
        assert.truthy(accepted("trickled", trusting()):find("TLSv1.3", 1, true))
        local begin = os.time()
        refused("timeout", "trickled", trusting(), nil, 300)
        assert.is_true(os.time() - begin < 20)
    end)

    it("ends the connection without close_notify has lost it, behind its last message", function()
        local ws = websocket.new(tls.url "abrupt", trusting())
        local code
        ws:on("close", function(told) code = told end)
        assert.is_true(ws:connect(20000))
        assert.same({ true, "last words" }, { ws:recv(20000) })
        local ok, why = ws:recv(20000)
        assert.is_false(ok)
        assert.truthy(why:find("without a close frame", 1, true), why)
        assert.equal(1006, code)
    end)

    it("resets the handshake is told as such", function()
        refused("TLS handshake with 127.0.0.1 failed: Connection reset", "reset", trusting())
        refused("TLS handshake with 127.0.0.1 failed: Connection reset", "reset", trusting { caCert = path "good.pem" })
    end)

    it("stops in the middle of the handshake, and the deadline holds", function()
        refused("timeout", "silent", nil, nil, 500)
        refused("timeout", "half", trusting(), nil, 500)
    end)
end)

describe("an attempt at a port that refuses", function()
    local settings = { ["with caCert"] = "ca.pem", ["with an intermediate"] = "intermediate.pem", unchecked = false }
    for name, field in pairs(settings) do
        it("does not cost the parsing of the system's roots, " .. name, function()
            local ws = websocket.new("wss://127.0.0.1:1/", { caCert = field and path(field) or nil })
            local before = os.clock()
            for _ = 1, 50 do
                local ok, why = ws:connect(20000)
                assert.is_false(ok)
                assert.truthy(why:find("cannot connect", 1, true), why)
            end
            -- CPU time of all threads. An attempt that loads the system's roots takes some 50 ms.
            local each = (os.clock() - before) / 50
            assert.is_true(each < 0.01, each * 1000 .. " ms of CPU time an attempt")
        end)
    end

    it("nor does a connection beyond the first", function()
        accepted("good", trusting())
        local before = os.clock()
        for _ = 1, 50 do
            accepted("good", trusting())
        end
        assert.is_true(os.clock() - before < 50 * 0.02, (os.clock() - before) * 20 .. " ms of CPU time each")
    end)
end)

it("many and long messages go both ways, more than any buffer holds", function()
    local echo = require("peer").start("echo.py", 0, tls.folder)
    local ws = websocket.new(("wss://127.0.0.1:%d/"):format(echo.port), trusting(), { queueSize = 64 * 1024 * 1024 })
    assert.is_true(ws:connect(20000))
    for round = 1, 3 do
        local messages = {}
        for number = 1, 60 do
            local size = (number * 7919 * round) % 90000 + (number == 30 and 6000000 or 0)
            messages[number] = string.char(65 + number % 26):rep(size)
            assert.is_true(ws:send(messages[number]))
        end
        for number = 1, 60 do
            local ok, data = ws:recv(30000)
            assert.is_true(ok, data)
            assert.is_true(data == messages[number], "message " .. number)
        end
    end
    ws:close()
    echo:stop()
end)

it("relative paths and those below /lua are looked for beside the script, then here", function()
    local name = "ca-of-the-tls-spec.pem"
    assert(os.execute("cp " .. path "ca.pem" .. " " .. name))
    local ok, why = pcall(function()
        accepted("good", { caCert = name })
        accepted("good", { caCert = "/lua/" .. name })
    end)
    os.remove(name)
    assert(ok, why)
end)
