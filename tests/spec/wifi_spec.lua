--- `wifi`: no access point is near.
require "luatos"
require "sys"
local wifi = require "wifi"
local peer = require "peer"

it("finds nothing, and says so", function()
    local message
    rtos.on(rtos.MSG_WIFI, function(told) message = told end)
    assert.equal(0, wifi.getinfo())
    peer.eventually(function() return message end, "the result")
    assert.same({ id = rtos.MSG_WIFI, cnt = 0 }, message)
    rtos.on(rtos.MSG_WIFI, function() end)
end)

it("takes bounds", function()
    local is_told
    rtos.on(rtos.MSG_WIFI, function() is_told = true end)
    assert.equal(0, wifi.getinfo(10, "5"))
    peer.eventually(function() return is_told end, "the result")
    rtos.on(rtos.MSG_WIFI, function() end)
    assert.error_matches(function() wifi.getinfo({}) end, "wifi.getinfo: most: number expected, got table")
end)
