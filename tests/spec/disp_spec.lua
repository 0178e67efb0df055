--- `disp`: a display whose content `--trace` tells, and no camera.
require "luatos"
local disp = require "disp"
local fails = require "fails"
local runner = require "runner"

local function settings(changes)
    local all = { width = 128, height = 160, bpp = 16, bus = disp.BUS_SPI4LINE, pinrst = 6, pinrs = 1, initcmd = { 1 } }
    for key, value in pairs(changes or {}) do
        all[key] = value
    end
    return all
end

after_each(disp.close)

describe("the panel", function()
    it("has no size until it is initialised", function()
        assert.same({ 0, 0, 0 }, { disp.getlcdinfo() })
        assert.equal(1, disp.init(settings()))
        assert.same({ 128, 160, 16 }, { disp.getlcdinfo() })
        assert.same({ 128, 160, 16 }, { disp.getlayerinfo() })
        disp.close()
        assert.same({ 0, 0, 0 }, { disp.getlcdinfo() })
    end)

    it("is one of several", function()
        assert.equal(0, disp.init(settings(), settings { width = 240 }))
        assert.equal(128, (disp.getlcdinfo()))
    end)

    it("needs settings that make sense", function()
        fails("disp.init: settings: table expected, got nil", disp.init)
        fails("disp.init: width: a number of pixels expected, got 0", disp.init, settings { width = 0 })
        fails("disp.init: height: number expected, got \"tall\"", disp.init, settings { height = "tall" })
        fails("disp.init: width: up to 1048576 pixels in all expected, got 4096 x 4096",
            disp.init, settings { width = 4096, height = 4096 })
        fails("disp.init: bpp: 1, 16 or 24 expected, got 8", disp.init, settings { bpp = 8 })
        fails("disp.init: initcmd: table expected, got nil",
            disp.init, { width = 1, height = 1, bpp = 16, pinrst = 0, pinrs = 0 })
        assert.same({ 0, 0, 0 }, { disp.getlcdinfo() })
    end)
end)

describe("settings", function()
    it("give back what was before", function()
        local color = disp.setcolor(0xf100)
        assert.equal(0xf100, disp.setcolor(color))
        local background = disp.setbkcolor(5)
        assert.equal(5, disp.setbkcolor(background))
        local height = disp.setfontheight(24)
        assert.equal(24, disp.getfontheight())
        assert.equal(24, disp.setfontheight(height))
        assert.equal(disp.BASE_LAYER, disp.setactlayer(disp.USER_LAYER1))
        assert.equal(disp.USER_LAYER1, disp.setactlayer(disp.BASE_LAYER))
    end)

    it("know the fonts that are there", function()
        assert.equal(-1, disp.loadfont("/missing.bin"))
        local path = os.tmpname()
        assert.equal(-1, disp.loadfont(path))
        local file = io.open(path, "wb")
        file:write("\8\1\0A\0A\0\255")
        file:close()
        local font = disp.loadfont(path)
        os.remove(path)
        assert.is_true(font > 0)
        assert.equal(0, disp.setfont(font))
        assert.equal(font, disp.setfont(font + 100))
        assert.equal(font, disp.setfont(0))
        assert.is_true(disp.loadfont(1) > font)
    end)
end)

describe("what is put on it", function()
    it("has its arguments checked", function()
        disp.init(settings())
        disp.clear()
        disp.puttext("text", 0.5, "12")
        fails("disp.puttext: y: number expected, got nil", disp.puttext, "text", 0)
        fails("disp.putimage: path: string expected, got nil", disp.putimage)
        fails("disp.drawrect: bottom: number expected, got nil", disp.drawrect, 1, 2, 3)
        assert.equal(1, disp.putqrcode(("\1"):rep(441), 21, 100, 14.5, 10))
        assert.equal(0, disp.putqrcode("\1", 21, 100))
        disp.putimage("/missing.png", 0, 0)
        disp.update()
        disp.sleep(1)
        disp.sleep(0)
    end)

    it("tells the size of an image", function()
        local path = os.tmpname()
        local file = io.open(path, "wb")
        file:write("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\xf0\0\0\x01\x40\8\2\0\0\0")
        file:close()
        assert.same({ 1, 240, 320 }, { disp.getimageresolution(path) })
        os.remove(path)
        assert.same({ 0, 0, 0 }, { disp.getimageresolution(path) })
    end)

    it("is told by --trace when it is updated", function()
        local output = runner.run([[
            disp.init { width = 128, height = 160, bpp = 16, pinrst = 6, pinrs = 1, initcmd = {} }
            disp.setcolor(0x07e0)
            disp.puttext("\xc4\xe3\xba\xc3", 8, 24)
            disp.drawrect(0, 43, 128, 44, 0)
            disp.update()
            disp.putimage("/missing.png", 0, 0)
            disp.clear()
            disp.update()
        ]], "--trace")
        local lines = {}
        for line in output:gmatch("lcd: ([^\n]*)") do
            lines[#lines + 1] = line
        end
        assert.same({
            "128 x 160 pixels, 16 bit",
            '"你好" at 8,24 in 0x07e0; rectangle at 0,43 to 128,44',
            "/missing.png: no such file",
            "empty",
        }, lines)
    end)
end)

it("there is no camera", function()
    assert.equal(0, disp.cameraopen(1, 0, 0, 1))
    assert.equal(0, disp.cameraopen_ext { zbar_scan = 1 })
    assert.equal(0, disp.camerapreview(0, 0, 0, 0, 128, 160))
    assert.equal(0, disp.camerapreviewzoom(0xff))
    assert.equal(0, disp.cameracapture(128, 160))
    assert.equal(0, disp.camerasavephoto("/testCamera.jpg"))
    assert.equal(0, disp.camerapreviewclose())
    assert.equal(0, disp.cameraclose())
    fails("disp.cameracapture: height: number expected, got nil", disp.cameracapture, 128)
    fails("disp.cameraopen_ext: settings: table expected, got 1", disp.cameraopen_ext, 1)
    fails("disp.camerasavephoto: path: string expected, got nil", disp.camerasavephoto)
end)

it("a finalizer may use the display while a call reads its arguments", function()
    local count, problem = 0, nil
    local class = {
        __gc = function()
            count = count + 1
            local ok, text = pcall(disp.clear)
            problem = problem or not ok and text
        end,
    }
    collectgarbage "stop"
    for _ = 1, 1000 do
        setmetatable({}, class)
    end
    collectgarbage "restart"
    for number = 1, 1e9 do
        -- Becomes a string, for which garbage is collected: nothing else here needs memory.
        disp.puttext(number, 0, 0)
        if count > 0 then
            break
        end
    end
    assert.is_true(count > 0)
    assert.is_nil(problem or nil)
end)

it("constants of a kind are different numbers", function()
    for _, kind in ipairs { "^BUS_", "^CAMERA_SPI_MODE_", "^CAMERA_SPEED_", "^CAMERA_SPI_OUT_" } do
        local seen, count = {}, 0
        for name, value in pairs(disp) do
            if name:find(kind) then
                assert.is_nil(seen[value], name)
                seen[value], count = name, count + 1
            end
        end
        assert.is_true(count >= 3, kind)
    end
end)
