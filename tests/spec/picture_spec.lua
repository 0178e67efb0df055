--- `device.picture`, `device.state().displays` and the change `picture`.
require "luatos"
local device = require("luatos").device
local disp = require "disp"
local fails = require "fails"
local runner = require "runner"

local function settings(bits)
    return { width = 128, height = 160, bpp = bits or 16, pinrst = 6, pinrs = 1, initcmd = {} }
end

after_each(disp.close)

it("a display is there from disp.init to disp.close", function()
    assert.is_nil(device.picture())
    assert.same({}, device.state().displays)
    disp.init(settings())
    local shown = { name = "lcd", width = 128, height = 160, bits = 16, count = 0, asleep = false, touch = false }
    assert.same({ shown }, device.state().displays)
    disp.update()
    disp.sleep(1)
    shown.count, shown.asleep = 1, true
    assert.same({ shown }, device.state().displays)
    assert.equal("\x89PNG\r\n\x1a\n", device.picture():sub(1, 8))
    assert.equal(device.picture(), device.picture "lcd")
    assert.is_nil(device.picture "oled")
    disp.close()
    assert.is_nil(device.picture "lcd")
end)

it("each update is told", function()
    local output = runner.run [[
        require "sys"
        local device = require("luatos").device
        device.on("picture", function(name, count)
            print(name, count)
            if count == 2 then os.exit(0) end
        end)
        disp.init { width = 8, height = 8, bpp = 1, pinrst = 6, pinrs = 1, initcmd = {} }
        disp.update()
        disp.update()
        sys.run()
    ]]
    assert.equal("lcd 1\nlcd 2\n", output)
end)

it("the name is a text", function()
    local name = {}
    fails("device.picture: name: string expected, got " .. tostring(name), device.picture, name)
end)
