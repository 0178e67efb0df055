--- `socketcore` over TLS: certificates are texts here, as LuatOS-Air's `socket` passes them.
require "luatos"
local socketcore = require "socketcore"
local runner = require "runner"
local sockets = require "sockets"
local tls = require("servers").tls()

local server = sockets.peer()

local TLS, MIB = 2, 1 << 20

local ECHO = "echo(sock)"

local function text(name)
    local file = assert(io.open(tls.path(name)))
    local content = file:read "a"
    file:close()
    return content
end

--- A `cert` table whose CA is that of the test.
local function trusting(more)
    local cert = { caCert = text "ca.pem" }
    for key, value in pairs(more or {}) do
        cert[key] = value
    end
    return cert
end

--- A server that echoes, with a certificate of make_certs.sh.
local function port_of(name, what)
    return server:tls(ECHO, tls.folder, name, what or "")
end

--- Tries to connect to this computer by a name; returns the result of CONN_CNF.
local function try(host, port, cert, insist)
    local id = socketcore.sock_conn_ext(TLS, host, port, cert, 0, insist, nil, 1)
    local result = sockets.wait(id, "CONN_CNF").result
    if result == 0 then
        sockets.send(id, "hello")
        assert.equal("hello", (sockets.read(id, 5)))
    end
    sockets.close(id)
    return result
end

describe("a server's certificate", function()
    it("is not checked without caCert, whatever the arguments", function()
        for _, name in ipairs { "good", "self-signed", "expired", "wrong-host" } do
            local port = port_of(name)
            assert.equal(0, try("localhost", port), name)
            assert.equal(0, try("localhost", port, {}, 0), name)
            assert.equal(0, try("localhost", port, 4096), name)
        end
    end)

    it("has to lead to caCert and to be valid", function()
        assert.equal(0, try("localhost", port_of "good", trusting()))
        for _, name in ipairs { "self-signed", "untrusted", "expired", "future" } do
            assert.equal(1, try("localhost", port_of(name), trusting()), name)
        end
    end)

    it("has to be made out to the host with insist 0 only", function()
        local port = port_of "wrong-host"
        for _, insist in ipairs { 1, false } do
            assert.equal(0, try("localhost", port, trusting(), insist or nil))
        end
        assert.equal(1, try("localhost", port, trusting(), 0))
        assert.equal(0, try("localhost", port, trusting { hostName = "elsewhere.example" }, 0))
        assert.equal(1, try("localhost", port_of "good", trusting { hostName = "elsewhere.example" }, 0))
    end)
end)

it("the host, or hostName, goes into SNI", function()
    local port = server:tls("log('sni', sni); echo(sock)", tls.folder, "good")
    assert.equal(0, try("localhost", port))
    assert.equal("localhost", (server:logged "sni"))
    server:forget()
    assert.equal(0, try("127.0.0.1", port, { hostName = "device.example" }))
    assert.equal("device.example", (server:logged "sni"))
end)

describe("a client's certificate", function()
    it("is shown where the server asks for it", function()
        local port = port_of("good", "mutual")
        local client = trusting { clientCert = text "client.pem", clientKey = text "client.key" }
        assert.equal(0, try("localhost", port, client))
    end)

    it("that the server refuses, or that is missing, ends the connection", function()
        local port = port_of("good", "mutual")
        for _, cert in ipairs {
            trusting(),
            trusting { clientCert = text "other-client.pem", clientKey = text "other-client.key" },
        } do
            local id = socketcore.sock_conn_ext(TLS, "localhost", port, cert)
            -- In TLS 1.3 the client's part of the handshake ends before the server looks.
            if sockets.wait(id, "CONN_CNF").result == 0 then
                assert.equal("CLOSE_IND", (sockets.next(id)))
            end
            sockets.close(id)
        end
    end)

    it("that cannot be used fails the attempt", function()
        local port = port_of "good"
        for _, cert in ipairs {
            { caCert = "no certificate" },
            { clientCert = text "client.pem" },
            { clientCert = text "client.pem", clientKey = text "other-client.key" },
            { clientCert = text "client.pem", clientKey = "no key" },
        } do
            assert.equal(1, try("localhost", port, cert))
        end
    end)
end)

it("one MiB goes each way", function()
    local id = sockets.connect(TLS, port_of "good")
    local data = ("0123456789abcdef"):rep(MIB / 16)
    socketcore.sock_send(id, data)
    assert.is_true(data == sockets.read(id, MIB))
end)

it("a peer that does not read delays SEND_CNF; what is sent arrives whole", function()
    local id = sockets.connect(TLS, server:tls("wait(); log('got', *drain(sock))", tls.folder, "good"))
    socketcore.sock_send(id, ("x"):rep(16 * MIB))
    assert.is_true(socketcore.sock_getremainbuf(id) > 0)
    assert.equal("", sockets.names(id))
    server:go()
    assert.equal(16 * MIB, sockets.wait(id, "SEND_CNF").send_len)
    sockets.close(id)
    -- The end is announced (close_notify): without that, Python raises an error.
    assert.same({ tostring(16 * MIB), tostring(16 * MIB * ("x"):byte()) }, { server:logged "got" })
end)

describe("what the peer sent", function()
    it("is read to the last before CLOSE_IND", function()
        local id = sockets.connect(TLS, server:tls("sock.sendall(b'x' * 3000000)", tls.folder, "good"))
        local data, is_closed = sockets.read(id, 4000000)
        assert.same({ 3000000, true }, { #data, is_closed })
    end)

    it("is read also where TCP ends without the end of TLS", function()
        local code = "sock.sendall(b'x' * 100000); socket.socket(fileno=sock.detach()).close()"
        local id = sockets.connect(TLS, server:tls(code, tls.folder, "good"))
        local data, is_closed = sockets.read(id, 200000)
        assert.same({ 100000, true }, { #data, is_closed })
    end)
end)

it("a peer that is no TLS server, resets or is silent fails the attempt or waits", function()
    assert.equal(1, try("localhost", server:tcp "sock.sendall(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n')"))
    assert.equal(1, try("localhost", server:tcp "sock.recv(10); reset(sock)"))
    assert.equal(1, try("localhost", server:tcp "pass"))
    local id = socketcore.sock_conn_ext(TLS, "localhost", server:tcp "wait()")
    socketcore.sock_close(id)
    assert.equal("CLOSE_CNF", (sockets.next(id)))
    server:go()
end)

it("openssl s_server answers, also one that asks for a certificate", function()
    for _, options in ipairs { "", "-tls1_2", "-Verify 2 -verify_return_error -CAfile " .. tls.path "ca.pem" } do
        local ready = os.tmpname()
        local command = ("exec openssl s_server -rev -accept 0 -naccept 1 -cert %s -key %s %s >%s 2>&1"):format(
            tls.path "good.pem", tls.path "good.key", options, ready)
        local process = io.popen(command, "w")
        local port = require("peer").eventually(function()
            for line in io.lines(ready) do
                local port = line:match "^ACCEPT.*:(%d+)$"
                if port then
                    return port
                end
            end
        end, "openssl s_server")
        local client = trusting { clientCert = text "client.pem", clientKey = text "client.key" }
        local id = socketcore.sock_conn_ext(TLS, "localhost", port, client, 0, 0)
        assert.equal(0, sockets.wait(id, "CONN_CNF").result, options)
        sockets.send(id, "stressed\n")
        assert.equal("desserts\n", (sockets.read(id, 9)))
        sockets.close(id)
        process:close()
        os.remove(ready)
    end
end)

it("a server that is not checked is warned of, once, and --connect-to keeps the script's name", function()
    local port = server:tls("log('sni', sni); echo(sock)", tls.folder, "good")
    local output = runner.run([[
        for _ = 1, 2 do
            local id = socketcore.sock_conn_ext(2, "device.example", "443")
            print(rtos.receive(rtos.INF_TIMEOUT).result)
            socketcore.sock_close(id)
            rtos.receive(rtos.INF_TIMEOUT)
            socketcore.sock_destroy(id)
        end
    ]], "--connect-to device.example:443:localhost:" .. port)
    local _, count = output:gsub("certificate of device.example is not checked", "")
    assert.equal(1, count, output)
    assert.matches("0\n0\n$", output)
    assert.equal("device.example", (server:logged "sni"))
end)
