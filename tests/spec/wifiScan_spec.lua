--- `wifiScan` and `scanCode`: callbacks for what is around.
local test = require "luatos.test"
local fails = require "fails"
require "scanCode"
require "wifiScan"

before_each(function() test.clock.instant() end)

--- A callback that prints what it gets.
local function shown(name)
    return function(...) print(name, ...) end
end

it("each scan has an answer", function()
    wifiScan.request(shown "a")
    wifiScan.request(shown "b")
    test.expect_log("a%sfalse%s0", 15000)
    test.expect_log("b%sfalse%s0", 15000)
end)

it("finds the access points that are there", function()
    test.device.wifi { ["00:01:02:03:04:05"] = -81, ["01:23:45:67:89:AB"] = -60 }
    local found
    wifiScan.request(function(...) found = { ... } end)
    test.clock.advance(15000)
    assert.same({ true, 2, { ["00:01:02:03:04:05"] = -81, ["01:23:45:67:89:ab"] = -60 } }, found)
    test.device.wifi {}
    wifiScan.request(shown "none")
    test.expect_log("none%sfalse%s0", 15000)
end)

it("a scan for a code ends with its time", function()
    scanCode.request(shown "first", 20)
    scanCode.request(shown "second", 60)
    test.expect_log("first%sfalse", 50)
    test.expect_log("second%sfalse", 50)
end)

it("errors name function, argument and value", function()
    fails("wifiScan.request: cbFnc: function expected, got nil", wifiScan.request)
    fails("scanCode.request: timeout: nil or 1 to 2147483647 ms expected, got 0", scanCode.request, print, 0)
end)
