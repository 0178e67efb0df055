--- `wifiScan` and `scanCode`: callbacks for what is around.
local outside = require "outside"

it("each scan has an answer", function()
    assert.equal("a false 0\nb false 0\n", (outside.run([[
        require "wifiScan"
        wifiScan.request(function(...) print("a", ...) end)
        wifiScan.request(function(...) print("b", ...) sys.publish "OVER" end)
    ]], 'sys.waitUntil("OVER", 15000)'):gsub("%[W%][^\n]+\n", "")))
end)

it("finds the access points that are there", function()
    assert.equal("true 2\n01:23:45:67:89:ab -60\n00:01:02:03:04:05 -81\nfalse 0\n", (outside.run([[
        require "wifiScan"
        local function scan()
            wifiScan.request(function(found, count, points)
                print(found, count)
                for _, address in ipairs(points and { "01:23:45:67:89:ab", "00:01:02:03:04:05" } or {}) do
                    print(address, points[address])
                end
                sys.publish "OVER"
            end)
        end
        sys.subscribe("SCAN", scan)
    ]], [[
        device.wifi { ["00:01:02:03:04:05"] = -81, ["01:23:45:67:89:AB"] = -60 }
        sys.publish "SCAN"
        sys.waitUntil("OVER", 15000)
        device.wifi {}
        sys.publish "SCAN"
        sys.waitUntil("OVER", 15000)
    ]]):gsub("%[W%][^\n]+\n", "")))
end)

it("a scan for a code ends with its time", function()
    assert.equal("first false\nsecond false\n", (outside.run([[
        require "scanCode"
        scanCode.request(function(...) print("first", ...) end, 20)
        scanCode.request(function(...) print("second", ...) sys.publish "OVER" end, 60)
    ]], 'sys.waitUntil("OVER", 10000)')))
end)

it("errors name function, argument and value", function()
    assert.equal([[
wifiScan.request: cbFnc: function expected, got nil
scanCode.request: timeout: nil or 1 to 2147483647 ms expected, got 0
]], (outside.run([[
        require "wifiScan" require "scanCode"
        print((select(2, pcall(wifiScan.request)):gsub("^[^ ]-:%d+: ", "")))
        print((select(2, pcall(scanCode.request, print, 0)):gsub("^[^ ]-:%d+: ", "")))
    ]], "")))
end)
