--- The camera, which sees a picture: `device.camera`, `--camera`, `disp.camera...`, `scanCode`.
require "luatos"
local device = require("luatos").device
local disp = require "disp"
local fails = require "fails"
local pictures = require "pictures"
local project = require "project"
local runner = require "runner"

--- A picture of 128 x 160 pixels with a QR code in its middle.
local CODE = "tests/support/pictures/code.png"

local function start()
    disp.init(pictures.panel(128, 160, 16))
    disp.clear()
    disp.update()
end

after_each(function()
    device.camera()
    disp.close()
end)

describe("a preview", function()
    it("fills its part of the display, over what is drawn, until it ends", function()
        start()
        device.camera(CODE)
        assert.equal(1, disp.cameraopen(1, 0, 0, 1))
        assert.equal(1, disp.camerapreviewzoom(0xff))
        assert.equal(1, disp.camerapreview(0, 0, 10, 20, 106, 148))
        disp.puttext("preview", 0, 0)
        disp.update()
        pictures.assert_shown "preview"
        assert.equal(1, disp.camerapreviewclose())
        assert.equal(0, disp.camerapreviewclose())
        assert.equal(1, disp.cameraclose())
        assert.equal(0, disp.cameraclose())
    end)

    it("is turned and mirrored", function()
        start()
        device.camera "tests/support/pictures/texts.png"
        disp.cameraopen(1)
        disp.camerapreviewzoom(-2)
        assert.equal(0, disp.camerapreviewrotation(45))
        assert.equal(1, disp.camerapreviewrotation(90))
        disp.camerapreview(0, 0, 0, 0, 128, 160)
        pictures.assert_shown "turned"
    end)

    it("shows another picture as soon as there is one", function()
        start()
        device.camera(CODE)
        disp.cameraopen(1)
        disp.camerapreview(0, 0, 0, 0, 128, 160)
        local before = device.picture()
        device.camera "tests/support/pictures/texts.png"
        assert.not_equal(before, device.picture())
        device.camera()
        assert.equal(0, disp.camerapreviewclose())
        assert.equal(0, disp.cameraopen(1))
    end)

    it("is not drawn where the display is set up so", function()
        local settings = pictures.panel(128, 160, 16)
        settings.camera_preview_no_update_screen = 1
        disp.init(settings)
        local before = device.picture()
        device.camera(CODE)
        disp.cameraopen(1)
        assert.equal(1, disp.camerapreview(0, 0, 0, 0, 128, 160))
        assert.equal(before, device.picture())
    end)
end)

it("a photo becomes a file of its size, which can be shown", function()
    start()
    device.camera(CODE)
    assert.equal(1, disp.cameraopen_ext { sensor_width = 240, sensor_height = 300, init_cmd = {} })
    assert.equal(0, disp.cameracapture(0, 160))
    assert.equal(1, disp.cameracapture(128, 160))
    local path = os.tmpname()
    assert.equal(1, disp.camerasavephoto(path))
    local process = io.popen("zbarimg --quiet --raw --nodbus jpeg:" .. path)
    assert.equal("http://www.openluat.com\n", process:read("*a"))
    process:close()
    disp.putimage(path, 0, 0)
    local before = device.picture()
    disp.update()
    assert.not_equal(before, device.picture())
    local function size()
        local file = io.open(path, "rb")
        local bytes = file:seek "end"
        file:close()
        return bytes
    end
    local small = size()
    disp.cameracapture(128, 160, 100)
    disp.camerasavephoto(path)
    assert.is_true(size() > small)
    os.remove(path)
    assert.equal(0, disp.camerasavephoto "/no/such/folder/photo.jpg")
    disp.cameraclose()
    assert.equal(0, disp.camerasavephoto(path))
end)

local SCAN = [[
    require "scanCode"
    disp.init { width = 128, height = 160, bpp = 16, pinrst = 6, pinrs = 1, initcmd = {} }
    print(disp.cameraopen(1, 1), disp.camerapreview(0, 0, 0, 0, 128, 160))
    scanCode.request(function(...)
        print(...)
        os.exit(0)
    end, 20000)
    sys.run()
]]

describe("QR codes", function()
    it("are read during a preview", function()
        assert.equal("1 1\ntrue QR-Code http://www.openluat.com\n", runner.run(SCAN, "--camera " .. CODE))
    end)

    it("are read as soon as they are there", function()
        local later = ("sys.timerStart(function() require('luatos').device.camera '%s' end, 10)\n"):format(CODE)
        local output = runner.run('require "sys"\n' .. later .. SCAN, "--camera tests/support/pictures/texts.png")
        assert.equal("1 1\ntrue QR-Code http://www.openluat.com\n", output)
    end)

    it("are not read without being looked for", function()
        local script = SCAN:gsub("cameraopen%(1, 1%)", "cameraopen(1, 0)"):gsub("20000", "10")
        assert.equal("1 1\nfalse\n", runner.run(script, "--camera " .. CODE))
    end)
end)

describe("the picture", function()
    it("has to be one", function()
        fails("device.camera: path: string expected, got true", device.camera, true)
        fails("device.camera: /missing.png: No such file or directory", device.camera, "/missing.png")
        fails("device.camera: tests/spec/camera_spec.lua: a PNG, BMP or JPEG image expected",
            device.camera, "tests/spec/camera_spec.lua")
        local output, status = runner.run("print(1)", "--camera /missing.png")
        assert.truthy(output:find("--camera: /missing.png: ", 1, true), output)
        assert.not_equal(0, status)
    end)

    it("may stand in luatos.toml", function()
        project.with({
            ["main.lua"] = "print(disp.cameraopen(1))",
            ["luatos.toml"] = 'camera = "sight.png"',
            ["sight.png"] = pictures.stored "code",
        }, function(this)
            assert.equal("1\n", (this.luatos()))
        end)
    end)
end)
