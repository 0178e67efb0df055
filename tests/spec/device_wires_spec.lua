--- The other ends of what is attached to the device: `device.uart`, `device.i2c`, `device.spi`.
local device = require("luatos").device
local sys = require "sys"
local eventually = require("peer").eventually
local fails = require "fails"
local printed = require "printed"
local runner = require "runner"

describe("device.uart", function()
    local wire = device.uart(3)

    before_each(function()
        uart.setup(3, 9600, 8, uart.PAR_NONE, uart.STOP_1)
        wire:read(0)
    end)

    after_each(function()
        uart.on(3, "receive", nil)
        uart.close(3)
        -- Messages of bytes that were read already come nevertheless, as on the device.
        sys.wait(5)
    end)

    it("sends to the script and reads what that has sent", function()
        uart.on(3, "receive", function() uart.write(3, (uart.read(3, 0):upper())) end)
        wire:write "hel\0lo\xff"
        assert.equal("HEL\0LO\xff", wire:read())
        assert.equal("", wire:read(0))
        wire:write "again"
        assert.equal("AGAIN", wire:read(20000))
    end)

    it("reads all since the last time, of its own port", function()
        uart.write(3, "one ")
        uart.write(2, "other")
        uart.write(3, "two", 0)
        assert.equal("one two\0", wire:read(0))
        assert.equal("other", device.uart(2):read(0))
    end)

    it("is the USB connector, too", function()
        local usb = device.uart(uart.USB)
        uart.setup(uart.USB, 0, 0, uart.PAR_NONE, uart.STOP_1)
        uart.on(uart.USB, "receive", function() uart.write(uart.USB, (uart.read(uart.USB, 0):upper())) end)
        usb:write "hello"
        assert.equal("HELLO", usb:read(20000))
        uart.on(uart.USB, "receive", nil)
        uart.close(uart.USB)
    end)

    it("waits in a task without holding up others", function()
        local got, ticks = nil, 0
        sys.taskInit(function() got = wire:read(20000) end)
        sys.taskInit(function()
            for _ = 1, 3 do
                sys.wait(5)
                ticks = ticks + 1
            end
            uart.write(2, "not for it")
            uart.write(3, "late")
        end)
        eventually(function() return got end, "the bytes")
        assert.same({ "late", 3 }, { got, ticks })
        device.uart(2):read(0)
    end)

    it("returns nothing when the time is up", function()
        assert.equal("", wire:read(5))
        local got
        sys.taskInit(function() got = wire:read(5) end)
        eventually(function() return got end, "the end of the wait")
        assert.equal("", got)
    end)

    it("keeps the newest 64 KiB, and says what is lost", function()
        local output = printed(function()
            uart.write(3, "lost", ("x"):rep(65536))
            assert.equal(("x"):rep(65536), wire:read(0))
        end)
        assert.truthy(output:find("uart 3: 4 bytes that were not read in time are lost", 1, true), output)
    end)

    it("says what is lost at a port whose script does not read", function()
        local output = printed(function()
            wire:write(("x"):rep(65536))
            wire:write "lost"
        end)
        assert.truthy(output:find("uart 3 has no room: 4 bytes are lost", 1, true), output)
        assert.equal(("x"):rep(65536), uart.read(3, 0))
        wire:write "taken"
        assert.equal("taken", uart.read(3, 0))
    end)

    it("says what is lost at a port that is not set up", function()
        uart.close(3)
        local output = printed(function() wire:write "lost" end)
        assert.truthy(output:find("uart 3 is not set up: 4 bytes are lost", 1, true), output)
        uart.setup(3, 9600, 8, uart.PAR_NONE, uart.STOP_1)
        assert.equal("", uart.read(3, 0))
    end)

    it("is an end: the port is not said to have none", function()
        local output = runner.run [[
            require("luatos").device.uart(1)
            for id = 1, 2 do uart.setup(id, 115200, 8, uart.PAR_NONE, uart.STOP_1) end
        ]]
        assert.equal(1, select(2, output:gsub("nothing is attached", "")))
        assert.truthy(output:find("nothing is attached to uart 2: --uart 2=pty", 1, true), output)
    end)

    it("is there beside what the port leads to", function()
        local output = runner.run_with("printf wire | LUATOS_MODEM=register_after=0 timeout -s KILL 60"
            .. " target/release/luatos --uart 1=stdio", [[
            local device = require("luatos").device
            require "sys"
            local text = ""
            uart.on(1, "receive", function()
                text = text .. uart.read(1, 0)
                if #text == 8 then uart.write(1, text) end
            end)
            uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
            sys.taskInit(function()
                device.uart(1):write "door"
                print(#device.uart(1):read(20000))
            end)
            sys.run()
        ]], "2>&1 >/dev/null | cat")
        assert.equal("8\n", output)
    end)

    it("names wrong values", function()
        fails("device.uart: port: 1 to 3 expected, got 4", device.uart, 4)
        fails("device.uart:write: bytes: string expected, got nil", wire.write, wire)
        fails("device.uart:read: time: nil or 0 to 2147483647 ms expected, got -1", wire.read, wire, -1)
    end)
end)

describe("device.i2c", function()
    after_each(function()
        device.i2c(2, 0x48, nil)
        device.i2c(2, 0x38, nil)
        i2c.close(2)
    end)

    --- A thermometer LM75B: register 0 is the temperature in steps of 0.125 °C, 1 the configuration, 2 and 3 the
    -- thresholds.
    local function thermometer(celsius)
        local registers = { [0] = string.pack(">i2", celsius * 8 << 5), [1] = "\0", [2] = "\x4b\0", [3] = "\x50\0" }
        local pointer = 0
        return function(written)
            pointer = written:byte() or pointer
            if #written > 1 then
                registers[pointer] = written:sub(2)
            end
            return registers[pointer]
        end
    end

    it("plays a sensor with registers", function()
        device.i2c(2, 0x48, thermometer(-25.5))
        i2c.setup(2, i2c.SLOW, 0x48)
        local function celsius(bytes)
            return string.unpack(">i2", bytes) / 256
        end
        assert.equal(-25.5, celsius(i2c.read(2, 0, 2)))
        assert.equal(1, i2c.send(2, 0x48, 0))
        assert.equal(-25.5, celsius(i2c.recv(2, 0x48, 2)))
        assert.equal(2, i2c.write(2, 3, "\x1e\x80"))
        assert.equal(3, i2c.send(2, 0x48, { 2, 0x10, 0 }))
        assert.same({ 30.5, 16 }, { celsius(i2c.read(2, 0x48, 3, 2)), celsius(i2c.read(2, 2, 2)) })
    end)

    it("tells the model what is sent and how much is read", function()
        local calls = {}
        device.i2c(2, 0x38, function(...)
            calls[#calls + 1] = { ... }
            return ""
        end)
        i2c.send(2, 0x38, { 0xac, 0x33, 0 })
        i2c.write(2, 0x38, 7, "ab")
        i2c.recv(2, 0x38, 6)
        i2c.read(2, 0x38, 7, 2)
        i2c.recv(2, 0x38, 0)
        i2c.send(2, 0x39, "not for it")
        assert.same({ { "\xac\x33\0", 0 }, { "\7ab", 0 }, { "", 6 }, { "\7", 2 } }, calls)
    end)

    it("fits what the model returns to what is read", function()
        device.i2c(2, 0x38, function() return "abc" end)
        assert.same({ "ab", "abc\xff\xff" }, { i2c.recv(2, 0x38, 2), i2c.recv(2, 0x38, 5) })
    end)

    it("has nobody acknowledge where the model returns nil, and once it is gone", function()
        device.i2c(2, 0x38, function() end)
        assert.same({ 0, "" }, { i2c.send(2, 0x38, 1), i2c.recv(2, 0x38, 2) })
        device.i2c(2, 0x38, function() return "a" end)
        assert.equal(1, i2c.send(2, 0x38, 1))
        device.i2c(2, 0x38, nil)
        assert.same({ 0, "" }, { i2c.send(2, 0x38, 1), i2c.recv(2, 0x38, 2) })
    end)

    it("says that nothing is attached to a bus only where that is so", function()
        local output = runner.run [[
            local device = require("luatos").device
            i2c.setup(1, i2c.SLOW)
            i2c.setup(2, i2c.SLOW)
            spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1)
            device.i2c(2, 0x38, function() return "a" end)
            device.spi(spi.SPI_1, function() return "a" end)
            print(i2c.recv(2, 0x38, 1), i2c.recv(2, 0x39, 1) == "", spi.recv(spi.SPI_1, 1), i2c.recv(1, 0x38, 1) == "")
        ]]
        assert.truthy(output:find("main.lua:7: nothing is attached to i2c 1: device.i2c attaches a model\n"
            .. "a true a true\n", 1, true), output)
        assert.equal(1, select(2, output:gsub("%[W%]", "")))
    end)

    it("reports what is wrong with a model; the script gets no answer", function()
        local output, status = runner.run([[
            local device = require("luatos").device
            local sys = require "sys"
            device.i2c(2, 0x38, function() error "broken" end)
            device.i2c(2, 0x39, function() sys.wait(5) return "late" end)
            device.i2c(2, 0x3a, function() return 5 end)
            sys.taskInit(function()
                print(i2c.send(2, 0x38, 1), i2c.recv(2, 0x39, 1) == "", i2c.recv(2, 0x3a, 1) == "")
                print "goes on"
            end)
            sys.run()
        ]], "--strict")
        for _, text in ipairs {
            "[E]-[device] i2c 2, address 0x38: ", "main.lua:3: broken\n", "stack traceback:",
            "[E]-[device] i2c 2, address 0x39: the model waits; it has to return at once\n",
            "[E]-[device] i2c 2, address 0x3a: the model has to return a string or nil, got 5\n",
            "0 true true\ngoes on\n",
        } do
            assert.truthy(output:find(text, 1, true), text .. " missing in\n" .. output)
        end
        assert.equal(1, status)
    end)

    it("names wrong values", function()
        fails("device.i2c: bus: 0 to 3 expected, got 4", device.i2c, 4, 1, print)
        fails("device.i2c: address: 0 to 127 expected, got 200", device.i2c, 2, 200, print)
        fails("device.i2c: model: function or nil expected, got \"x\"", device.i2c, 2, 1, "x")
    end)
end)

describe("device.spi", function()
    after_each(function()
        device.spi(spi.SPI_1, nil)
        spi.close(spi.SPI_1)
    end)

    it("plays a memory", function()
        local ID = "\x9f"
        local asked = false
        device.spi(spi.SPI_1, function(written)
            if written:sub(1, 1) == ID then
                asked = true
                return "\xff\xef\x40\x18"
            elseif asked then
                return "\xef\x40\x18"
            end
        end)
        spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1)
        assert.equal("\xff\xff", spi.send_recv(spi.SPI_1, "\5\0"))
        assert.equal("\xff\xef\x40\x18\xff\xff", spi.send_recv(spi.SPI_1, ID .. ("\0"):rep(5)))
        assert.equal(1, spi.send(spi.SPI_1, ID))
        assert.equal("\xef\x40", spi.recv(spi.SPI_1, 2))
    end)

    it("is not asked while the bus is not set up, nor once it is gone", function()
        local count = 0
        device.spi(spi.SPI_1, function()
            count = count + 1
            return "a"
        end)
        assert.equal("", spi.send_recv(spi.SPI_1, "x"))
        spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1)
        assert.equal("a", spi.send_recv(spi.SPI_1, "x"))
        device.spi(spi.SPI_1, nil)
        assert.equal("\xff", spi.send_recv(spi.SPI_1, "x"))
        assert.equal(1, count)
    end)

    it("names wrong values", function()
        fails("device.spi: bus: 0 to 1 expected, got 2", device.spi, 2, print)
        fails("device.spi: model: function or nil expected, got 1", device.spi, 0, 1)
    end)
end)
