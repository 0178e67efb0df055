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
        refused("certificate verify failed", "wrong-host", trusting { insist = 0 }, "localhost")
    end)
end)

describe("with a certificate as caCert that is no root", function()
    local function trust(name, more)
        return trusting { caCert = path(name), insist = more and more.insist }
    end

    it("a chain that leads there is accepted", function()
        for _, case in ipairs {
            { "chained", "intermediate.pem" },
            { "deep", "intermediate.pem" }, { "deep", "issuing.pem" },
            -- Does not send what is above it.
            { "bare", "issuing.pem" },
        } do
            for _, insist in ipairs { 0, 1 } do
                accepted(case[1], trust(case[2], { insist = insist }))
                accepted(case[1], trust(case[2], { insist = insist }), "localhost")
            end
        end
    end)

    it("the server's own certificate is accepted, alone or with others", function()
        for _, name in ipairs { "good", "rsa", "chained", "deep", "bare", "self-signed" } do
            accepted(name, trust(name .. ".pem", { insist = 0 }))
        end
        assert(os.execute(("cat %s %s > %s"):format(path "other-ca.pem", path "good.pem", path "both.pem")))
        accepted("good", trust "both.pem")
        accepted("untrusted", trust "both.pem")
        refused("certificate verify failed", "rsa", trust "both.pem")
    end)

    it("TLS 1.2 and 1.3 are spoken and the name asked for is the script's", function()
        assert.equal("TLSv1.2 localhost -", accepted("tls12", trust "good.pem", "localhost"))
        assert.equal("TLSv1.3 - -", accepted("tls13", trust "good.pem"))
    end)

    it("every other chain is refused", function()
        for _, case in ipairs {
            { "deep", "other-issuing.pem" }, { "good", "intermediate.pem" }, { "deep", "bare.pem" },
            { "good", "rsa.pem" }, { "untrusted", "good.pem" }, { "self-signed", "good.pem" },
            -- The root is not sent, and what is trusted stands beside the chain.
            { "bare", "intermediate.pem" },
        } do
            for _, insist in ipairs { 0, 1 } do
                refused("certificate verify failed", case[1], trust(case[2], { insist = insist }))
            end
        end
    end)

    it("what is out of date or no CA is refused", function()
        refused("certificate has expired", "expired", trust "expired.pem")
        refused("certificate is not yet valid", "future", trust "future.pem")
        refused("certificate has expired", "stale", trust "expired-issuing.pem")
        refused("certificate has expired", "stale", trust "intermediate.pem")
        refused("certificate verify failed", "misissued", trust "good.pem")
    end)

    it("another host's certificate is refused with insist = 0 and accepted otherwise", function()
        accepted("wrong-host", trust "wrong-host.pem")
        accepted("wrong-host", trust("wrong-host.pem", { insist = 1 }))
        refused("certificate verify failed", "wrong-host", trust("wrong-host.pem", { insist = 0 }))
        refused("certificate verify failed", "wrong-host", trust("wrong-host.pem", { insist = 0 }), "localhost")
    end)

    it("mutual TLS works as with a root", function()
        local cert = {
            caCert = path "good.pem", clientCert = path "client.pem", clientKey = path "client.key",
        }
        for _, name in ipairs { "mutual", "mutual-tls12" } do
            assert.equal("client", accepted(name, cert):match("%S+$"))
            refused("clientCert", name, trust "good.pem")
        end
        refused("does not fit", "mutual", trusting {
            caCert = path "good.pem", clientCert = path "client.pem", clientKey = path "good.key",
        })
    end)
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

describe("the files are those of the moment of the attempt", function()
    local function copy(from, to)
        assert(os.execute(("cp %s %s"):format(path(from), path(to))))
    end

    local function check(ws, expected)
        local ok, why = ws:connect(20000)
        websocket.exit(ws)
        if expected then
            assert.is_false(ok)
            assert.truthy(why:find(expected, 1, true), why)
        else
            assert.is_true(ok, why)
        end
    end

    for _, anchor in ipairs { "ca.pem", "intermediate.pem" } do
        it("caCert, " .. anchor, function()
            local ws = websocket.new("wss://127.0.0.1:" .. ports.chained .. "/", { caCert = path "now.pem" })
            for _ = 1, 2 do
                copy(anchor, "now.pem")
                check(ws)
                check(ws)
                copy("other-ca.pem", "now.pem")
                check(ws, "certificate verify failed")
                os.remove(path "now.pem")
                check(ws, "No such file")
            end
        end)
    end

    it("clientCert and clientKey", function()
        local ws = websocket.new("wss://127.0.0.1:" .. ports.mutual .. "/", {
            clientCert = path "now.pem", clientKey = path "now.key",
        })
        for _ = 1, 2 do
            copy("client.pem", "now.pem")
            copy("client.key", "now.key")
            check(ws)
            copy("client-rsa.key", "now.key")
            check(ws, "does not fit")
            copy("good.key", "now.key")
            check(ws, "does not fit")
            os.remove(path "now.key")
            check(ws, "No such file")
        end
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
            -- CPU time of all threads. With the roots it is 50 ms each on any machine of today.
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
