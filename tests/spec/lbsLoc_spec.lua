--- LuatOS `lbsLoc` with a service that answers, refuses and is silent.
require "luatos"
local sys = require "sys"
local lbsLoc = require "lbsLoc"
local socket = require "socket"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local runner = require "runner"
local sockets = require "sockets"

local server = sockets.peer()

--- 031.2425864 and 121.4736522, two digits a byte with the lower one first.
local PLACE = "bytes([0x30, 0x21, 0x24, 0x85, 0x46, 0x21, 0x41, 0x37, 0x56, 0x22])"

setup(function()
    peer.eventually(socket.isReady, "the network")
end)

--- A service that logs each request and answers with a Python expression.
local function service(answer)
    return server:udp([[
        while True:
            data, address = sock.recvfrom(2000)
            log('request', data.hex())
            answer = ]] .. answer .. [[

            if answer:
                sock.sendto(answer, address)
    ]])
end

--- Asks and waits for the callback.
local function ask(port, address, timeout, wlans)
    local results
    printed(function()
        lbsLoc.request(function(...) results = table.pack(...) end, address, timeout, "key", "127.0.0.1", port, false,
            wlans)
        peer.eventually(function() return results end, "the callback")
    end)
    return table.unpack(results, 1, results.n)
end

it("finds the place of the cells", function()
    local port = service("b'\\0' + " .. PLACE .. " + bytes([26, 11, 24, 10, 30, 0])")
    local result, latitude, longitude, address, time, kind = ask(port)
    assert.same({ 0, "031.2425864", "121.4736522" }, { result, latitude, longitude })
    assert.same({ nil, "\26\11\24\10\30\0", 0 }, { address, time, kind })
    -- Key, flags, IMEI in eight bytes.
    local request = server:logged "request"
    assert.equal("036b657928", request:sub(1, 10))
    assert.truthy(#request > 2 * 13)
end)

it("gives the address, and what WLANs say", function()
    local port = service("b'\\xff' + " .. PLACE .. " + b'\\x05there' + bytes(6)")
    local result, _, _, address, time, kind = ask(port, true, nil, { ["1a:fe:34:9e:a1:77"] = -63.0 })
    assert.same({ 0, "there", ("\0"):rep(6), 255 }, { result, address, time, kind })
    local request = server:logged "request"
    assert.equal(("%02x"):format(8 + 32 + 2 + 16), request:sub(9, 10))
    assert.equal("011afe349ea177c0", request:sub(-16))
end)

it("takes false for what is left out", function()
    local result
    printed(function()
        lbsLoc.request(function(code) result = code end, false, false, "key", false, false, false, false)
        peer.eventually(function() return result end, "the callback")
    end)
    -- The maker's host is not reached.
    assert.equal(2, result)
end)

it("says that the place is not known", function()
    for _, answer in ipairs { "b'\\1'", "b'\\2'", "b'\\0' + bytes(3)", "b'\\0' + b'\\xaa' * 10" } do
        assert.equal(5, (ask(service(answer))))
    end
end)

it("asks three times", function()
    assert.equal(4, (ask(service "None", nil, 50)))
    assert.equal(3, #server:log "request")
end)

it("does not call home unless the user permits it", function()
    local script = [[
        PROJECT, VERSION, PRODUCT_KEY = "PLACE", "1.0.0", "key"
        require "sys"
        require "lbsLoc"
        local rounds = 0
        local function ask()
            lbsLoc.request(function(result, latitude)
                print("result", result, latitude)
                rounds = rounds + 1
                if rounds < 2 then ask() end
            end)
        end
        ask()
        sys.init(0, 0)
        sys.run()
    ]]
    local output = runner.run(script)
    assert.truthy(output:find "result 2.*result 2", output)
    local _, count = output:gsub("bs%.openluat%.com:12411 is not reached", "")
    assert.equal(1, count)
    local port = service("b'\\0' + " .. PLACE)
    output = runner.run(script, "--connect-to bs.openluat.com:12411:127.0.0.1:" .. port)
    assert.truthy(output:find("result 0 031.2425864", 1, true), output)
end)

it("refuses bad arguments", function()
    local function nothing() end
    fails("lbsLoc.request: cbFnc: function expected, got nil", lbsLoc.request)
    fails("lbsLoc.request: productKey: string, or one in the global PRODUCT_KEY, expected, got nil",
        lbsLoc.request, nothing)
    fails("lbsLoc.request: timeout: number above 0 (ms) expected, got 0", lbsLoc.request, nothing, nil, 0, "k")
    fails("lbsLoc.request: port: 0 to 65535 expected, got \"x\"", lbsLoc.request, nothing, nil, nil, "k", "h", "x")
    fails('lbsLoc.request: reqWifi: addresses of six bytes expected, got "1a"', lbsLoc.request, nothing, nil, nil, "k",
        nil, nil, nil, { ["1a"] = -1 })
    -- Nothing was begun.
    sys.wait(5)
end)
