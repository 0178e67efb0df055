--- `socketcore` against peers that close, break, stall or flood.
require "luatos"
local socketcore = require "socketcore"
local peer = require "peer"
local runner = require "runner"
local sockets = require "sockets"

local server = sockets.peer()

local TCP, MIB = 0, 1 << 20

describe("what the peer sent before it closed", function()
    it("is read to the last of 10 MiB, and CLOSE_IND comes after it", function()
        local id = sockets.connect(TCP, server:tcp "sock.sendall(bytes(range(256)) * 40960)")
        local data, is_closed = sockets.read(id, 11 * MIB)
        assert.is_true(is_closed)
        local block = {}
        for byte = 0, 255 do
            block[byte + 1] = string.char(byte)
        end
        assert.is_true(data == table.concat(block):rep(40960))
        assert.equal("", sockets.names(id))
    end)

    it("waits for the script, however long", function()
        local id = sockets.connect(TCP, server:tcp "sock.sendall(b'x' * 300000); sock.close(); log('closed')")
        local message = sockets.wait(id, "RECV_IND")
        server:logged "closed"
        -- A further connection, which the reactor drives meanwhile.
        local other = sockets.connect(TCP, server:tcp "echo(sock)")
        sockets.send(other, "a")
        assert.equal("a", (sockets.read(other, 1)))
        assert.equal("", sockets.names(id))
        local first = socketcore.sock_recv(id, message.recv_len)
        local rest, is_closed = sockets.read(id, 300000)
        assert.is_true(is_closed)
        assert.equal(300000, #first + #rest)
    end)

    it("is lost when the script closes", function()
        local id = sockets.connect(TCP, server:tcp "sock.sendall(b'x' * 5000); sock.close(); log('closed')")
        sockets.wait(id, "RECV_IND")
        server:logged "closed"
        socketcore.sock_close(id)
        assert.equal("CLOSE_CNF", (sockets.next(id)))
        assert.equal("", socketcore.sock_recv(id, 2048))
    end)

    it("is read although it came byte by byte", function()
        local id = sockets.connect(TCP, server:tcp [[
            for byte in range(200):
                sock.sendall(bytes([byte]))
                time.sleep(0.001)
        ]])
        local data, is_closed = sockets.read(id, 1000)
        assert.same({ 200, 199, true }, { #data, data:byte(-1), is_closed })
    end)
end)

it("what the system has taken arrives although the script closes with data unread", function()
    for _, is_destroyed in ipairs { false, true } do
        local id = sockets.connect(TCP, server:tcp [[
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(b'x' * 200000)
            log('sent')
            wait()
            sock.sendall(b'x' * 100000)
            log('got', *drain(sock))
        ]])
        server:logged "sent"
        assert.equal(0, sockets.send(id, ("y"):rep(100000)).result)
        sockets.wait(id, "RECV_IND")
        socketcore.sock_close(id)
        if is_destroyed then
            socketcore.sock_destroy(id)
        end
        sockets.wait(id, "CLOSE_CNF")
        server:go()
        assert.equal("100000", (server:logged "got"))
        server:forget()
        sockets.close(id)
    end
end)

describe("a connection that breaks", function()
    it("ends with CLOSE_IND", function()
        local id = sockets.connect(TCP, server:tcp "wait(); reset(sock)")
        server:go()
        assert.equal("CLOSE_IND", (sockets.next(id)))
    end)

    it("fails the send that waits", function()
        local id = sockets.connect(TCP, server:tcp "wait(); reset(sock)")
        socketcore.sock_send(id, ("x"):rep(32 * MIB))
        assert.is_true(socketcore.sock_getremainbuf(id) > 0)
        server:go()
        local message = sockets.wait(id, "SEND_CNF")
        assert.equal(1, message.result)
        assert.is_true(message.send_len < 32 * MIB)
        assert.equal("CLOSE_IND", (sockets.next(id)))
        assert.equal("", sockets.names(id))
    end)

    it("at once after it was made is connected or not, and then closed", function()
        for _ = 1, 20 do
            local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", server:tcp "reset(sock)")
            if sockets.wait(id, "CONN_CNF").result == 0 then
                assert.equal("CLOSE_IND", (sockets.next(id)))
            end
            sockets.close(id)
        end
    end)
end)

describe("a peer that closes its side only", function()
    it("gets what the script sends before it knows", function()
        local id = sockets.connect(TCP, server:tcp [[
            sock.sendall(b'last'); sock.shutdown(socket.SHUT_WR); log('got', *drain(sock))
        ]])
        local message = sockets.wait(id, "RECV_IND")
        assert.equal(0, sockets.send(id, ("x"):rep(MIB)).result)
        assert.equal("last", socketcore.sock_recv(id, message.recv_len))
        assert.equal("CLOSE_IND", (sockets.next(id)))
        sockets.close(id)
        assert.equal(tostring(MIB), (server:logged "got"))
    end)
end)

describe("a peer that does not read", function()
    it("delays SEND_CNF until it does", function()
        local id = sockets.connect(TCP, server:tcp "wait(); log('got', *drain(sock))")
        socketcore.sock_send(id, ("x"):rep(32 * MIB))
        local other = sockets.connect(TCP, server:tcp "echo(sock)")
        for _ = 1, 10 do
            sockets.send(other, "a")
            sockets.read(other, 1)
        end
        assert.equal("", sockets.names(id))
        assert.is_true(socketcore.sock_getremainbuf(id) > 0)
        server:go()
        local message = sockets.wait(id, "SEND_CNF")
        assert.same({ 0, 32 * MIB }, { message.result, message.send_len })
        assert.equal(0, socketcore.sock_getremainbuf(id))
        sockets.close(id)
        assert.same({ tostring(32 * MIB), tostring(32 * MIB * ("x"):byte()) }, { server:logged "got" })
    end)

    it("lets only so much wait beside the first send", function()
        local id = sockets.connect(TCP, server:tcp "wait()")
        socketcore.sock_send(id, ("x"):rep(32 * MIB))
        assert.same({ 0, socketcore.ERR_EWOULDBLOCK }, { socketcore.sock_send(id, "more") })
        local message = sockets.wait(id, "SEND_CNF")
        assert.same({ 1, 0 }, { message.result, message.send_len })
        server:go()
    end)

    it("keeps the order of sends that wait", function()
        local id = sockets.connect(TCP, server:tcp [[
            wait(); data = read(sock, 1 << 30); log('got', len(data), data.lstrip(b'x').decode())
        ]])
        -- Until the system takes no more.
        local count = 0
        while socketcore.sock_getremainbuf(id) == 0 do
            assert.equal(1, (socketcore.sock_send(id, ("x"):rep(65536))))
            count = count + 1
        end
        for byte = ("a"):byte(), ("z"):byte() do
            assert.equal(1, (socketcore.sock_send(id, string.char(byte))))
        end
        server:go()
        for _ = 1, count + 26 do
            assert.equal(0, sockets.wait(id, "SEND_CNF").result)
        end
        sockets.close(id)
        local alphabet = "abcdefghijklmnopqrstuvwxyz"
        assert.same({ tostring(count * 65536 + 26), alphabet }, { server:logged "got" })
    end)

    it("does not keep the script from closing", function()
        local id = sockets.connect(TCP, server:tcp "wait()")
        socketcore.sock_send(id, ("x"):rep(32 * MIB))
        socketcore.sock_close(id)
        local name, message = sockets.next(id)
        assert.same({ "SEND_CNF", 1 }, { name, message.result })
        assert.equal("CLOSE_CNF", (sockets.next(id)))
        server:go()
    end)
end)

it("a peer that floods is held up by TCP while the script does not read", function()
    local id = sockets.connect(TCP, server:tcp [[
        sock.settimeout(1)
        sent, block = 0, b'x' * 65536
        try:
            while sent < 256 << 20:
                sent += sock.send(block)
        except TimeoutError:
            pass
        log('sent', sent)
    ]])
    sockets.wait(id, "RECV_IND")
    local sent = tonumber((server:logged "sent"))
    assert.is_true(sent < 64 * MIB, "sent: " .. sent)
end)

--- Open files and kilobytes in memory of this process.
local function resources()
    local process = io.popen "ls /proc/$PPID/fd | wc -l; grep VmRSS /proc/$PPID/status"
    local files = process:read "n"
    local memory = tonumber(process:read("a"):match "VmRSS:%s+(%d+)")
    process:close()
    return files, memory
end

it("a thousand connections one after the other leave nothing behind", function()
    local port = server:tcp "echo(sock)"
    local function use(count)
        for round = 1, count do
            local id = sockets.connect(TCP, port)
            assert.equal(0, id)
            if round % 10 == 0 then
                sockets.send(id, ("x"):rep(10000))
                assert.equal(10000, #(sockets.read(id, 10000)))
            end
            sockets.close(id)
        end
        sockets.settle()
        collectgarbage()
    end
    use(200)
    local files, memory = resources()
    use(1000)
    local files_after, memory_after = resources()
    -- The connection closed last may still take its leave, before and after.
    assert.is_true(files_after - files <= 1, "open files: " .. files .. " to " .. files_after)
    assert.is_true(memory_after - memory < 1024, "memory: " .. memory .. " to " .. memory_after .. " KiB")
end)

describe("a run", function()
    local PRELUDE = [[
        local function wait(id)
            while true do
                local message = rtos.receive(rtos.INF_TIMEOUT)
                if type(message) == "table" and message.id == id then
                    return message
                end
            end
        end
        local id = socketcore.sock_conn_ext(%d, "device.example", 7777)
        print("connected", wait(rtos.MSG_SOCK_CONN_CNF).result)
        socketcore.sock_send(id, "hello")
        print("sent", wait(rtos.MSG_SOCK_SEND_CNF).result)
        print("received", socketcore.sock_recv(id, wait(rtos.MSG_SOCK_RECV_IND).recv_len))
    ]]
    local PRINTED = "connected 0\nsent 0\nreceived hello\n"

    local function run(kind, port, rest, options)
        local to = (" --connect-to device.example:7777:127.0.0.1:%d"):format(port)
        return runner.run(PRELUDE:format(kind) .. (rest or ""), (options or "") .. to)
    end

    it("goes where --connect-to leads, and ends when nothing is open any more", function()
        local output, status = run(TCP, server:tcp "echo(sock)", "socketcore.sock_close(id)")
        assert.same({ PRINTED, 0 }, { output, status })
        output, status = run(1, server:udp "sock.sendto(*sock.recvfrom(100))", "socketcore.sock_close(id)")
        assert.same({ PRINTED, 0 }, { output, status })
    end)

    it("ends with the peer's connection", function()
        local output, status = run(TCP, server:tcp "sock.sendall(read(sock, 5))")
        assert.same({ PRINTED, 0 }, { output, status })
    end)

    it("goes on while a connection is open, until --timeout", function()
        local output, status = run(TCP, server:tcp "echo(sock)", "require('sys').run()", "--timeout 1")
        assert.same({ PRINTED, 0 }, { output, status })
    end)

    it("shows in --trace what sockets do", function()
        local output = run(TCP, server:tcp "sock.sendall(read(sock, 5))", "wait(rtos.MSG_SOCK_CLOSE_IND)\n"
            .. "socketcore.sock_close(id)", "--trace")
        for _, text in ipairs {
            "connects to tcp device.example:7777", "is connected", "sends 5 bytes", "receives 5 bytes",
            "is closed by the peer", "closes",
        } do
            assert.matches("trace +[%d.]+ socket: 0 " .. text, output)
        end
    end)
end)

it("the reason of a failed attempt is shown", function()
    local output = runner.run [[
        socketcore.sock_conn_ext(0, "127.0.0.1", 1)
        print(rtos.receive(rtos.INF_TIMEOUT).result)
    ]]
    assert.matches("socket 0 %(tcp 127.0.0.1:1%): cannot connect to 127.0.0.1:1: Connection refused", output)
end)

it("an address that never answers keeps no one waiting, and can be closed", function()
    local silent = peer.start("silent.py", 0, "127.0.0.1")
    finally(function() silent:stop() end)
    local id = socketcore.sock_conn_ext(TCP, "127.0.0.1", silent.port)
    local other = sockets.connect(TCP, server:tcp "echo(sock)")
    sockets.send(other, "a")
    assert.equal("a", (sockets.read(other, 1)))
    assert.equal("", sockets.names(id))
    socketcore.sock_close(id)
    assert.equal("CLOSE_CNF", (sockets.next(id)))
end)
