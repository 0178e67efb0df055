--- `socketcore`: calls, messages and ids. What hostile peers do is in socketcore_peers_spec.lua, TLS in
-- socketcore_tls_spec.lua, UDP and the network in socketcore_udp_spec.lua.
require "luatos"
local socketcore = require "socketcore"
local peer = require "peer"
local sockets = require "sockets"

local server = sockets.peer()

local TCP = 0

local ECHO = "echo(sock)"

--- A port where nobody listens.
local function free_port()
    return server:tcp "pass" and 1
end

describe("a conversation", function()
    it("goes step by step, each with its message", function()
        local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", server:tcp(ECHO))
        assert.equal(0, id)
        local name, message = sockets.next(id)
        assert.same({ "CONN_CNF", { id = rtos.MSG_SOCK_CONN_CNF, socket_index = 0, result = 0 } }, { name, message })

        assert.same({ 1, 0 }, { socketcore.sock_send(id, "hello") })
        name, message = sockets.next(id)
        local sent = { id = rtos.MSG_SOCK_SEND_CNF, socket_index = 0, result = 0, send_len = 5 }
        assert.same({ "SEND_CNF", sent }, { name, message })

        name, message = sockets.next(id)
        local received = { id = rtos.MSG_SOCK_RECV_IND, socket_index = 0, result = 0, recv_len = 5 }
        assert.same({ "RECV_IND", received }, { name, message })
        assert.equal("hello", socketcore.sock_recv(id, 5))
        assert.equal("", socketcore.sock_recv(id, 5))

        assert.equal(0, socketcore.sock_destroy(id))
        assert.equal(1, socketcore.sock_close(id))
        name, message = sockets.next(id)
        assert.same({ "CLOSE_CNF", { id = rtos.MSG_SOCK_CLOSE_CNF, socket_index = 0, result = 0 } }, { name, message })
        assert.equal(1, socketcore.sock_destroy(id))
        assert.equal(0, socketcore.sock_destroy(id))
    end)

    it("takes the port as a string, a name as the host, and sock_conn like sock_conn_ext", function()
        local id = socketcore.sock_conn(TCP, "localhost", tostring(server:tcp(ECHO)))
        assert.equal(0, sockets.wait(id, "CONN_CNF").result)
        sockets.send(id, "a")
        assert.equal("a", (sockets.read(id, 1)))
    end)

    it("gives no message from inside a call", function()
        local port = server:tcp(ECHO)
        local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", port)
        assert.equal("", sockets.names(id))
        sockets.wait(id, "CONN_CNF")
        socketcore.sock_send(id, "a")
        socketcore.sock_close(id)
        assert.equal("", sockets.names(id))
        assert.equal("SEND_CNF", (sockets.next(id)))
        assert.equal("CLOSE_CNF", (sockets.next(id)))
    end)

    it("moves one MiB each way, announced in pieces of at most 2048 bytes", function()
        local id = sockets.connect(TCP, server:tcp(ECHO))
        local data = ("0123456789abcdef"):rep(65536)
        socketcore.sock_send(id, data)
        local parts, got, largest, confirmed = {}, 0, 0, nil
        while got < #data do
            local name, message = sockets.next(id)
            if name == "SEND_CNF" then
                confirmed = message
            else
                assert.equal("RECV_IND", name)
                largest = math.max(largest, message.recv_len)
                parts[#parts + 1] = socketcore.sock_recv(id, message.recv_len)
                got = got + message.recv_len
            end
        end
        assert.equal(data, table.concat(parts))
        assert.equal(2048, largest)
        assert.same({ 0, #data }, { confirmed.result, confirmed.send_len })
    end)

    it("announces nothing more before all that was announced is taken", function()
        local id = sockets.connect(TCP, server:tcp [[
            sock.sendall(b'abc'); wait(); sock.sendall(b'def'); log('sent'); drain(sock)
        ]])
        sockets.wait(id, "RECV_IND")
        server:go()
        server:logged "sent"
        assert.equal("a", socketcore.sock_recv(id, 1))
        assert.equal("bc", socketcore.sock_recv(id, 100))
        assert.equal("", sockets.names(id))
        local message = sockets.wait(id, "RECV_IND")
        assert.equal("def", socketcore.sock_recv(id, message.recv_len))
    end)

    it("sends strings of any bytes and of any length, in order", function()
        local id = sockets.connect(TCP, server:tcp "log('got', *drain(sock))")
        local bytes = {}
        for byte = 0, 255 do
            bytes[byte + 1] = string.char(byte)
        end
        local all = table.concat(bytes)
        assert.equal(0, sockets.send(id, "").send_len)
        for count = 1, 100 do
            assert.equal(count * 256, sockets.send(id, all:rep(count)).send_len)
        end
        sockets.close(id)
        assert.same({ tostring(5050 * 256), tostring(5050 * 32640) }, { server:logged "got" })
    end)
end)

describe("closing", function()
    it("is confirmed once for each call, whatever the id", function()
        for _, id in ipairs { 0, 9, 10, -1, 1000 } do
            assert.equal(1, socketcore.sock_close(id))
            assert.equal(1, socketcore.sock_close(id))
            assert.equal(0, sockets.wait(id, "CLOSE_CNF").result)
            assert.equal(0, sockets.wait(id, "CLOSE_CNF").result)
            assert.equal("", sockets.names(id))
        end
    end)

    it("ends an attempt to connect without a CONN_CNF", function()
        local silent = peer.start("silent.py", 0, "127.0.0.1")
        local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", silent.port)
        socketcore.sock_close(id)
        silent:stop()
        assert.equal("CLOSE_CNF", (sockets.next(id)))
        assert.equal(1, socketcore.sock_destroy(id))
        assert.equal("", sockets.names(id))
    end)

    it("is seen by the peer", function()
        local id = sockets.connect(TCP, server:tcp "log('got', *drain(sock))")
        sockets.send(id, "abc")
        sockets.close(id)
        assert.same({ "3", "294" }, { server:logged "got" })
    end)

    it("is confirmed also after the socket was destroyed", function()
        local port = server:tcp "drain(sock)"
        for _ = 1, 3 do
            local id = sockets.connect(TCP, port)
            assert.equal(1, (socketcore.sock_send(id, "a")))
            socketcore.sock_close(id)
            assert.equal(1, socketcore.sock_destroy(id))
            assert.equal("SEND_CNF", (sockets.next(id)))
            assert.equal("CLOSE_CNF", (sockets.next(id)))
        end
    end)

    it("drops what was not taken, and what was not announced", function()
        local id = sockets.connect(TCP, server:tcp "sock.sendall(b'abc'); drain(sock)")
        sockets.wait(id, "RECV_IND")
        socketcore.sock_close(id)
        assert.equal("", socketcore.sock_recv(id, 3))
        assert.equal("CLOSE_CNF", (sockets.next(id)))
        assert.equal("", socketcore.sock_recv(id, 3))
    end)

    it("by the peer is announced after what another socket gets soon after it", function()
        local is_so = false
        -- A machine that stalls for half a second in between spoils an attempt.
        for _ = 1, 10 do
            local ending = sockets.connect(TCP, server:tcp "sock.close(); log('ended')")
            local talking = sockets.connect(TCP, server:tcp(ECHO))
            server:logged "ended"
            sockets.send(talking, "abc")
            sockets.wait(talking, "RECV_IND")
            is_so = sockets.names(ending) == ""
            sockets.wait(ending, "CLOSE_IND")
            sockets.close(ending)
            sockets.close(talking)
            if is_so then
                break
            end
        end
        assert.is_true(is_so)
    end)

    it("after the peer has closed, and after a failed attempt", function()
        local id = sockets.connect(TCP, server:tcp "pass")
        assert.equal("CLOSE_IND", (sockets.next(id)))
        assert.equal(0, socketcore.sock_destroy(id))
        sockets.close(id)
        id = socketcore.sock_conn_ext(TCP, "127.0.0.1", free_port())
        assert.equal(1, sockets.wait(id, "CONN_CNF").result)
        sockets.close(id)
    end)
end)

describe("sending", function()
    it("without a connection returns 0 and an error number, and brings no message", function()
        assert.same({ 0, socketcore.ERR_ENOTCONN }, { socketcore.sock_send(0, "a") })
        local id = socketcore.sock_conn_ext(TCP, "localhost", server:tcp(ECHO))
        assert.same({ 0, socketcore.ERR_ENOTCONN }, { socketcore.sock_send(id, "a") })
        assert.equal("CONN_CNF", (sockets.next(id)))
        socketcore.sock_close(id)
        assert.same({ 0, socketcore.ERR_ECLSD }, { socketcore.sock_send(id, "a") })
        assert.equal("CLOSE_CNF", (sockets.next(id)))
        assert.equal("", sockets.names(id))
    end)

    it("again at each confirmation keeps what has come from the script for a few turns at most", function()
        local id = sockets.connect(TCP, server:tcp "read(sock, 1); sock.sendall(b'hello'); log('sent'); drain(sock)")
        local name, left
        repeat
            socketcore.sock_send(id, "x")
            name = sockets.next(id)
            left = left and left - 1 or server:log "sent" [1] and 1000
        until name == "RECV_IND" or left == 0
        assert.equal("RECV_IND", name)
    end)

    it("after CLOSE_IND likewise", function()
        local id = sockets.connect(TCP, server:tcp "pass")
        sockets.wait(id, "CLOSE_IND")
        assert.same({ 0, socketcore.ERR_ECLSD }, { socketcore.sock_send(id, "a") })
        assert.equal("", sockets.names(id))
    end)
end)

describe("ids", function()
    it("are 0 to 9, the lowest first; an eleventh socket is refused", function()
        local port = server:tcp "drain(sock)"
        for id = 0, 9 do
            assert.equal(id, socketcore.sock_conn_ext(TCP, "127.0.0.1", port))
        end
        assert.equal(-1, socketcore.sock_conn_ext(TCP, "127.0.0.1", port))
        assert.is_nil(socketcore.sock_conn(TCP, "127.0.0.1", port))
        for _, id in ipairs { 7, 3 } do
            sockets.close(id)
        end
        assert.equal(3, socketcore.sock_conn_ext(TCP, "127.0.0.1", port))
        assert.equal(7, socketcore.sock_conn_ext(TCP, "127.0.0.1", port))
    end)

    it("stay taken until they are destroyed", function()
        local port = server:tcp "pass"
        local id = sockets.connect(TCP, port)
        sockets.wait(id, "CLOSE_IND")
        assert.equal(1, sockets.connect(TCP, port))
        socketcore.sock_close(id)
        sockets.wait(id, "CLOSE_CNF")
        assert.equal(2, sockets.connect(TCP, port))
        socketcore.sock_destroy(id)
        assert.equal(0, sockets.connect(TCP, port))
    end)

    it("of a failed attempt, destroyed but perhaps closed later, are not given away meanwhile", function()
        local port = server:tcp "drain(sock)"
        local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", free_port())
        sockets.wait(id, "CONN_CNF")
        assert.equal(1, socketcore.sock_destroy(id))
        assert.equal(1, sockets.connect(TCP, port))
        socketcore.sock_close(id)
        sockets.wait(id, "CLOSE_CNF")
        assert.equal(0, sockets.connect(TCP, port))
        sockets.send(1, "a")
    end)
end)

it("an id is not given away while a message of its former socket is on its way", function()
    local port = server:tcp(ECHO)
    local former = socketcore.sock_conn_ext(TCP, "127.0.0.1", 1)
    sockets.wait(former, "CONN_CNF")
    socketcore.sock_destroy(former)
    socketcore.sock_close(former)
    local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", port)
    assert.not_equal(former, id)
    assert.equal("CLOSE_CNF", (sockets.next(former)))
    assert.equal("CONN_CNF", (sockets.next(id)))
    assert.equal(former, sockets.connect(TCP, port))
end)

describe("arguments", function()
    local function problem(...)
        local ok, text = pcall(...)
        assert.is_false(ok)
        return text
    end

    it("of a wrong type are named", function()
        assert.matches("sock_conn_ext: type: number expected, got nil", problem(socketcore.sock_conn_ext))
        assert.matches("sock_conn_ext: host: string expected, got nil", problem(socketcore.sock_conn_ext, TCP))
        assert.matches("sock_conn: port: number expected, got \"x\"", problem(socketcore.sock_conn, TCP, "h", "x"))
        assert.matches("sock_conn: port: 0 to 65535 expected, got 65536",
            problem(socketcore.sock_conn, TCP, "h", 65536))
        assert.matches("sock_conn: type: 0 %(TCP%), 1 %(UDP%) or 2 %(TLS%) expected, got 3",
            problem(socketcore.sock_conn, 3, "h", 1))
        assert.matches("sock_conn: certificates: table expected, got \"x\"",
            problem(socketcore.sock_conn, 2, "h", 1, "x"))
        assert.matches("sock_conn: caCert: string expected, got true",
            problem(socketcore.sock_conn, 2, "h", 1, { caCert = true }))
        assert.matches("sock_send: data: string expected, got 5", problem(socketcore.sock_send, 0, 5))
        assert.matches("sock_recv: count: number expected, got nil", problem(socketcore.sock_recv, 0))
        assert.matches("sock_close: id: number expected, got nil", problem(socketcore.sock_close))
        assert.matches("sock_destroy: id: number expected, got table", problem(socketcore.sock_destroy, {}))
    end)

    it("out of range are harmless", function()
        assert.equal(-1, socketcore.sock_conn_ext(TCP, ("h"):rep(256), 1))
        assert.equal("", socketcore.sock_recv(10, 1))
        assert.equal("", socketcore.sock_recv(0, -1))
        assert.equal(0, socketcore.sock_destroy(-1))
        assert.equal(0, socketcore.sock_getremainbuf(10))
    end)
end)

it("a name that does not exist fails the attempt", function()
    local id = socketcore.sock_conn_ext(TCP, "no-such-name.invalid", 80)
    assert.equal(1, sockets.wait(id, "CONN_CNF").result)
    assert.same({ 0, socketcore.ERR_ENOTCONN }, { socketcore.sock_send(id, "a") })
end)

it("options are set at once or when the connection is there", function()
    local set = socketcore.sock_setopt
    local id = socketcore.sock_conn_ext(TCP, "localhost", server:tcp(ECHO))
    assert.equal(0, set(id, socketcore.SOL_SOCKET, socketcore.SO_KEEPALIVE, 1))
    sockets.wait(id, "CONN_CNF")
    assert.equal(0, set(id, socketcore.SOL_SOCKET, socketcore.SO_REUSEADDR, 1))
    for _, name in ipairs { "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT" } do
        assert.equal(0, set(id, socketcore.IPPROTO_TCP, socketcore[name], 5), name)
    end
    assert.equal(-1, set(id, socketcore.IPPROTO_TCP, socketcore.TCP_KEEPIDLE, 0))
    assert.equal(-1, set(id, socketcore.IPPROTO_TCP, socketcore.TCP_KEEPIDLE, "5"))
    assert.equal(-1, set(id, socketcore.SOL_SOCKET, 77, 1))
    assert.equal(-1, set(9, socketcore.SOL_SOCKET, socketcore.SO_KEEPALIVE, 1))
end)
