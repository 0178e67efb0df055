--- LuatOS `mqtt` for long: connections that are cut in the midst of packets, many connections. No message of QoS 1 or
-- 2 is lost, none of QoS 2 doubled, and nothing is left behind. Takes seconds; SOAK=long (`make soak`) takes minutes.
require "luatos"
local sys = require "sys"
local mqtt = require "mqtt"
local socket = require "socket"
local brokers = require "brokers"
local peer = require "peer"
local printed = require "printed"

-- `bytes`: a connection is cut after at most this many. All acknowledgements together are more than all cuts take.
local SHORT = { messages = 300, cuts = 3, bytes = 350, rounds = 50 }
local LONG = { messages = 10000, cuts = 20, bytes = 1900, rounds = 1000 }

local soak = os.getenv "SOAK"
assert(soak == nil or soak == "" or soak == "long", "SOAK: long or nothing expected")
local size = soak == "long" and LONG or SHORT

local broker

setup(function()
    broker = peer.start "mosquitto.py"
    peer.eventually(socket.isReady, "the network")
end)

teardown(function()
    broker:stop()
end)

--- Connects as often as it takes.
local function insist(client, port)
    client:disconnect()
    while not client:connect("127.0.0.1", port) do
        client:disconnect()
        sys.wait(10)
    end
end

--- Publishes numbers, each until `publish` returns true.
local function publish_all(client, port, topic, qos)
    for number = 1, size.messages do
        while not client:publish(topic, tostring(number), qos) do
            insist(client, port)
        end
    end
    client:disconnect()
end

--- Receives until the last number has come and nothing comes any more; counts each in `seen`.
local function receive_all(client, port, seen)
    local count = 0
    while true do
        local ok, packet = client:receive(count < size.messages and 60000 or 500)
        if ok then
            local number = tonumber(packet.payload)
            count = count + (seen[number] and 0 or 1)
            seen[number] = (seen[number] or 0) + 1
        elseif packet ~= "timeout" then
            insist(client, port)
        elseif count < size.messages then
            error(("%d of %d messages came"):format(count, size.messages))
        else
            break
        end
    end
    client:disconnect()
end

--- A proxy before the broker that cuts connections.
local function cutter(seed)
    return peer.start("cutter.py", 0, ("%d %d %d %d"):format(broker.port, seed, size.cuts, size.bytes))
end

for _, qos in ipairs { 1, 2 } do
    it("no message of QoS " .. qos .. (qos == 2 and " is lost or doubled" or " is lost"), function()
        local to, from = cutter(qos), cutter(qos + 100)
        local topic, seen = "/soak/" .. qos, {}
        local is_subscribed, is_published, is_received = false, false, false
        local function receiver()
            local client = mqtt.client("receiver" .. qos, 60, nil, nil, 0)
            -- The subscription is not what is cut.
            insist(client, broker.port)
            assert(client:subscribe(topic, qos))
            insist(client, from.port)
            is_subscribed = true
            receive_all(client, from.port, seen)
            insist(client, broker.port)
            client:unsubscribe(topic)
            client:disconnect()
            is_received = true
        end
        local function publisher()
            local client = mqtt.client("publisher" .. qos, 60, nil, nil, 0)
            insist(client, to.port)
            publish_all(client, to.port, topic, qos)
            is_published = true
        end
        printed(function()
            local problem
            local function guarded(body)
                return function()
                    local ok, text = xpcall(body, debug.traceback)
                    problem = problem or not ok and text
                end
            end
            sys.taskInit(guarded(receiver))
            peer.eventually(function() return is_subscribed or problem end, "the subscription")
            sys.taskInit(guarded(publisher))
            brokers.in_task(function()
                while not (is_published and is_received or problem) do
                    sys.wait(20)
                end
            end)
            assert(not problem, problem)
        end)
        for number = 1, size.messages do
            assert(seen[number], ("message %d is lost"):format(number))
            assert(qos == 1 or seen[number] == 1, ("message %d came %s times"):format(number, seen[number]))
        end
        assert.equal(size.cuts, #to:log "cut", "connections of the publisher that were cut")
        assert.equal(size.cuts, #from:log "cut", "connections of the receiver that were cut")
        to:stop()
        from:stop()
    end)
end

--- Resident memory in KiB, and the number of open files.
local function measure()
    collectgarbage()
    collectgarbage()
    local status = io.open "/proc/self/status"
    local resident = tonumber(status:read("a"):match "VmRSS:%s*(%d+)")
    status:close()
    local stat = io.open "/proc/self/stat"
    local pid = stat:read "n"
    stat:close()
    local path = os.tmpname()
    os.execute(("ls /proc/%d/fd | wc -l > %s"):format(pid, path))
    local result = io.open(path)
    local files = result:read "n"
    result:close()
    os.remove(path)
    return resident, files
end

it("many connections leave nothing behind", function()
    brokers.in_task(function()
        local client = mqtt.client("rounds", 60)
        local function round()
            assert(client:connect("127.0.0.1", broker.port))
            assert(client:subscribe("/soak/rounds", 1))
            assert(client:publish("/soak/rounds", ("x"):rep(200 * 1024), 1))
            assert(client:receive(20000))
            client:disconnect()
        end
        for _ = 1, 20 do
            round()
        end
        local memory, files = measure()
        for _ = 1, size.rounds do
            round()
        end
        local memory_after, files_after = measure()
        -- The last connection may still be leaving; one that is left in each round would be more.
        assert(files_after - files < size.rounds / 2, ("%d files were open, then %d"):format(files, files_after))
        -- A connection that is left has at least its message: 200 KiB in each round.
        local grown = memory_after - memory
        assert(grown < 4096, ("%d KiB more after %d rounds"):format(grown, size.rounds))
    end)
end)
