--- `powerKey`: short and long presses.
local outside = require "outside"

local function run(script, scenario)
    return outside.run("require 'powerKey'\n" .. script, "sys.wait(5)\n" .. scenario)
end

it("short and long presses are told apart when the key is released", function()
    assert.equal("short\nlong\nshort\n", (run([[
        powerKey.setup(200, function() print "long" sys.publish "KEY" end, function()
            sys.wait(5)
            print "short"
            sys.publish "KEY"
        end)
    ]], [[
        for _, ms in ipairs { 20, 400, 20 } do
            device.press("POWERKEY", ms)
            sys.waitUntil("KEY", 10000)
        end
    ]])))
end)

it("a long press switches the device off by default", function()
    local output, status = run("powerKey.setup(50)", [[
        device.on("power", function(...) print(...) end)
        device.press("POWERKEY", 300)
        sys.wait(10000)
        error "still on"
    ]])
    -- The device is off before the scenario returns, which fails the run.
    assert.equal(1, status)
    assert.falsy(output:find "still on", output)
    assert.truthy(output:find("has not returned", 1, true), output)
end)

it("errors name function, argument and value", function()
    assert.equal([[
powerKey.setup: longPrd: nil or 1 to 2147483647 ms expected, got 0
powerKey.setup: longCb: function or nil expected, got 5
powerKey.setup: shortCb: function or nil expected, got "x"
]], (run([[
        local function fails(...) print((select(2, pcall(...)):gsub("^[^ ]-:%d+: ", ""))) end
        fails(powerKey.setup, 0)
        fails(powerKey.setup, nil, 5)
        fails(powerKey.setup, nil, nil, "x")
    ]], "")))
end)
