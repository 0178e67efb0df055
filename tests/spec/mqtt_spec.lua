--- LuatOS `mqtt` against the broker mosquitto, with faults in between. See also `mqtt_peers_spec.lua`.
require "luatos"
local sys = require "sys"
local mqtt = require "mqtt"
local socket = require "socket"
local use = debug.getregistry()["luatos.use"]
local device = use "native.device"
local brokers = require "brokers"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local tls = require("servers").tls()

local server = brokers.peer()
local in_task = brokers.in_task

--- Longest wait for a message in ms; only a broken test reaches it.
local LIMIT = 20000

local broker

setup(function()
    broker = peer.start "mosquitto.py"
    peer.eventually(socket.isReady, "the network")
end)

teardown(function()
    broker:stop()
end)

local count = 0

--- A client that is connected, with an id of its own.
local function connected(...)
    count = count + 1
    local client = mqtt.client("spec" .. count, ...)
    assert.same({ true }, { client:connect("127.0.0.1", broker.port) })
    return client
end

--- Receives, which has to succeed.
local function receive(client)
    local ok, packet = client:receive(LIMIT)
    assert.is_true(ok, packet)
    return packet
end

describe("messages", function()
    it("of every QoS go there and come back", function()
        in_task(function()
            local client = connected()
            assert.is_true(client:subscribe { ["/spec/0"] = 0, ["/spec/1"] = 1, ["/spec/2"] = 2 })
            for qos = 0, 2 do
                assert.is_true(client:publish("/spec/" .. qos, "payload\0" .. qos, qos))
            end
            for qos = 0, 2 do
                local packet = receive(client)
                assert.same({ "/spec/" .. qos, "payload\0" .. qos, qos, 0, 0, 3 },
                    { packet.topic, packet.payload, packet.qos, packet.retain, packet.dup, packet.id })
                assert.equal("integer", math.type(packet.qos))
                assert.equal(qos > 0, packet.packetId ~= nil)
            end
            assert.same({ false, "timeout" }, { client:receive(20) })
            assert.same({ false, "timeout" }, { client:receive(0) })
            assert.is_true(client:unsubscribe "/spec/0")
            assert.is_true(client:unsubscribe { "/spec/1", "/spec/2" })
            client:publish("/spec/0", "nobody", 1)
            assert.same({ false, "timeout" }, { client:receive(50) })
            client:disconnect()
        end)
    end)

    it("may be large, and empty", function()
        in_task(function()
            local client = connected()
            client:subscribe("/spec/large", 2)
            local large = ("0123456789abcdef"):rep(200 * 64)
            for qos = 0, 2 do
                assert.is_true(client:publish("/spec/large", large, qos))
                assert.is_true(receive(client).payload == large)
                assert.is_true(client:publish("/spec/large", "", qos))
                assert.equal("", receive(client).payload)
            end
            client:disconnect()
        end)
    end)

    it("that are retained wait for those who subscribe", function()
        in_task(function()
            local client = connected()
            client:publish("/spec/retained", "kept", 1, 1)
            client:subscribe("/spec/retained", 1)
            local packet = receive(client)
            assert.same({ "kept", 1 }, { packet.payload, packet.retain })
            client:publish("/spec/retained", "", 1, 1)
            client:disconnect()
        end)
    end)

    it("of a burst are all received in their order", function()
        in_task(function()
            local client = connected()
            client:subscribe("/spec/burst", 1)
            for number = 1, 500 do
                assert.is_true(client:publish("/spec/burst", tostring(number), number % 3))
            end
            local numbers = {}
            for index = 1, 500 do
                numbers[index] = tonumber(receive(client).payload)
            end
            table.sort(numbers)
            for index = 1, 500 do
                assert.equal(index, numbers[index])
            end
            client:disconnect()
        end)
    end)

    it("are not lost where a published message ends receive", function()
        in_task(function()
            local client = connected()
            client:subscribe("/spec/both", 1)
            local timer = sys.timerLoopStart(sys.publish, 2, "MQTT_SPEC", "v")
            local sent, got, news = 0, 0, 0
            while got < 100 or news < 10 do
                local ok, data, value = client:receive(LIMIT, "MQTT_SPEC")
                if ok then
                    got = got + 1
                    assert.equal(tostring(got), data.payload)
                else
                    assert.equal("MQTT_SPEC", data)
                    assert.truthy(value:find "^v+$")
                    news = news + 1
                end
                if sent < 100 then
                    sent = sent + 1
                    client:publish("/spec/both", tostring(sent), 1)
                end
            end
            assert.equal(100, got)
            sys.timerStop(timer)
            client:disconnect()
        end)
    end)

    it("a message that is published while publish waits ends the next receive", function()
        in_task(function()
            local client = connected()
            sys.timerStart(sys.publish, 10, "MQTT_SPEC", "first")
            assert.same({ false, "MQTT_SPEC", "first" }, { client:receive(LIMIT, "MQTT_SPEC") })
            sys.publish("MQTT_SPEC", "second")
            assert.is_true(client:publish("/spec/other", "x", 2))
            assert.same({ false, "MQTT_SPEC", "second" }, { client:receive(LIMIT, "MQTT_SPEC") })
            client:disconnect()
        end)
    end)
end)

describe("a session", function()
    it("with a clean session of 0 outlives the connection", function()
        in_task(function()
            local client = connected(nil, nil, nil, 0)
            client:subscribe("/spec/kept", 1)
            client:disconnect()
            local other = connected()
            for number = 1, 5 do
                other:publish("/spec/kept", tostring(number), 1)
            end
            other:disconnect()
            assert.is_true(client:connect("127.0.0.1", tostring(broker.port), "tcp", nil, 10))
            for number = 1, 5 do
                assert.equal(tostring(number), receive(client).payload)
            end
            client:unsubscribe "/spec/kept"
            client:disconnect()
        end)
    end)

    it("of MQTT 3.1 works alike", function()
        in_task(function()
            local client = connected(60, nil, nil, 0, nil, "3.1")
            client:subscribe("/spec/old", 2)
            client:publish("/spec/old", "hello", 2)
            assert.equal("hello", receive(client).payload)
            client:disconnect()
        end)
    end)

    it("ends with a will where the connection breaks, and without one where the client disconnects", function()
        in_task(function()
            local watcher = connected()
            watcher:subscribe("/spec/will", 1)
            local will = { topic = "/spec/will", payload = "gone", qos = 1 }
            connected(nil, nil, nil, 1, will):disconnect()
            -- A second client of the same id takes the first one's place.
            local client = connected(nil, nil, nil, nil, { topic = "/spec/will", payload = "replaced", qos = 1 })
            local twin = mqtt.client(client.clientId)
            assert.is_true(twin:connect("127.0.0.1", broker.port))
            assert.equal("replaced", receive(watcher).payload)
            assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
            twin:disconnect()
            watcher:disconnect()
        end)
    end)

    it("is for those who know the password", function()
        local users, settings = os.tmpname(), os.tmpname()
        assert(os.execute("mosquitto_passwd -b -c " .. users .. " user secret 2>/dev/null"))
        -- The broker gives up the rights of root.
        assert(os.execute("chmod a+r " .. users))
        local file = assert(io.open(settings, "w"))
        file:write("password_file " .. users .. "\n")
        file:close()
        local strict = peer.start("mosquitto.py", 0, settings)
        in_task(function()
            local good = mqtt.client("good", 60, "user", "secret")
            assert.is_true(good:connect("127.0.0.1", strict.port))
            good:disconnect()
            local bad = mqtt.client("bad", 60, "user", "guess")
            local ok, code = bad:connect("127.0.0.1", strict.port)
            assert.is_false(ok)
            assert.truthy(code == 4 or code == 5, code)
            assert.is_false(bad.connected)
        end)
        strict:stop()
        os.remove(users)
        os.remove(settings)
    end)

    it("may be secure, with certificates of both sides", function()
        -- TLS ends in the peer, which leads to the broker.
        local code = ([[
            inner = socket.create_connection(("127.0.0.1", %d))
            def back():
                while data := inner.recv(65536):
                    sock.sendall(data)
            threading.Thread(target=back, daemon=True).start()
            while data := sock.recv(65536):
                inner.sendall(data)
            inner.shutdown(socket.SHUT_RDWR)
        ]]):format(broker.port)
        local port = server:tls(code, tls.folder, "good", "mutual")
        in_task(function()
            local cert = tls.trusting { clientCert = tls.path "client.pem", clientKey = tls.path "client.key" }
            local client = mqtt.client("tls", 60)
            assert.same({ true }, { client:connect("127.0.0.1", port, "tcp_ssl", cert) })
            client:subscribe("/spec/tls", 2)
            local large = ("x"):rep(200 * 1024)
            assert.is_true(client:publish("/spec/tls", large, 2))
            assert.is_true(receive(client).payload == large)
            client:disconnect()
            local ok, why = client:connect("127.0.0.1", port, nil, { caCert = tls.path "client.pem" }, 10)
            assert.same({ false, "string" }, { ok, type(why) })
        end)
    end)
end)

describe("a broker that is killed", function()
    it("ends every wait, and comes back is connected to again", function()
        in_task(function()
            local client = connected(nil, nil, nil, 0)
            for _ = 1, 3 do
                client:subscribe("/spec/again", 1)
                sys.timerStart(function() broker:stop() end, 30)
                assert.same({ false, "CLOSED" }, { client:receive(LIMIT) })
                assert.is_false(client.connected)
                assert.same({ false, "CLOSED" }, { client:publish("/spec/again", "x", 1) })
                assert.same({ false, "CLOSED" }, { client:subscribe "/spec/again" })
                local ok, why = client:connect("127.0.0.1", broker.port)
                assert.same({ false, "string" }, { ok, type(why) })
                broker:run(broker.port)
                assert.is_true(client:connect("127.0.0.1", broker.port))
            end
            client:disconnect()
        end)
    end)
end)

describe("the loss of the network", function()
    after_each(function()
        device.network(true)
        peer.eventually(socket.isReady, "the network")
    end)

    it("ends receive and publish", function()
        local silent = server:broker "greet(); until_end()"
        printed(function()
            in_task(function()
                local client = connected()
                sys.timerStart(function() device.network(false) end, 50)
                assert.same({ false, "IP_ERROR_IND" }, { client:receive(LIMIT) })
                assert.same({ false, "IP_ERROR_IND" }, { client:receive(LIMIT) })
                client:disconnect()
                assert.same({ false, "there is no network" }, { client:connect("127.0.0.1", broker.port) })
                device.network(true)
                peer.eventually(socket.isReady, "the network")
                assert.is_true(client:connect("127.0.0.1", silent))
                sys.timerStart(function() device.network(false) end, 50)
                assert.same({ false, "IP_ERROR_IND" }, { client:publish("/spec", "x", 1) })
                client:disconnect()
            end)
        end)
        brokers.logged(server, "over")
    end)
end)

describe("calls", function()
    it("without a connection say so", function()
        in_task(function()
            local client = mqtt.client "spec"
            assert.same({ false }, { client:receive(10) })
            assert.same({ false, "not connected" }, { client:publish("/t", "x") })
            assert.same({ false, "not connected" }, { client:subscribe "/t" })
            assert.same({ false, "not connected" }, { client:unsubscribe "/t" })
            client:disconnect()
            client:disconnect()
        end)
    end)

    it("connect only once", function()
        in_task(function()
            local client = connected()
            assert.same({ false, "already connected" }, { client:connect("127.0.0.1", broker.port) })
            assert.is_true(client:publish("/t", "still there", 1))
            client:disconnect()
        end)
    end)

    it("are for the task that has connected", function()
        in_task(function()
            local client = connected()
            local problem
            sys.taskInit(function() problem = select(2, pcall(client.publish, client, "/t", "x")) end)
            assert.truthy(problem:find("mqtt:publish: coroutine mismatch", 1, true), problem)
            client:disconnect()
        end)
    end)

    it("work outside a task", function()
        local client = connected()
        client:subscribe("/spec/outside", 1)
        client:publish("/spec/outside", "x", 1)
        assert.equal("x", receive(client).payload)
        client:disconnect()
    end)

    it("name the argument that they cannot take", function()
        local client = mqtt.client "spec"
        fails("mqtt.client: clientId: string of at most 65535 bytes expected, got nil", mqtt.client)
        fails("mqtt.client: keepAlive: 0 to 65535 expected, got 65536", mqtt.client, "x", 65536)
        fails("mqtt.client: password: string of at most 65535 bytes expected, got 5", mqtt.client, "x", 1, "u", 5)
        fails("mqtt.client: cleanSession: 0 to 1 expected, got 2", mqtt.client, "x", 1, "u", "p", 2)
        fails("mqtt.client: will.topic: string of 1 to 65535 bytes expected", mqtt.client, "x", 1, "u", "p", 1, {})
        fails('mqtt.client: version: "3.1" or "3.1.1" expected, got "5"', mqtt.client, "x", 1, "", "", 1, nil, "5")
        fails('mqtt:connect: transport: "tcp" or "tcp_ssl" expected, got "udp"', client.connect, client, "h", 1, "udp")
        fails("mqtt:connect: host_name: string expected, got 1883", client.connect, client, 1883, "127.0.0.1")
        fails('mqtt:connect: port: 0 to 65535 expected, got "h"', client.connect, client, "h", "h")
        fails("mqtt:subscribe: a client before the colon expected, such as client:subscribe(...), got table",
            client.subscribe, { ["/t"] = 0 })
        for _, filter in ipairs { "/a#/b", "a#", "#/a", "a+/b", "++" } do
            fails("mqtt:subscribe: topic: # as the last level and + as a whole level only expected, got \"" .. filter,
                client.subscribe, client, filter)
        end
        fails("mqtt:subscribe: a key of topic: # as the last", client.subscribe, client, { ["a/#/b"] = 0 })
        for _, filter in ipairs { "#", "+", "/#", "a/+/b/#", "+/+", "//", "$share/group/a/+" } do
            printed(function() assert.same({ false, "not connected" }, { client:subscribe(filter) }) end)
        end
        fails("mqtt:subscribe: qos: 0 to 2 expected, got 3", client.subscribe, client, "/t", 3)
        fails('mqtt:subscribe: topic["/t"]: 0 to 2 expected, got "1"', client.subscribe, client, { ["/t"] = "1" })
        fails("mqtt:subscribe: topic: at least one topic expected", client.subscribe, client, {})
        fails("mqtt:unsubscribe: topic[2]: string of 1 to 65535 bytes", client.unsubscribe, client, { "/t", 5 })
        fails("mqtt:publish: topic: no + or # expected", client.publish, client, "/t/+", "x")
        fails("mqtt:publish: payload: string expected, got nil", client.publish, client, "/t")
        fails("mqtt:publish: retain: 0 to 1 expected, got 2", client.publish, client, "/t", "x", 0, 2)
        fails("mqtt:receive: timeout: number of 0 or more expected", client.receive, client, "x")
        fails("mqtt:receive: msg: string expected, got 5", client.receive, client, 1, 5)
    end)

    it("say at which line", function()
        local ok, problem = pcall(function() mqtt.client "spec":publish("/t/#", "x") end)
        assert.is_false(ok)
        assert.truthy(problem:find("mqtt_spec.lua:%d+: mqtt:publish"), problem)
        ok, problem = pcall(function() return (mqtt.client(5)) end)
        assert.is_false(ok)
        assert.truthy(problem:find("mqtt_spec.lua:%d+: mqtt.client"), problem)
    end)
end)
