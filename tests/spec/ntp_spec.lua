--- LuatOS `ntp` with servers that answer, lie and are silent.
require "luatos"
local sys = require "sys"
local ntp = require "ntp"
local socket = require "socket"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local runner = require "runner"
local sockets = require "sockets"

local server = sockets.peer()

--- Answers each request with the real time and some seconds.
local ANSWERS = [[
    while True:
        data, address = sock.recvfrom(100)
        now = time.time() + 2208988800 + %d
        answer = bytearray(48)
        answer[0:2] = bytes([0x24, 2])
        answer[24:32] = data[40:48]
        answer[40:48] = struct.pack('>II', int(now) %% (1 << 32), int(now %% 1 * (1 << 32)))
        sock.sendto(bytes(answer), address)
]]

local function time_server(offset)
    return server:udp(ANSWERS:format(offset or 0))
end

--- Runs a script that asks the server at a port in place of every other one.
local function run(port, script, options)
    return runner.run(([[
        PROJECT, VERSION = "NTP", "1.0.0"
        require "sys"
        require "ntp"
        %s
        sys.init(0, 0)
        sys.run()
    ]]):format(script), ("%s %s"):format(port and "--connect-to ::127.0.0.1:" .. port or "", options or ""))
end

it("sets the clock", function()
    local output = run(time_server(7200), [[
        local began = os.time()
        sys.subscribe("NTP_SUCCEED", function()
            local change = os.time() - began
            print("changed", change >= 7198 and change <= 7230 or change, ntp.isEnd())
        end)
        ntp.timeSync(nil, function(now, ok) print("after", now.year >= 2024, ok) end, function() print "before" end)
        print("at once", ntp.isEnd())
    ]])
    assert.truthy(output:find "at once false.*before.*after true true.*changed true true", output)
end)

it("understands the era that begins in 2036", function()
    local output = run(time_server(20 * 365 * 86400), [[
        ntp.timeSync(nil, function(now, ok) print("year", now.year > 2044 or now.year, ok) end)
    ]])
    -- The device's clock ends in 2038.
    assert.truthy(output:find("year %d+ false"), output)
end)

it("is repeated after its period", function()
    local output = run(time_server(), [[
        local count = 0
        ntp.timeSync(0.0001, function()
            count = count + 1
            if count == 3 then print "three"; os.exit(0) end
        end)
    ]])
    assert.truthy(output:find "three", output)
end)

--- A server that answers each request with `BYTES`, each a list of places and their bytes in an answer with a time.
local function liar(changes)
    return server:udp(([[
        while True:
            data, address = sock.recvfrom(100)
            for changed in %s:
                answer = bytearray(24) + data[40:48] + bytes(8) + struct.pack('>II', 3000000000, 0)
                answer[0:2] = bytes([0x24, 2])
                for place, value in changed.items():
                    answer[place] = value
                sock.sendto(bytes(answer), address)
            sock.sendto(bytes(answer[:40]), address)
    ]]):format(changes))
end

--- Asks a server that lies, then a good one.
-- @return what was printed, with the seconds that the former has taken
local function ask_both(bad)
    return runner.run([[
        PROJECT, VERSION = "NTP", "1.0.0"
        require "sys"
        require "ntp"
        sys.taskInit(function()
            for _, name in ipairs { "bad.example", "good.example" } do
                local began = rtos.tick()
                ntp.setServers { name }
                print("result", ntp.ntpTime())
                print("seconds", math.floor((rtos.tick() - began) / 200))
            end
        end)
        sys.init(0, 0)
        sys.run()
    ]], ("--connect-to bad.example:123:127.0.0.1:%d --connect-to good.example:123:127.0.0.1:%d"):format(bad,
        time_server()))
end

it("does not believe others than the server it has asked", function()
    -- Another's cookie, no server's mode.
    local output = ask_both(liar "[{24: data[40] ^ 1}, {0: 0x23}]")
    assert.truthy(output:find "result false bad%.example: an answer of 48 bytes.*result true", output)
end)

it("gives up a server at once that does not know the time", function()
    -- No stratum; no synchronisation.
    for _, change in ipairs { "{1: 0}", "{0: 0xe4}" } do
        local output = ask_both(liar(("[%s]"):format(change)))
        local seconds = output:match "result false bad%.example: the server does not know the time\nseconds (%d+)"
        assert.truthy(tonumber(seconds) < 7, output)
        assert.truthy(output:find "result true", output)
    end
end)

it("asks no server that it knows by itself unless the user permits it, and says so once", function()
    local output = run(nil, [[
        sys.taskInit(function() print("result", ntp.ntpTime()) end)
    ]])
    assert.truthy(output:find "result false %S+ is not reached", output)
    local _, count = output:gsub("%-%-online permits it", "")
    assert.equal(1, count)
end)

it("asks the servers of the script", function()
    local names = { "127.0.0.1" }
    local before = ntp.getServers()
    assert.equal(12, #before)
    ntp.setServers(names)
    assert.equal(names, ntp.getServers())
    ntp.setServers(before)
end)

it("goes on with the next server after one that refuses", function()
    peer.eventually(socket.isReady, "the network")
    local before = ntp.getServers()
    ntp.setServers { "one.invalid", "two.invalid" }
    local ok, why, output
    output = printed(function()
        local is_over = false
        sys.taskInit(function()
            ok, why = ntp.ntpTime()
            is_over = true
        end)
        peer.eventually(function() return is_over end, "the end of the round")
    end)
    ntp.setServers(before)
    assert.is_false(ok)
    assert.truthy(why:find "invalid", why)
    assert.truthy(output:find "one%.invalid" and output:find "two%.invalid", output)
    assert.is_false(ntp.isEnd())
end)

it("refuses bad arguments", function()
    fails("ntp.timeSync: period: number of hours above 0 expected, got 0", ntp.timeSync, 0)
    fails("ntp.timeSync: fnc: function expected, got 1", ntp.timeSync, nil, 1)
    fails("ntp.ntpTime: fun: function expected, got 1", ntp.ntpTime, nil, nil, 1)
    fails("ntp.setServers: list of names expected, got nil", ntp.setServers)
    fails("ntp.setServers: [1]: string expected, got 1", ntp.setServers, { 1 })
end)
