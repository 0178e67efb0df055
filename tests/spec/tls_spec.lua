--- `wss://` against servers in every state, with every kind of certificate and key: each outcome is
-- the contract's, and each refusal says what to do about it.
local websocket = require "websocket"

local folder, ports, server

local function lines(path)
    local file = io.open(path)
    local list = {}
    for line in file and file:lines() or function() end do
        list[#list + 1] = line
    end
    if file then
        file:close()
    end
    return list
end

--- Connects to the server `name` and reads its message.
local function try(name, cert, host, timeout)
    local ws = websocket.new("wss://" .. (host or "127.0.0.1") .. ":" .. ports[name] .. "/", cert)
    local ok, why = ws:connect(timeout or 20000)
    if not ok then
        return false, why
    end
    local got, message = ws:recv(20000)
    ws:close()
    return got, message
end

local function path(name)
    return folder .. "/" .. name
end

--- `caCert` and further fields.
local function trusting(more)
    local cert = { caCert = path "ca.pem" }
    for key, value in pairs(more or {}) do
        cert[key] = value
    end
    return cert
end

local function accepted(name, cert, host)
    local ok, message = try(name, cert, host)
    assert.is_true(ok, message)
    return message
end

local function refused(expected, name, cert, host, timeout)
    local ok, why = try(name, cert, host, timeout)
    assert.is_false(ok)
    assert.truthy(why:find(expected, 1, true), ("expected %q in %q"):format(expected, why))
    return why
end

setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("sh tests/support/make_certs.sh " .. folder))
    local file = path "ports"
    server = io.popen("exec /usr/bin/python3 tests/support/tls_server.py " .. folder .. " " .. file, "w")
    for _ = 1, 500 do
        if #lines(file) > 0 then
            break
        end
        os.execute("sleep 0.02")
    end
    ports = {}
    for _, line in ipairs(lines(file)) do
        local name, port = line:match("^(%S+) (%d+)$")
        ports[name] = port
    end
    assert(ports.good, "the TLS test server did not start")
end)

teardown(function()
    server:close()
    os.execute("rm -r " .. folder)
end)

describe("without caCert", function()
    for _, name in ipairs { "good", "rsa", "expired", "future", "wrong-host", "self-signed", "untrusted" } do
        it("any server is accepted, as on the device: " .. name, function()
            accepted(name)
            accepted(name, { insist = 0 })
        end)
    end
end)

describe("with caCert", function()
    it("a server whose chain leads there is accepted, also by way of an intermediate", function()
        for _, name in ipairs { "good", "rsa", "chained" } do
            accepted(name, trusting())
            accepted(name, trusting { insist = 0 })
        end
    end)

    it("TLS 1.2 and 1.3 are spoken and the name asked for is the script's", function()
        assert.equal("TLSv1.2 localhost -", accepted("tls12", trusting(), "localhost"))
        assert.equal("TLSv1.3 localhost -", accepted("tls13", trusting { insist = 0 }, "localhost"))
    end)

    for name, reason in pairs {
        ["self-signed"] = "self-signed certificate",
        untrusted = "unable to get local issuer certificate",
        expired = "certificate has expired",
        future = "certificate is not yet valid",
    } do
        it("is refused with the reason: " .. name, function()
            for _, insist in ipairs { 0, 1 } do
                refused(reason, name, trusting { insist = insist })
            end
            refused(reason, name, trusting())
        end)
    end

    it("no other root counts", function()
        refused("certificate verify failed", "good", { caCert = path "other-ca.pem" })
    end)

    it("another host's certificate is refused with insist = 0 and accepted otherwise", function()
        accepted("wrong-host", trusting())
        accepted("wrong-host", trusting { insist = 1 })
        refused("certificate verify failed", "wrong-host", trusting { insist = 0 })
        refused("certificate verify failed", "wrong-host", trusting { insist = 0.0 })
        accepted("wrong-host", trusting { insist = 1.0 })
        refused("certificate verify failed", "wrong-host", trusting { insist = 0 }, "localhost")
    end)
end)

describe("mutual TLS", function()
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
            refused(field, "good", with(folder))
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
        local ws = websocket.new("ws://127.0.0.1:" .. ports.good .. "/")
        local ok, why = ws:connect(20000)
        assert.is_false(ok)
        assert.truthy(why:find("use wss://", 1, true), why)
    end)

    it("stops in the middle of the handshake, and the deadline holds", function()
        refused("timeout", "silent", nil, nil, 500)
        refused("timeout", "half", trusting(), nil, 500)
    end)
end)

it("many and long messages go both ways, more than any buffer holds", function()
    local echo = require("peer").start("echo.py", 0, folder)
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
