--- Tests of the project, run by `luatos test`: each has a device of its own, and its waits are passed over.
-- 工程的测试，用 luatos test 运行：每个测试都有自己的设备，等待的时间立即过去。
local test = require "luatos.test"

before_each(function() test.clock.instant() end)

it("the lamp blinks once a second", function()
    test.project "."
    test.expect_log "blinked%s+1"
    local lamp = require "lamp"
    local levels = {}
    test.device.on("pin", function(pin, level)
        if pin == lamp.PIN then
            levels[#levels + 1] = level
        end
    end)
    test.expect_log "blinked%s+3"
    assert.same({ 1, 0, 1, 0 }, levels)
end)

it("the device says its IMEI when it is online", function()
    test.project(".", { modem = { imei = "866714049999999", register_after = 3000 } })
    test.expect_log "online%s+866714049999999"
end)
