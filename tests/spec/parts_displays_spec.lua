--- The models of displays, touch panels and memories, as drivers speak to them.
local device = require("luatos").device
local sys = require "sys"
local fails = require "fails"
local noise = require "noise"
local project = require "project"

local I2C, SPI = 2, spi.SPI_1

--- Bytes of hexadecimal digits.
local function bytes(hex)
    return (hex:gsub(" ", ""):gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function hex(text)
    return (text:gsub(".", function(character) return ("%02x "):format(character:byte()) end):gsub(" $", ""))
end

--- The display of a part, as `device.state` has it.
local function display(name)
    for _, each in ipairs(device.state().displays) do
        if each.name == name then
            return each
        end
    end
end

local function output(pin, level)
    pio.pin.setdir(level == 1 and pio.OUTPUT1 or pio.OUTPUT, pin)
    pio.pin.setval(level, pin)
end

before_each(function()
    i2c.setup(I2C, i2c.FAST)
    spi.setup(SPI, 0, 0, 8, 10000000, 1)
end)

after_each(function()
    for _, part in ipairs(device.state().parts) do
        device.remove(part.name)
    end
    spi.close(SPI)
end)

describe("ssd1306", function()
    it("shows on I2C what is sent byte by byte", function()
        device.part "ssd1306"
        assert.same({ name = "ssd1306", width = 128, height = 64, bits = 1, count = 0, asleep = true, touch = false },
            display "ssd1306")
        assert.is_true(device.state().parts[1].screen)
        for _, command in ipairs { 0xa1, 0xc8, 0xaf, 0xb0, 0x00, 0x10 } do
            assert.equal(2, i2c.send(I2C, 0x3c, { 0x00, command }))
        end
        local before = device.picture "ssd1306"
        i2c.setup(I2C, i2c.FAST, 0x3c)
        assert.equal(1, i2c.write(I2C, 0x40, 0xff))
        assert.equal("00", hex(i2c.read(I2C, 0x20, 1)))
        sys.wait(5)
        assert.is_false(display("ssd1306").asleep)
        assert.is_true(display("ssd1306").count > 0)
        local after = device.picture "ssd1306"
        assert.equal("\x89PNG", after:sub(1, 4))
        assert.not_equal(before, after)
    end)

    it("is on SPI with a pin that tells data from commands", function()
        device.part("ssd1306", { dc = pio.P0_10, name = "oled", height = 32 })
        assert.equal("spi 0", device.state().parts[1].place)
        output(pio.P0_10, 0)
        spi.send(SPI, bytes "af")
        local before = device.picture "oled"
        output(pio.P0_10, 1)
        spi.send(SPI, bytes "ff")
        assert.not_equal(before, device.picture "oled")
        device.remove "oled"
        assert.is_nil(device.picture "oled")
        pio.pin.close(pio.P0_10)
    end)

    it("names sizes that it cannot have", function()
        fails("width, height: up to 128 and 64 expected, got 129 and 64", device.part, "ssd1306", { width = 129 })
        assert.is_nil(device.picture "ssd1306")
        for _, width in ipairs { 0, -1, 1.5 } do
            fails(("device.part: part:screen: width: 1 to 1048576 expected, got %s"):format(width), device.part,
                "ssd1306", { width = width })
        end
        fails("device.part: left: 0 to 65535 expected, got -1", device.part, "st7735", { dc = 10, left = -1 })
        fails("device.part: screen: the name \"lcd\" is that of another display", device.part, "ssd1306",
            { name = "lcd" })
    end)
end)

describe("st7735", function()
    local DC, CS = pio.P0_10, pio.P0_11

    local function send(command, data)
        output(DC, 0)
        spi.send(SPI, bytes(command))
        output(DC, 1)
        if data then
            return spi.send_recv(SPI, bytes(data))
        end
    end

    after_each(function()
        pio.pin.close(DC)
        pio.pin.close(CS)
    end)

    it("shows pixels, and says who it is", function()
        device.part("st7735", { dc = DC })
        send "11"
        send("3a", "05")
        send("2a", "00000001")
        send("2b", "00000001")
        local before = device.picture "st7735"
        send("2c", "f800 07e0 001f ffff")
        assert.not_equal(before, device.picture "st7735")
        assert.equal("00 7c 89 f0", hex(send("04", "00000000")))
        assert.same({ 128, 160, 16 }, { display("st7735").width, display("st7735").height, display("st7735").bits })
    end)

    it("hears only what is for it, and needs to know data from commands", function()
        fails("part:pin: dc: 0 to 95 expected, got nil", device.part, "st7735")
        output(CS, 1)
        device.part("st7735", { dc = DC, cs = CS })
        send "29"
        send "11"
        assert.is_true(display("st7735").asleep)
        output(CS, 0)
        send "29"
        send "11"
        assert.is_false(display("st7735").asleep)
    end)
end)

describe("a model of a user's", function()
    it("has a screen, on which it draws, and pins", function()
        project.with({
            ["lamp.lua"] = [[
                return {
                    settings = { bus = 2, address = 0x20 },
                    optional = { led = "number" },
                    attach = function(part)
                        local led, screen = part:pin "led", part:screen(4, 2, 24)
                        screen.fill(0, 0, 255)
                        print(pcall(screen.fill, 0, 256, 0))
                        print(pcall(screen.pixel, 1, 1, 0, 0, "red"))
                        print(pcall(screen.pixel))
                        part:i2c(function(written)
                            screen.pixel(written:byte(), 1, 255, 0, 0)
                            screen.sleep(not part:level(led))
                            return ""
                        end)
                    end,
                }
            ]],
            ["main.lua"] = [[
                require "sys"
                local device = require("luatos").device
                local function show()
                    local display = device.state().displays[1]
                    print(display.name, display.width, display.height, display.bits, display.asleep)
                    return device.picture "lamp"
                end
                print(pcall(device.part, "lamp.lua"))
                device.part("lamp.lua", { led = 10 })
                i2c.setup(2, i2c.SLOW)
                local blue = show()
                i2c.send(2, 0x20, 9)
                print(show() == blue)
                pio.pin.setdir(pio.OUTPUT1, 10)
                i2c.send(2, 0x20, 3)
                print(show() == blue)
                device.remove "lamp"
                print(#device.state().displays, device.picture "lamp")
            ]],
        }, function(this)
            local printed = this.luatos()
            assert.truthy(printed:find("part:pin: led: 0 to 95 expected, got nil", 1, true), printed)
            assert.truthy(printed:find("screen.fill: green: 0 to 255 expected, got 256\n", 1, true), printed)
            assert.truthy(printed:find("screen.pixel: blue: 0 to 255 expected, got \"red\"\n", 1, true), printed)
            assert.truthy(printed:find("screen.pixel: x: .* expected, got nil\n"), printed)
            local expected = "lamp 4 2 24 false\nlamp 4 2 24 true\ntrue\nlamp 4 2 24 false\nfalse\n0 nil\n"
            assert.truthy(printed:find(expected, 1, true), printed)
        end)
    end)
end)

describe("every controller", function()
    it("takes whatever it is sent", function()
        local random = noise.new(7)
        device.part "ssd1306"
        device.part("ft6336", { bus = 3 })
        device.part("st7789", { dc = pio.P0_10, cs = pio.P0_11 })
        device.part("w25q", { cs = pio.P0_12, keep = false, bus = 1, megabytes = 1 })
        spi.setup(spi.SPI_2, 0, 0, 8, 10000000, 1)
        output(pio.P0_11, 0)
        output(pio.P0_12, 0)
        for round = 1, 300 do
            output(pio.P0_10, round % 2)
            i2c.send(I2C, 0x3c, random:bytes(40))
            i2c.send(3, 0x38, random:bytes(4))
            spi.send_recv(SPI, random:bytes(60))
            output(pio.P0_12, round % 4 == 0 and 1 or 0)
            spi.send_recv(spi.SPI_2, string.char(6) .. random:bytes(60))
        end
        assert.same({}, require("luatos").take_failures())
        for _, pin in ipairs { pio.P0_10, pio.P0_11, pio.P0_12 } do
            pio.pin.close(pin)
        end
        spi.close(spi.SPI_2)
    end)
end)

describe("w25q", function()
    --- Waits until it is not busy.
    local function settle()
        repeat
            sys.wait(5)
        until spi.send_recv(SPI, bytes "0500"):byte(2) % 2 == 0
    end

    local function enabled(command)
        spi.send_recv(SPI, bytes "06")
        spi.send_recv(SPI, bytes(command))
        settle()
    end

    it("is read, programmed and erased", function()
        device.part("w25q", { keep = false })
        assert.equal("ff ef 40 16", hex(spi.send_recv(SPI, bytes "9f000000")))
        enabled "02001000 68656c6c6f"
        assert.equal("hello\xff", spi.send_recv(SPI, bytes "03001000" .. ("\0"):rep(6)):sub(5))
        enabled "20001000"
        assert.equal("\xff", spi.send_recv(SPI, bytes "0300100000"):sub(5))
    end)

    it("answers a call that receives behind one that sends", function()
        device.part("w25q", { keep = false })
        spi.send(SPI, bytes "9f")
        assert.equal("ef 40 16", hex(spi.recv(SPI, 3)))
        assert.equal("ff ff", hex(spi.recv(SPI, 2)))
    end)

    it("takes a command in pieces while its pin selects it", function()
        output(pio.P0_10, 1)
        device.part("w25q", { keep = false, cs = pio.P0_10 })
        output(pio.P0_10, 0)
        spi.send(SPI, bytes "9f")
        assert.equal("ef", hex(spi.recv(SPI, 1)))
        assert.equal("40", hex(spi.recv(SPI, 1)))
        output(pio.P0_10, 1)
        assert.equal("ff", hex(spi.recv(SPI, 1)))
        output(pio.P0_10, 0)
        assert.equal("ff ef", hex(spi.send_recv(SPI, bytes "9f00")))
        pio.pin.close(pio.P0_10)
    end)

    it("keeps what it has from run to run, unless it is told not to, out of the device's files", function()
        project.with({
            ["main.lua"] = [[
                require "sys"
                spi.setup(0, 0, 0, 8, 10000000, 1)
                print(("%q"):format(spi.send_recv(0, "\3\0\16\0\0\0"):sub(5)))
                spi.send_recv(0, "\6")
                spi.send_recv(0, "\2\0\16\0hi")
                print(#require("luatos").device.state().files, io.exists and io.exists("/.parts/w25q.bin"))
            ]],
        }, function(this)
            local first = this.luatos "--part w25q @/main.lua"
            local second = this.luatos "--part w25q @/main.lua"
            assert.truthy(first:find("\255\255", 1, true), first)
            assert.truthy(second:find("\"hi\"\n0", 1, true), second)
            this.luatos "--part w25q,name=a+b @/main.lua"
            assert.truthy(this.luatos("--part w25q,name=a_b @/main.lua"):find("\255\255", 1, true))
            assert.truthy(this.luatos("--part w25q,keep=false @/main.lua"):find("\255\255", 1, true))
            assert.truthy(this.luatos("--erase --part w25q @/main.lua"):find("\255\255", 1, true))
            this.luatos("--part w25q,file=" .. this.path "image.bin" .. " @/main.lua")
            local image = assert(io.open(this.path "image.bin", "rb"))
            assert.equal("hi", image:read("*a"):sub(0x1001, 0x1002))
            image:close()
        end)
    end)

    it("names sizes that there are", function()
        fails("megabytes: 1, 2, 4, 8 or 16 expected, got 3", device.part, "w25q", { megabytes = 3 })
    end)
end)

describe("device.touch", function()
    local function finger()
        local count, x_high, x_low, y_high, y_low = i2c.read(I2C, 0x38, 2, 5):byte(1, 5)
        return count, math.floor(x_high / 64), x_high % 16 * 256 + x_low, y_high % 16 * 256 + y_low
    end

    it("is noticed by a touch panel, with its interrupt", function()
        local edges = {}
        device.part("ft6336", { int = pio.P0_13, display = "oled" })
        pio.pin.setdir(pio.INT, pio.P0_13)
        device.part("ssd1306", { name = "oled", address = 0x3d })
        rtos.on(rtos.MSG_INT, function(message) edges[#edges + 1] = message.int_id end)
        assert.is_true(display("oled").touch)
        assert.same({ 0, 1, 0, 0 }, { finger() })
        device.touch("oled", 100, 50, 30)
        assert.same({ 1, 0, 100, 50 }, { finger() })
        device.touch("oled", 101, 50, 30)
        assert.same({ 1, 2, 101, 50 }, { finger() })
        sys.wait(60)
        assert.same({ 0, 1, 101, 50 }, { finger() })
        assert.same({ cpu.INT_GPIO_NEGEDGE, cpu.INT_GPIO_POSEDGE }, edges)
        rtos.on(rtos.MSG_INT, nil)
        pio.pin.close(pio.P0_13)
        device.part("ft6336", { display = "oled", bus = 1 })
        device.remove "ft6336"
        assert.is_true(display("oled").touch)
        device.remove "ft6336-2"
        assert.is_false(display("oled").touch)
    end)

    it("is noticed by a model of a user's", function()
        project.with({
            ["panel.lua"] = [[
                return {
                    settings = { display = "panel" },
                    attach = function(part) part:screen(4, 4) end,
                    touch = function(_, x, y) print("finger", x, y) end,
                }
            ]],
            ["main.lua"] = [[
                local device = require("luatos").device
                device.part "panel.lua"
                print(device.state().displays[1].touch)
                device.touch("panel", 3, 2)
            ]],
        }, function(this)
            assert.truthy(this.luatos():find "^true\nfinger 3 2\n")
        end)
    end)

    it("ends where its panel is taken away", function()
        device.part("ft6336", { int = pio.P0_13 })
        pio.pin.setdir(pio.INPUT, pio.P0_13)
        device.touch(1, 2, 30)
        assert.equal(0, pio.pin.getval(pio.P0_13))
        device.remove "ft6336"
        assert.equal(1, pio.pin.getval(pio.P0_13))
        device.input(pio.P0_13, 0)
        sys.wait(60)
        assert.equal(0, pio.pin.getval(pio.P0_13))
        pio.pin.close(pio.P0_13)
    end)

    it("names displays and coordinates", function()
        fails("device.touch: no display has a touch panel", device.touch, 1, 2)
        device.part("ft6336", { display = "oled" })
        fails("device.touch: display: one of oled expected, got \"lcd\"", device.touch, 1, 2)
        device.part("ssd1306", { name = "oled" })
        fails("device.touch: x: 0 to 127 expected, got 128", device.touch, "oled", 128, 2)
        fails("device.touch: y: 0 to 63 expected, got 64", device.touch, "oled", 1, 64)
        fails("device.touch: time: nil or 1 to 2147483647 ms expected, got 0", device.touch, "oled", 1, 1, 0)
        fails("device.touch: name of a display, or x expected, got nil", device.touch)
        fails("device.touch: display: one of oled expected, got ", device.touch, "\255", 1, 1)
        assert.is_nil(device.picture "\255")
    end)
end)
