--- What `disp` draws, as pictures. `PICTURES=write` stores anew what is drawn; see `pictures`.
require "luatos"
local common = require "common"
local device = require("luatos").device
local disp = require "disp"
local pictures = require "pictures"
local project = require "project"
local qrencode = require "qrencode"
local runner = require "runner"

local BLACK, WHITE, RED, GREEN, BLUE = 0, 0xffff, 0xf800, 0x07e0, 0x001f

local function gb(text)
    return common.utf8ToGb2312(text)
end

local function start(width, height, bits)
    disp.init(pictures.panel(width or 128, height or 160, bits or 16))
    disp.clear()
end

after_each(disp.close)

it("texts are Chinese and ASCII, in colours, and go on in the next row", function()
    start()
    disp.puttext(gb "欢迎使用Luat", 16, 0)
    disp.setcolor(RED)
    disp.puttext("The quick brown fox jumps", 0, 24)
    disp.setcolor(BLUE)
    disp.puttext(gb "一行\r\n二，。！？", 8, 64)
    disp.setbkcolor(GREEN)
    disp.puttext("transparent", 20, 100)
    disp.update()
    pictures.assert_shown "texts"
end)

it("heights of texts are scaled", function()
    start()
    local before = disp.setfontheight(32)
    disp.puttext(gb "大A", 0, 0)
    disp.setfontheight(24)
    disp.puttext(gb "中B", 0, 40)
    disp.setfontheight(10)
    disp.puttext(gb "小C", 0, 70)
    disp.setfontheight(9)
    disp.setfontheight(61)
    assert.equal(10, disp.getfontheight())
    disp.setfontheight(before)
    disp.update()
    pictures.assert_shown "heights"
end)

it("a font file is for the characters that it has", function()
    start(64, 32)
    -- Two characters of 4 x 4 pixels, A full and B hollow.
    pictures.with_file("\4\4\0A\0B\0\xf0\xf0\xf0\xf0\xf0\x90\x90\xf0", function(path)
        local before = disp.setfont(disp.loadfont(path))
        disp.puttext(gb "AB一CA", 0, 0)
        disp.setfont(before)
        disp.puttext("AB", 0, 16)
    end)
    disp.update()
    pictures.assert_shown "font"
end)

it("rectangles are filled, or framed in the colour of texts", function()
    start(64, 64)
    disp.drawrect(0, 0, 200, 9, RED)
    disp.setcolor(BLUE)
    disp.drawrect(4, 14, 30, 40)
    disp.drawrect(20, 30, 50, 60, GREEN)
    disp.drawrect(50, 60, 20, 30, BLACK)
    disp.update()
    pictures.assert_shown "rectangles"
end)

it("a QR code has whole pixels for its modules, and can be read", function()
    start()
    local width, data = qrencode.encode "http://www.openluat.com"
    assert.equal(1, disp.putqrcode(data, width, 100, 16, 30.5))
    assert.equal(0, disp.putqrcode(data, width, width - 1, 0, 0))
    assert.equal(0, disp.putqrcode(data, width, 100, 120, 0))
    disp.update()
    pictures.with_file(device.picture(), function(path)
        local process = io.popen("zbarimg --quiet --raw --nodbus png:" .. path)
        assert.equal("http://www.openluat.com\n", process:read("*a"))
        process:close()
    end)
    pictures.assert_shown "code"
end)

describe("an image", function()
    it("is put as it is, left out in a colour, or cut", function()
        start(64, 64)
        disp.drawrect(0, 0, 63, 63, GREEN)
        -- It is itself a picture of 64 x 64 pixels.
        local path = "tests/support/pictures/rectangles.png"
        disp.putimage(path, 32, 0, WHITE)
        disp.putimage(path, 0, 40, -1, 20, 30, 39, 49)
        disp.putimage(path, -4, -4, -1, 0, 0, 9, 9)
        disp.update()
        pictures.assert_shown "images"
    end)

    it("that is none leaves the display as it is, and says so", function()
        start(8, 8)
        disp.update()
        local before = device.picture()
        for _, text in ipairs { "GIF89a", pictures.stored("code"):sub(1, 100), "\x89PNG\r\n\x1a\n" } do
            pictures.with_file(text, function(path) disp.putimage(path, 0, 0) end)
        end
        disp.update()
        assert.equal(before, device.picture())
        local output = runner.run([[
            local file = io.open("/image.png", "wb")
            file:write "GIF89a"
            file:close()
            disp.putimage("/image.png", 0, 0)
            print(disp.loadfont "/image.png")
        ]], "--trace=lcd")
        assert.truthy(output:find("lcd: /image.png: a PNG, BMP or JPEG image expected\n", 1, true), output)
        assert.truthy(output:find("lcd: /image.png: a font file is longer than 7 bytes, got 6\n", 1, true), output)
        assert.truthy(output:find("\n-1\n", 1, true), output)
    end)

    it("with a palette shows here, with a warning, and not on the device", function()
        start(8, 8)
        -- One pixel of a palette with one colour, red.
        local file = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\8\3\0\0\0\x28\xcb\x34\xbb"
            .. "\0\0\0\3PLTE\xff\0\0\x19\xe2\x09\x37"
            .. "\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82"
        pictures.with_file(file, function(path) disp.putimage(path, 0, 0) end)
        disp.update()
        local with_image = device.picture()
        disp.clear()
        disp.drawrect(0, 0, 0, 0, RED)
        disp.update()
        assert.equal(with_image, device.picture())
        project.with({ ["main.lua"] = "disp.putimage('/lua/image.png', 0, 0)", ["image.png"] = file }, function(this)
            local output = this.luatos "--strict @/main.lua"
            assert.truthy(output:find("works here only: the device does not show it", 1, true), output)
        end)
    end)

    it("that says it is huge takes no memory", function()
        start(8, 8)
        local before = collectgarbage "count"
        -- The head of a PNG of 65,535 x 65,535 pixels, and its checksum.
        local head = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\8\2\0\0\0\x39\x67\x4e\x07"
        pictures.with_file(head .. ("x"):rep(100), function(path) disp.putimage(path, 0, 0) end)
        assert.is_true(collectgarbage "count" - before < 1000)
    end)
end)

it("layers are drawn on one by one, and the one in use is shown", function()
    start(32, 32)
    disp.drawrect(0, 0, 31, 31, RED)
    local base = disp.setactlayer(disp.USER_LAYER1)
    disp.clear()
    disp.drawrect(8, 8, 23, 23, BLUE)
    disp.setactlayer(base)
    disp.update()
    pictures.assert_shown "layer"
end)

it("panels of 1 and 24 bits show their colours", function()
    start(32, 24, 1)
    disp.puttext("1", 0, 0)
    disp.drawrect(16, 0, 24, 16, 0)
    disp.drawrect(18, 2, 22, 14, 0xff)
    disp.putimage("tests/support/pictures/layer.png", 0, 0)
    disp.update()
    local one = device.picture()
    start(32, 24, 24)
    disp.puttext("1", 0, 0)
    disp.drawrect(16, 0, 23, 15, 0)
    disp.drawrect(18, 2, 21, 13, 0xffffff)
    disp.update()
    assert.equal(one, device.picture())
    disp.drawrect(0, 0, 31, 15, 0xff8001)
    disp.update()
    assert.not_equal(one, device.picture())
end)

it("what is drawn shows with disp.update", function()
    start(16, 16)
    disp.update()
    local white = device.picture()
    disp.drawrect(0, 0, 15, 15, RED)
    assert.equal(white, device.picture())
    disp.update()
    assert.not_equal(white, device.picture())
    disp.clear()
    disp.update()
    assert.equal(white, device.picture())
end)
