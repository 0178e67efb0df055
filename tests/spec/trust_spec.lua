--- Which servers `caCert` lets in, and that its file is read at each attempt.
local websocket = require "websocket"
local tls = require("servers").tls()

local path, trusting, accepted, refused = tls.path, tls.trusting, tls.accepted, tls.refused

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
            -- The server sends no certificate above its own.
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
            -- The server does not send the certificate between its own and the trusted one.
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
            local ws = websocket.new(tls.url "chained", { caCert = path "now.pem" })
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
        local ws = websocket.new(tls.url "mutual", {
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
