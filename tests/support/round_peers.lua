--- The servers that the rounds of `module_rounds.lua` talk to.
local busted = require "busted"
local brokers = require "brokers"
local peer = require "peer"
local tls = require("servers").tls()

--- Those of `socket_peer.py` by name: kind, and the Python text of the behaviour.
local BEHAVIOURS = {
    tcp = { "tcp", "echo(sock)" },
    tls = { "tls", "echo(sock)" },
    once = { "tcp", "sock.sendall(sock.recv(2000))" },
    silent = { "tcp", "drain(sock)" },
    udp = { "udp", [[
        while True:
            data, address = sock.recvfrom(2000)
            sock.sendto(data, address)
    ]] },
    http = { "tcp", [[
        line, fields, body = request(sock)
        answer(sock, body or line.encode() * 100, Connection="close")
    ]] },
    time = { "udp", [[
        while True:
            data, address = sock.recvfrom(100)
            now = time.time() + 2208988800
            answer = bytearray(48)
            answer[0:2] = bytes([0x24, 2])
            answer[24:32] = data[40:48]
            answer[40:48] = struct.pack('>II', int(now) % (1 << 32), int(now % 1 * (1 << 32)))
            sock.sendto(bytes(answer), address)
    ]] },
    place = { "udp", [[
        while True:
            data, address = sock.recvfrom(2000)
            sock.sendto(bytes.fromhex("0030212485462141375622000000000000"), address)
    ]] },
    reports = { "udp", [[
        while True:
            data, address = sock.recvfrom(10000)
            sock.sendto(b"OK", address)
    ]] },
    update = { "tcp", [[
        request(sock)
        answer(sock, bytes(20000), Connection="close")
    ]] },
    cloud = { "broker", [[
        greet()
        while True:
            first, body = packet()
            if first >> 4 == 8:
                sock.sendall(bytes([0x90, 3]) + body[:2] + b"\1")
            elif first >> 4 == 3:
                size = struct.unpack(">H", body[:2])[0]
                if first & 6:
                    sock.sendall(ack(4, struct.unpack(">H", body[2 + size:4 + size])[0]))
                sock.sendall(publish(0, 0, b"answer", topic=b"/get"))
    ]] },
}

--- Starts them before the first test of a spec file, and stops them after the last one.
-- @return a table that has their ports by name then
return function()
    local server, ports, programs, folder = brokers.peer(), {}, {}, os.tmpname()
    busted.setup(function()
        os.remove(folder)
        assert(os.execute("mkdir " .. folder))
        programs.mqtt = peer.start "mosquitto.py"
        programs.ftp = peer.start("ftp.py", 0, folder)
        for name, program in pairs(programs) do
            ports[name] = program.port
        end
    end)
    busted.teardown(function()
        for _, program in pairs(programs) do
            program:stop()
        end
        os.execute("rm -r " .. folder)
    end)
    -- The first test starts the others, since each test begins with an empty log, which has their ports.
    busted.before_each(function()
        for name, behaviour in pairs(BEHAVIOURS) do
            if not ports[name] then
                local kind, code = table.unpack(behaviour)
                ports[name] = kind == "tls" and server:tls(code, tls.path "", "good") or server[kind](server, code)
            end
        end
    end)
    return ports
end
