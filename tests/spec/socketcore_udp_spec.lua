--- `socketcore` over UDP, and what happens to sockets when the network goes.
require "luatos"
local board = debug.getregistry()["luatos.use"] "native.device"
local socketcore = require "socketcore"
local sockets = require "sockets"
local peer = require "peer"
local printed = require "printed"

local server = sockets.peer()

local TCP, UDP, TLS = 0, 1, 2

local ECHO = [[
    while True:
        data, address = sock.recvfrom(65536)
        sock.sendto(data, address)
]]

describe("a datagram", function()
    it("goes and comes whole", function()
        local id = sockets.connect(UDP, server:udp(ECHO))
        for _, data in ipairs { "a", ("\0\255"):rep(700), ("x"):rep(2048) } do
            local message = sockets.send(id, data)
            assert.same({ 0, #data }, { message.result, message.send_len })
            message = sockets.wait(id, "RECV_IND")
            assert.equal(#data, message.recv_len)
            assert.equal(data, socketcore.sock_recv(id, message.recv_len))
        end
    end)

    it("by name and with the port as a string", function()
        local id = socketcore.sock_conn(UDP, "localhost", tostring(server:udp(ECHO)))
        assert.equal(0, sockets.wait(id, "CONN_CNF").result)
        sockets.send(id, "abc")
        assert.equal("abc", (sockets.read(id, 3)))
    end)

    it("longer than 2048 bytes is cut, which is said once", function()
        local text = printed(function()
            local id = sockets.connect(UDP, server:udp(ECHO))
            for _ = 1, 2 do
                sockets.send(id, ("x"):rep(5000))
                sockets.send(id, "next")
                assert.equal(2048, sockets.wait(id, "RECV_IND").recv_len)
                assert.equal(2048, #socketcore.sock_recv(id, 5000))
                assert.equal("next", (sockets.read(id, 4)))
            end
        end)
        local _, count = text:gsub("a datagram of 5000 bytes is cut to 2048", "")
        assert.equal(1, count, text)
    end)

    it("is ended by one sock_recv, whose rest is lost", function()
        local id = sockets.connect(UDP, server:udp(ECHO))
        sockets.send(id, "first")
        sockets.send(id, "second")
        sockets.wait(id, "RECV_IND")
        assert.equal("fi", socketcore.sock_recv(id, 2))
        assert.equal("", socketcore.sock_recv(id, 5))
        assert.equal(6, sockets.wait(id, "RECV_IND").recv_len)
        assert.equal("second", socketcore.sock_recv(id, 100))
    end)

    it("of another sender arrives too", function()
        local id = sockets.connect(UDP, server:udp [[
            data, address = sock.recvfrom(100)
            other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            other.sendto(b'from elsewhere', address)
        ]])
        sockets.send(id, "a")
        assert.equal("from elsewhere", (sockets.read(id, 14)))
    end)

    it("that is too long is refused, with one SEND_CNF", function()
        local id = sockets.connect(UDP, server:udp(ECHO))
        assert.same({ 0, socketcore.ERR_EIO }, { socketcore.sock_send(id, ("x"):rep(70000)) })
        assert.equal(1, sockets.wait(id, "SEND_CNF").result)
        sockets.send(id, "a")
        assert.equal("a", (sockets.read(id, 1)))
    end)

    it("to where nobody listens is sent, and the socket goes on", function()
        local id = sockets.connect(UDP, 1)
        for _ = 1, 5 do
            assert.equal(0, sockets.send(id, "a").result)
        end
        assert.equal("", sockets.names(id))
    end)
end)

it("a burst is announced one by one, in order", function()
    local id = sockets.connect(UDP, server:udp [[
        data, address = sock.recvfrom(100)
        for number in range(150):
            sock.sendto(b'%d' % number, address)
        sock.sendto(b'', address)
        log('sent')
    ]])
    sockets.send(id, "go")
    server:logged "sent"
    for number = 0, 149 do
        local message = sockets.wait(id, "RECV_IND")
        assert.equal("", sockets.names(id))
        assert.equal(tostring(number), socketcore.sock_recv(id, message.recv_len))
    end
end)

it("of a flood that nobody reads the system drops what it has no room for", function()
    local id = sockets.connect(UDP, server:udp [[
        data, address = sock.recvfrom(100)
        for number in range(20000):
            sock.sendto(b'%08d' % number + b'x' * 1000, address)
        log('sent')
        wait()
        for _ in range(100):
            sock.sendto(b'last', address)
            time.sleep(0.02)
    ]])
    sockets.send(id, "go")
    server:logged "sent"
    server:go()
    local count, last = 0, -1
    while true do
        local message = sockets.wait(id, "RECV_IND")
        local data = socketcore.sock_recv(id, message.recv_len)
        if data == "last" then
            break
        end
        count = count + 1
        assert.is_true(tonumber(data:sub(1, 8)) > last)
        last = tonumber(data:sub(1, 8))
    end
    assert.is_true(count >= 64 and count < 20000, count .. " came")
end)

it("a name that does not exist fails the attempt", function()
    local id = socketcore.sock_conn_ext(UDP, "no-such-name.invalid", 80)
    assert.equal(1, sockets.wait(id, "CONN_CNF").result)
    assert.equal(1, socketcore.sock_destroy(id))
end)

it("has no options of TCP", function()
    local id = sockets.connect(UDP, server:udp(ECHO))
    assert.equal(-1, socketcore.sock_setopt(id, socketcore.SOL_SOCKET, socketcore.SO_KEEPALIVE, 1))
end)

describe("the loss of the network", function()
    after_each(function()
        board.network(true)
        board.sim(true)
    end)

    it("comes with flight mode and with the loss of the card too", function()
        local port = server:tcp "echo(sock)"
        local function at(command)
            return function() uart.write(uart.ATC, command .. "\r\n") end
        end
        for _, change in ipairs {
            { at "AT+CFUN=0", at "AT+CFUN=1" },
            { at "AT+CFUN=4", at "AT+CFUN=1" },
            { function() board.sim(false) end, function() board.sim(true) end },
            { function() rtos.notify_sim_detect(1, 0) end, function() rtos.notify_sim_detect(1, 1) end },
        } do
            local leave, come_back = table.unpack(change)
            local id = sockets.connect(TCP, port)
            leave()
            assert.equal("CLOSE_IND", (sockets.next(id)))
            sockets.close(id)
            id = socketcore.sock_conn_ext(TCP, "127.0.0.1", port)
            assert.equal(1, sockets.wait(id, "CONN_CNF").result)
            sockets.close(id)
            come_back()
            sockets.close(sockets.connect(TCP, port))
        end
    end)

    it("closes every socket, after what was received, and fails what is under way", function()
        local deactivated = 0
        local link_handler = rtos.MSG_PDP_DEACT_IND
        rtos.on(link_handler, function(message)
            assert.equal(0, message.result)
            deactivated = deactivated + 1
        end)
        finally(function() rtos.on(link_handler, nil) end)

        local reading = sockets.connect(TCP, server:tcp "sock.sendall(b'abc'); log('tcp'); drain(sock)")
        local blocked = sockets.connect(TCP, server:tcp "wait()")
        local datagrams = sockets.connect(UDP, server:udp(ECHO))
        local connecting = socketcore.sock_conn_ext(TLS, "127.0.0.1", server:tcp "wait()")
        local message = sockets.wait(reading, "RECV_IND")
        socketcore.sock_send(blocked, ("x"):rep(32 << 20))

        board.network(false)
        assert.equal(1, sockets.wait(connecting, "CONN_CNF").result)
        assert.equal(1, sockets.wait(blocked, "SEND_CNF").result)
        assert.equal("CLOSE_IND", (sockets.next(blocked)))
        assert.equal("CLOSE_IND", (sockets.next(datagrams)))
        assert.equal("", sockets.names(reading))
        assert.equal("abc", socketcore.sock_recv(reading, message.recv_len))
        assert.equal("CLOSE_IND", (sockets.next(reading)))
        assert.equal(1, deactivated)
        board.network(false)
        for _, id in ipairs { reading, blocked, datagrams, connecting } do
            sockets.close(id)
        end
        assert.equal(1, deactivated)
        server:go()
        server:go()
    end)

    it("fails new attempts until it comes back", function()
        local port = server:tcp "echo(sock)"
        board.network(false)
        for kind = TCP, TLS do
            local id = socketcore.sock_conn_ext(kind, "127.0.0.1", port)
            assert.equal(1, sockets.wait(id, "CONN_CNF").result)
            sockets.close(id)
        end
        board.network(true)
        local id = sockets.connect(TCP, port)
        sockets.send(id, "a")
        assert.equal("a", (sockets.read(id, 1)))
    end)

    it("is another one with another card, also in the place of a present one", function()
        local id = sockets.connect(TCP, server:tcp "wait()")
        board.sim {}
        assert.equal("CLOSE_IND", (sockets.next(id)))
        sockets.close(id)
        server:go()
        id = sockets.connect(TCP, server:tcp "echo(sock)")
        -- What happens in the other slot does not matter.
        board.sim({}, 1)
        board.sim(false, 1)
        sockets.send(id, "a")
        assert.equal("a", (sockets.read(id, 1)))
    end)

    it("is seen by the peer", function()
        sockets.connect(TCP, server:tcp "log('got', *drain(sock))")
        board.network(false)
        peer.eventually(function() return server:log "got" [1] end, "the end of the connection")
    end)
end)
