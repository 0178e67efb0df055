-- spec/main_spec.lua
local test = require "luatos.test"

it("switches the lamp by a text message", function()
    test.project "."
    test.device.sms("+8613800000000", "on")
    test.expect_log "%[lamp%] 13800000000 on"
    assert.equal(1, test.device.state().pins[pio.P0_10].level)
end)
