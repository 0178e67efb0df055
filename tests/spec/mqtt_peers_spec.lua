--- LuatOS `mqtt` against brokers that a test writes: fragments, silence, what is not MQTT, and connections that end in
-- the midst of a message of QoS 1 or 2.
require "luatos"
local mqtt = require "mqtt"
local socket = require "socket"
local brokers = require "brokers"
local peer = require "peer"
local printed = require "printed"

local server = brokers.peer()
local in_task, logged = brokers.in_task, brokers.logged

--- Longest wait for a message in ms; only a broken test reaches it.
local LIMIT = 20000

setup(function()
    peer.eventually(socket.isReady, "the network")
end)

--- A client with a kept session, unless `clean` is 1.
local function new_client(clean, keep_alive)
    return mqtt.client("spec", keep_alive, nil, nil, clean or 0)
end

local function connect(client, port)
    assert.same({ true }, { client:connect("127.0.0.1", port) })
end

local function receive(client)
    local ok, packet = client:receive(LIMIT)
    assert.is_true(ok, packet)
    return packet
end

describe("what a broker sends", function()
    it("may come byte by byte", function()
        local port = server:broker [[
            greet()
            for byte in publish(1, 7, b"y" * 300) + publish(0, 0, b"z") + bytes([0xd0, 0]) + publish(2, 8, b""):
                sock.sendall(bytes([byte]))
                time.sleep(0.0005)
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            assert.same({ ("y"):rep(300), 7 }, { receive(client).payload, 7 })
            assert.equal("z", receive(client).payload)
            assert.equal("", receive(client).payload)
            client:disconnect()
        end)
        logged(server, "over")
        -- PUBACK, PUBREC, DISCONNECT
        assert.equal("4 5 14", logged(server, "packet", 3))
    end)

    it("may come many packets at a time, with the answer that is waited for among them", function()
        local port = server:broker [[
            greet()
            _, body = expect(8)
            packets = [publish(number % 2, number, b"%d" % number) for number in range(1, 301)]
            packets.insert(150, bytes([0x90, 3]) + body[:2] + b"\0")
            sock.sendall(b"".join(packets))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            assert.is_true(client:subscribe("/t", 0))
            for number = 1, 300 do
                assert.equal(tostring(number), receive(client).payload)
            end
            client:disconnect()
        end)
        logged(server, "over")
    end)

    it("is returned before the end of the connection is", function()
        local port = server:broker [[
            greet()
            sock.sendall(publish(0, 0, b"1") + publish(2, 9, b"2"))
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            -- The end is found while there is something to receive.
            assert.is_false((client:publish("/t", "x", 1)))
            assert.is_false(client.connected)
            assert.same({ "1", "2" }, { receive(client).payload, receive(client).payload })
            assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
            client:disconnect()
        end)
    end)

    for what, bytes in pairs {
        ["a length of five bytes"] = [[b"\x30\xff\xff\xff\xff\x01"]],
        ["a length beyond every memory"] = [[b"\x30\xff\xff\xff\x7f"]],
        ["QoS 3"] = "publish(3, 1, b'x')",
        ["a topic that is longer than its packet"] = [[b"\x30\x04\x00\x09ab"]],
        ["the id 0"] = "publish(1, 0, b'x')",
        ["the type 0"] = [[b"\x00\x00"]],
        ["the type 15"] = [[b"\xf0\x00"]],
        ["a packet that only clients send"] = [[b"\xc0\x00"]],
        ["an acknowledgement without an id"] = [[b"\x40\x00"]],
        ["a second CONNACK"] = "connack()",
        ["text"] = "b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'",
    } do
        it("ends the connection where it is " .. what, function()
            local port = server:broker("greet()\nsock.sendall(" .. bytes .. ")\nuntil_end()")
            local text = printed(function()
                in_task(function()
                    local client = new_client()
                    connect(client, port)
                    assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
                    assert.is_false(client.connected)
                    client:disconnect()
                end)
            end)
            assert.truthy(text:find("what the broker sends is not MQTT", 1, true), text)
            logged(server, "over")
            assert.same({}, server:log "packet")
        end)
    end

    it("does not keep a call for ever", function()
        local port = server:broker [[
            greet()
            try:
                while True:
                    sock.sendall(ack(4, 60000) * 1000)
            except OSError:
                log("over")
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            assert.same({ false, "timeout" }, { client:receive(100) })
            client.commandTimeout = 100
            assert.same({ false, "timeout" }, { client:publish("/t", "x", 1) })
            client:disconnect()
        end)
        logged(server, "over")
    end)
end)

describe("an answer to connect", function()
    it("may refuse", function()
        local port = server:broker "expect(1)\nsock.sendall(connack(0, 5))\nuntil_end()"
        in_task(function()
            local client = new_client()
            local output = printed(function()
                assert.same({ false, 5 }, { client:connect("127.0.0.1", port) })
            end)
            assert.truthy(output:find("failed: 5 not authorized; are username and password right?", 1, true), output)
            assert.same({ false, nil }, { client.connected, client.io })
        end)
        logged(server, "over")
    end)

    it("may never come, or come late in pieces", function()
        local port = server:broker "expect(1)\nsock.sendall(b'\\x20')\nuntil_end()"
        in_task(function()
            local client = new_client()
            client.commandTimeout = 100
            assert.same({ false, "timeout" }, { client:connect("127.0.0.1", port) })
        end)
        logged(server, "over")
    end)

    it("may be something else", function()
        local port = server:broker "expect(1)\nsock.sendall(publish(0, 0, b'x'))\nuntil_end()"
        printed(function()
            in_task(function()
                assert.same({ false, "CLOSED" }, { new_client():connect("127.0.0.1", port) })
            end)
        end)
        logged(server, "over")
    end)
end)

it("a subscription may be refused", function()
    local port = server:broker [[
        greet()
        _, body = expect(8)
        # The answer to another packet is not the one that is waited for.
        sock.sendall(b"\x90\x03\xff\xff\0" + bytes([0x90, 4]) + body[:2] + b"\0\x80")
        until_end()
    ]]
    in_task(function()
        local client = new_client()
        connect(client, port)
        assert.same({ false, "refused" }, { client:subscribe { ["/a"] = 0, ["/b"] = 1 } })
        assert.is_true(client.connected)
        client:disconnect()
    end)
    logged(server, "over")
end)

it("an answer of another type is not the one that is waited for", function()
    local port = server:broker [[
        greet()
        _, body = expect(10)
        sock.sendall(bytes([0x90, 3]) + body[:2] + b"\0")
        wait()
        sock.sendall(ack(11, struct.unpack(">H", body[:2])[0]))
        until_end()
    ]]
    in_task(function()
        local client = new_client()
        connect(client, port)
        client.commandTimeout = 100
        assert.same({ false, "timeout" }, { client:unsubscribe "/a" })
        server.go()
        client:disconnect()
    end)
    logged(server, "over")
end)

describe("a flood of messages while something else is waited for", function()
    it("is kept for receive, however many ids it has", function()
        local port = server:broker [[
            greet()
            _, body = expect(3)
            sock.sendall(b"".join(publish(2, id, b"") for id in range(1, 40001)) + ack(4, id_of(body)))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            client.commandTimeout = 10000
            assert.same({ true }, { client:publish("/t", "x", 1) })
            assert.equal(1, receive(client).packetId)
            client:disconnect()
        end)
        logged(server, "over")
    end)

    it("ends the connection before it fills the memory", function()
        local port = server:broker [[
            greet()
            _, body = expect(8)
            for _ in range(5):
                sock.sendall(publish(0, 0, bytes(15 << 20)))
            sock.sendall(bytes([0x90, 3]) + body[:2] + b"\0")
            until_end()
        ]]
        local text = printed(function()
            in_task(function()
                local client = new_client()
                connect(client, port)
                assert.same({ false, "CLOSED" }, { client:subscribe "/t" })
                -- What has come is received all the same.
                assert.equal(15 << 20, #receive(client).payload)
                client:disconnect()
            end)
        end)
        assert.truthy(text:find("too many messages wait for receive", 1, true), text)
    end)
end)

describe("keep-alive", function()
    it("asks a quiet broker, and goes on when it answers", function()
        local port = server:broker [[
            greet()
            for _ in range(2):
                expect(12)
                sock.sendall(b"\xd0\0")
            sock.sendall(publish(0, 0, b"here"))
            until_end()
        ]]
        in_task(function()
            local client = new_client(0, 1)
            connect(client, port)
            assert.equal("here", receive(client).payload)
            client:disconnect()
        end)
        logged(server, "over")
    end)

    it("ends the connection to one that does not answer", function()
        local port = server:broker "greet()\nuntil_end()"
        local text = printed(function()
            in_task(function()
                local client = new_client(0, 1)
                connect(client, port)
                assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
                client:disconnect()
            end)
        end)
        logged(server, "over")
        assert.equal("12", logged(server, "packet"))
        assert.truthy(text:find("does not answer PINGREQ", 1, true), text)
    end)

    it("of 0 never asks", function()
        local port = server:broker "greet()\nuntil_end()"
        in_task(function()
            local client = new_client(0, 0)
            connect(client, port)
            assert.same({ false, "timeout" }, { client:receive(1200) })
            client:disconnect()
        end)
        logged(server, "over")
        assert.equal("14", logged(server, "packet"))
    end)
end)

describe("a message to the broker", function()
    --- A broker that ends the connection when it has read a PUBLISH and done `more`.
    local function ends_after(more)
        return server:broker("greet()\nfirst, body = expect(3)\nlog('published', id_of(body), first)\n" .. more)
    end

    for _, qos in ipairs { 1, 2 } do
        it("of QoS " .. qos .. " that is not acknowledged is sent again under its id", function()
            local first = ends_after ""
            local second = server:broker(([[
                greet(1)
                first, body = expect(3)
                log("again", id_of(body), first)
                if %d == 1:
                    sock.sendall(ack(4, id_of(body)))
                else:
                    sock.sendall(ack(5, id_of(body)))
                    expect(6)
                    sock.sendall(ack(7, id_of(body)))
                until_end()
            ]]):format(qos))
            in_task(function()
                local client = new_client()
                connect(client, first)
                assert.same({ false, "CLOSED" }, { client:publish("/t", "once", qos) })
                connect(client, second)
                -- The script repeats it: that is the same message.
                assert.same({ true }, { client:publish("/t", "once", qos) })
                client:disconnect()
            end)
            logged(server, "over")
            local published, again = server:log "published" [1], server:log "again" [1]
            assert.equal(published[3], again[3])
            assert.equal(0x30 | qos << 1, tonumber(published[4]))
            assert.equal(0x38 | qos << 1, tonumber(again[4]))
            -- And nothing but DISCONNECT after it.
            assert.equal("14", logged(server, "packet"))
        end)
    end

    it("of QoS 2 that the broker has is released, and not sent again", function()
        local first = ends_after "sock.sendall(ack(5, id_of(body)))\nexpect(6)"
        local second = server:broker [[
            greet(1)
            _, body = expect(6)
            log("released", struct.unpack(">H", body)[0])
            sock.sendall(ack(7, struct.unpack(">H", body)[0]))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, first)
            assert.same({ false, "CLOSED" }, { client:publish("/t", "once", 2) })
            connect(client, second)
            assert.same({ true }, { client:publish("/t", "once", 2) })
            client:disconnect()
        end)
        logged(server, "over")
        assert.equal(server:log "published" [1][3], server:log "released" [1][3])
        assert.equal("14", logged(server, "packet"))
    end)

    it("is a new one for a broker that has lost the session", function()
        local first = ends_after ""
        local second = server:broker [[
            greet(0)
            first, body = expect(3)
            log("again", first)
            sock.sendall(ack(4, id_of(body)))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, first)
            assert.is_false((client:publish("/t", "once", 1)))
            connect(client, second)
            assert.same({ true }, { client:publish("/t", "once", 1) })
            client:disconnect()
        end)
        logged(server, "over")
        assert.equal(tostring(0x32), logged(server, "again"))
    end)

    it("is given up with a clean session", function()
        local first = ends_after ""
        local second = server:broker "greet(0)\nuntil_end()"
        in_task(function()
            local client = new_client(1)
            connect(client, first)
            assert.is_false((client:publish("/t", "once", 2)))
            connect(client, second)
            client:disconnect()
        end)
        logged(server, "over")
        assert.equal("14", logged(server, "packet"))
    end)

    it("that is acknowledged too late is not sent twice", function()
        local port = server:broker [[
            greet()
            _, body = expect(3)
            wait()
            sock.sendall(ack(4, id_of(body)))
            until_end()
        ]]
        in_task(function()
            local client = new_client(1)
            client.commandTimeout = 50
            connect(client, port)
            assert.same({ false, "timeout" }, { client:publish("/t", "slow", 1) })
            server.go()
            client.commandTimeout = LIMIT
            assert.same({ true }, { client:publish("/t", "slow", 1) })
            client:disconnect()
        end)
        logged(server, "over")
        assert.equal("14", logged(server, "packet"))
    end)
end)

describe("a message from the broker", function()
    it("is acknowledged when the script has it", function()
        local port = server:broker [[
            greet()
            sock.sendall(publish(1, 5, b"x"))
            _, body = expect(3)
            sock.sendall(ack(4, id_of(body)))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, port)
            assert.is_true(client:publish("/t", "y", 1))
            assert.is_true(client:publish("/t", "z", 0))
            assert.equal("x", receive(client).payload)
            client:disconnect()
        end)
        logged(server, "over")
        -- PUBLISH, PUBACK, DISCONNECT
        assert.equal("3 4 14", logged(server, "packet", 3))
    end)

    it("of QoS 2 that comes again is not received again, on this connection and the next", function()
        local first = server:broker [[
            greet()
            sock.sendall(publish(2, 5, b"once"))
            expect(5)
            sock.sendall(publish(2, 5, b"once", 1))
            expect(5)
        ]]
        local second = server:broker [[
            greet(1)
            sock.sendall(publish(2, 5, b"once", 1))
            expect(5)
            sock.sendall(ack(6, 5))
            expect(7)
            sock.sendall(publish(2, 5, b"new"))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, first)
            assert.equal("once", receive(client).payload)
            assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
            client:disconnect()
            connect(client, second)
            assert.equal("new", receive(client).payload)
            client:disconnect()
        end)
        logged(server, "over")
    end)

    it("that the script has not received before the connection ended comes once", function()
        local first = server:broker [[
            greet()
            sock.sendall(publish(1, 5, b"1") + publish(2, 6, b"2"))
            _, body = expect(3)
        ]]
        local second = server:broker [[
            greet(1)
            sock.sendall(publish(1, 5, b"1", 1) + publish(2, 6, b"2", 1))
            _, body = expect(3)
            sock.sendall(ack(4, id_of(body)) + publish(0, 0, b"3"))
            until_end()
        ]]
        in_task(function()
            local client = new_client()
            connect(client, first)
            assert.is_false((client:publish("/t", "x", 1)))
            connect(client, second)
            assert.is_true(client:publish("/t", "x", 1))
            local texts = {}
            for index = 1, 3 do
                texts[index] = receive(client).payload
            end
            assert.same({ "1", "2", "3" }, texts)
            client:disconnect()
        end)
        logged(server, "over")
        -- PUBACK, PUBREC, DISCONNECT
        assert.equal("4 5 14", logged(server, "packet", 3))
    end)
end)
