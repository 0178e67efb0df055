--- `powerKey`: short and long presses.
local test = require "luatos.test"
local fails = require "fails"
require "powerKey"
require "sys"

it("short and long presses are told apart when the key is released", function()
    powerKey.setup(200, function() print "long" end, function()
        sys.wait(5)
        print "short"
    end)
    for _, ms in ipairs { 20, 400, 20 } do
        test.device.press("POWERKEY", ms)
        test.clock.advance(1000)
    end
    assert.same({ "short", "long", "short" }, test.log())
end)

it("a long press switches the device off by default", function()
    stub(rtos, "poweroff")
    powerKey.setup(50)
    test.device.press("POWERKEY", 300)
    test.clock.advance(10000)
    assert.stub(rtos.poweroff).was.called()
end)

it("errors name function, argument and value", function()
    fails("powerKey.setup: longPrd: nil or 1 to 2147483647 ms expected, got 0", powerKey.setup, 0)
    fails("powerKey.setup: longCb: function or nil expected, got 5", powerKey.setup, nil, 5)
    fails('powerKey.setup: shortCb: function or nil expected, got "x"', powerKey.setup, nil, nil, "x")
end)
