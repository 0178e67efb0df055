--- The models of sensors, as drivers speak to them.
local device = require("luatos").device
local sys = require "sys"
local noise = require "noise"

local BUS = 2

local function bytes(hex)
    return (hex:gsub(" ", ""):gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

--- Reads bytes, in hexadecimal.
local function hex(text)
    return (text:gsub(".", function(character) return ("%02x "):format(character:byte()) end):gsub(" $", ""))
end

local function recv(address, count)
    return hex(i2c.recv(BUS, address, count))
end

local function send(address, data)
    return i2c.send(BUS, address, bytes(data))
end

--- Bits from `high` to `low` of a number.
local function bits(number, high, low)
    return math.floor(number / 2 ^ low) % 2 ^ (high - low + 1)
end

before_each(function() i2c.setup(BUS, i2c.SLOW) end)

after_each(function()
    for _, part in ipairs(device.state().parts) do
        device.remove(part.name)
    end
end)

describe("am2320", function()
    local function wake() send(0x5c, "00") end

    it("acknowledges nothing while it sleeps, which it does anew after a while", function()
        device.part "am2320"
        assert.equal(0, send(0x5c, "00"))
        assert.equal(3, send(0x5c, "030004"))
        assert.equal("03 04 01 f4 00 fa 31 a5", recv(0x5c, 8))
        device.remove "am2320"
        device.part "am2320"
        assert.equal("", recv(0x5c, 1))
    end)

    it("has the bytes of its data sheet", function()
        device.part("am2320", { temperature = 27.7, humidity = 82.5 })
        wake()
        send(0x5c, "030004")
        assert.equal("03 04 03 39 01 15 e1 fe", recv(0x5c, 8))
        device.set("am2320", "temperature", -10.1)
        send(0x5c, "030202")
        assert.equal("03 02 80 65", recv(0x5c, 4))
        device.set("am2320", "temperature", -0.04)
        send(0x5c, "030202")
        assert.equal("03 02 00 00", recv(0x5c, 4))
    end)

    it("says what it does not do", function()
        device.part "am2320"
        wake()
        send(0x5c, "030030")
        assert.equal("83 82", recv(0x5c, 2))
        send(0x5c, "032001")
        assert.equal("83 81", recv(0x5c, 2))
        send(0x5c, "0400")
        assert.equal("84 80", recv(0x5c, 2))
        send(0x5c, "100001010000")
        assert.equal("90 83", recv(0x5c, 2))
        local command = bytes "10000101"
        local sum = crypto.crc16_modbus(command, #command)
        i2c.send(BUS, 0x5c, command .. string.char(sum % 256, math.floor(sum / 256)))
        assert.equal("90 84", recv(0x5c, 2))
    end)

    it("keeps the registers of the user", function()
        device.part "am2320"
        wake()
        local command = bytes "1010021234"
        local sum = crypto.crc16_modbus(command, #command)
        assert.equal(7, i2c.send(BUS, 0x5c, command .. string.char(sum % 256, math.floor(sum / 256))))
        assert.equal("10 10 02", recv(0x5c, 3))
        send(0x5c, "031002")
        assert.equal("03 02 12 34", recv(0x5c, 4))
    end)
end)

describe("lm75b", function()
    it("has temperatures as its data sheet", function()
        device.part "lm75b"
        for celsius, register in pairs {
            [125] = "7d 00", [25] = "19 00", [0.125] = "00 20", [0] = "00 00", [-0.125] = "ff e0", [-55] = "c9 00",
        } do
            device.set("lm75b", "temperature", celsius)
            assert.equal(register, hex(i2c.read(BUS, 0x48, 0, 2)))
        end
        assert.equal("4b 00", hex(i2c.read(BUS, 0x48, 2, 2)))
        assert.equal("50 00", hex(i2c.read(BUS, 0x48, 3, 2)))
        assert.equal("00", hex(i2c.read(BUS, 0x48, 1, 1)))
    end)

    it("measures nothing while it is shut down", function()
        device.part "lm75b"
        assert.equal("19 00", hex(i2c.read(BUS, 0x48, 0, 2)))
        send(0x48, "0101")
        device.set("lm75b", "temperature", 30)
        assert.equal("19 00", hex(i2c.read(BUS, 0x48, 0, 2)))
        send(0x48, "0100")
        assert.equal("1e 00", hex(i2c.read(BUS, 0x48, 0, 2)))
    end)

    it("switches its output between its limits", function()
        pio.pin.setdir(pio.INPUT, pio.P0_10)
        device.part("lm75b", { os = pio.P0_10 })
        local function output(celsius)
            device.set("lm75b", "temperature", celsius)
            return pio.pin.getval(pio.P0_10)
        end
        assert.same({ 1, 1, 0, 0, 1 }, { output(20), output(79), output(80), output(76), output(74) })
        send(0x48, "031e00")
        send(0x48, "021400")
        assert.same({ 0, 0, 1 }, { output(31), output(20), output(19) })
        send(0x48, "0104")
        assert.same({ 0, 1 }, { output(19), output(30) })
        pio.pin.close(pio.P0_10)
    end)
end)

describe("sht30", function()
    --- The words of a result, whose checksums are right.
    local function words(text)
        local list = {}
        for word in text:gmatch "..." do
            list[#list + 1] = word:byte(1) * 256 + word:byte(2)
        end
        return list
    end

    it("measures at once where it stretches the clock", function()
        device.part("sht30", { temperature = 25, humidity = 50 })
        assert.equal(2, send(0x44, "2c06"))
        local result = i2c.recv(BUS, 0x44, 6)
        local temperature, humidity = words(result)[1], words(result)[2]
        assert.near(25, -45 + 175 * temperature / 65535, 0.005)
        assert.near(50, 100 * humidity / 65535, 0.005)
        assert.equal("", recv(0x44, 6))
    end)

    it("has the checksum of its data sheet", function()
        -- 0xbeef has 0x92: the humidity of that word.
        device.part("sht30", { humidity = 0xbeef / 65535 * 100 })
        send(0x44, "2c06")
        assert.equal("be ef 92", hex(i2c.recv(BUS, 0x44, 6):sub(4)))
    end)

    it("acknowledges no read before it has measured, and no unknown command", function()
        device.part "sht30"
        send(0x44, "2400")
        assert.equal("", recv(0x44, 6))
        sys.wait(20)
        assert.equal(17, #recv(0x44, 6))
        assert.equal(0, send(0x44, "1234"))
    end)

    it("measures periodically until it is told to end", function()
        device.part "sht30"
        send(0x44, "2737")
        send(0x44, "e000")
        assert.equal("", recv(0x44, 6))
        sys.wait(110)
        send(0x44, "e000")
        assert.equal(17, #recv(0x44, 6))
        send(0x44, "3093")
        sys.wait(110)
        send(0x44, "e000")
        assert.equal("", recv(0x44, 6))
    end)

    it("measures at its own times, however late it is read", function()
        device.part "sht30"
        send(0x44, "2236")
        sys.wait(800)
        send(0x44, "e000")
        assert.equal(17, #recv(0x44, 6))
        sys.wait(300)
        send(0x44, "e000")
        assert.equal(17, #recv(0x44, 6))
        assert.equal(0, send(0x44, "2299"))
    end)

    it("has a status and a heater", function()
        device.part "sht30"
        send(0x44, "f32d")
        assert.equal("80 10 e1", recv(0x44, 3))
        send(0x44, "3041")
        send(0x44, "306d")
        send(0x44, "f32d")
        assert.equal("20 00 5d", recv(0x44, 3))
    end)
end)

describe("aht10", function()
    it("is busy while it measures", function()
        device.part("aht10", { temperature = -20, humidity = 100 })
        assert.equal(3, send(0x38, "e10800"))
        send(0x38, "ac3300")
        assert.equal("98", recv(0x38, 1))
        sys.wait(80)
        local answer = i2c.recv(BUS, 0x38, 6)
        assert.equal(0x18, answer:byte())
        local _, b, c, d, e, f = answer:byte(1, 6)
        local humidity = b * 0x1000 + c * 0x10 + bits(d, 7, 4)
        local temperature = bits(d, 3, 0) * 0x10000 + e * 0x100 + f
        assert.near(100, humidity / 0x100000 * 100, 0.001)
        assert.near(-20, temperature / 0x100000 * 200 - 50, 0.001)
        assert.equal(1, send(0x38, "71"))
        assert.equal("18", recv(0x38, 1))
    end)
end)

describe("bh1750", function()
    it("has the example of its data sheet: 0x8390 are 28067 lx", function()
        device.part("bh1750", { light = 28067 })
        send(0x23, "01")
        send(0x23, "10")
        assert.equal("00 00", recv(0x23, 2))
        sys.wait(125)
        assert.equal("83 90", recv(0x23, 2))
        send(0x23, "00")
        assert.equal("83 90", recv(0x23, 2))
        send(0x23, "01")
        send(0x23, "07")
        assert.equal("00 00", recv(0x23, 2))
    end)

    it("measures once, in finer counts, for another time", function()
        device.part("bh1750", { light = 100 })
        send(0x23, "42")
        send(0x23, "6a")
        send(0x23, "21")
        sys.wait(130)
        -- 100 lx * 1.2 * 2 * 74 / 69
        assert.equal("01 01", recv(0x23, 2))
        device.set("bh1750", "light", 0)
        sys.wait(130)
        assert.equal("01 01", recv(0x23, 2))
    end)
end)

describe("mpu6050", function()
    --- A number of two registers.
    local function word(register)
        local high, low = i2c.read(BUS, 0x68, register, 2):byte(1, 2)
        local number = high * 256 + low
        return number >= 0x8000 and number - 0x10000 or number
    end

    it("sleeps until it is woken", function()
        device.part("mpu6050", { ax = -1.5, gz = 250, temperature = 36.53 })
        assert.equal("68", hex(i2c.read(BUS, 0x68, 0x75, 1)))
        assert.equal(0, word(0x3f))
        send(0x68, "6b00")
        assert.same({ -24576, 0, 16384, 0, 32750 }, { word(0x3b), word(0x3d), word(0x3f), word(0x41), word(0x47) })
        send(0x68, "6b80")
        assert.equal("40", hex(i2c.read(BUS, 0x68, 0x6b, 1)))
    end)

    it("has ranges, and no more than their ends", function()
        device.part("mpu6050", { az = 3, gx = -2000 })
        send(0x68, "6b00")
        assert.same({ 32767, -32768 }, { word(0x3f), word(0x43) })
        send(0x68, "1b1808")
        assert.same({ 3 * 8192, -32750 }, { word(0x3f), word(0x43) })
        assert.equal("18 08", hex(i2c.read(BUS, 0x68, 0x1b, 2)))
    end)
end)

describe("ds3231", function()
    it("tells the time, and the one that it is set to", function()
        device.part("ds3231", { temperature = -10.25 })
        local year = tonumber(os.date("!%y"))
        local now = hex(i2c.read(BUS, 0x68, 6, 1))
        assert.truthy(tonumber(now) == year or tonumber(now) == (year + 1) % 100)
        send(0x68, "00595923053112991c00")
        sys.wait(1100)
        local read = hex(i2c.read(BUS, 0x68, 0, 7))
        assert.truthy(read:find "^%x%x 00 00 06 01 81 00$", read)
        assert.equal("f5 c0", hex(i2c.read(BUS, 0x68, 0x11, 2)))
    end)

    it("counts the days of the week by themselves", function()
        device.part "ds3231"
        -- A Tuesday, written in one transfer with its date, and again day by day.
        send(0x68, "00 000000 02 050330")
        assert.equal("02 05 03 30", hex(i2c.read(BUS, 0x68, 3, 4)))
        send(0x68, "04 06")
        assert.equal("02 06 03 30", hex(i2c.read(BUS, 0x68, 3, 4)))
        send(0x68, "00 595923 07 280228")
        sys.wait(1100)
        assert.equal("01 29 02 28", hex(i2c.read(BUS, 0x68, 3, 4)))
        send(0x68, "05 8100")
        assert.equal("81 00", hex(i2c.read(BUS, 0x68, 5, 2)))
    end)

    it("counts hours to 12, and takes what is no date for one", function()
        device.part "ds3231"
        send(0x68, "02 72")
        assert.equal("72", hex(i2c.read(BUS, 0x68, 2, 1)))
        send(0x68, "02 52")
        assert.equal("52", hex(i2c.read(BUS, 0x68, 2, 1)))
        send(0x68, "00ffffffffffffff")
        assert.equal(20, #hex(i2c.read(BUS, 0x68, 0, 7)))
    end)
end)

describe("every sensor", function()
    local random = noise.new(1)

    for model, address in pairs {
        am2320 = 0x5c, lm75b = 0x48, sht30 = 0x44, aht10 = 0x38, bh1750 = 0x23, mpu6050 = 0x68, ds3231 = 0x68,
    } do
        it("takes whatever it is sent: " .. model, function()
            local failures = #require("luatos").take_failures()
            device.part(model)
            for _ = 1, 2000 do
                i2c.send(BUS, address, random:bytes(12))
                i2c.recv(BUS, address, random:number(12))
                i2c.read(BUS, address, random:number(256), 1 + random:number(4))
            end
            assert.same({}, require("luatos").take_failures())
            assert.equal(0, failures)
        end)
    end
end)
