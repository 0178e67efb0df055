--- The model of a GNSS receiver.
local device = require("luatos").device
local sys = require "sys"
local fails = require "fails"
local project = require "project"
local runner = require "runner"

--- Runs a script with waits passed over; the receiver is at serial port 2.
local function lines_of(options, seconds, script)
    local output = runner.run((script or "") .. [[
        require "sys"
        uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
        uart.on(2, "receive", function() io.write(uart.read(2, "*l"), uart.read(2, 0)) end)
        sys.run()
    ]], ("--instant --start 2026-11-26T08:30:00 --timeout %s --part gnss%s"):format(seconds, options))
    return output
end

--- Asserts that every sentence has its checksum.
local function are_whole(output)
    local count = 0
    for text, sum in output:gmatch "%$([^*\r\n]*)%*(%x%x)\r\n" do
        local expected = 0
        for index = 1, #text do
            expected = bit.bxor(expected, text:byte(index))
        end
        assert.equal(("%02X"):format(expected), sum, text)
        count = count + 1
    end
    assert.equal(count, select(2, output:gsub("%$", "")))
    return count
end

local function has(text, output)
    assert.truthy(output:find(text, 1, true), text .. " missing in\n" .. output)
end

describe("gnss", function()
    it("says each second where it is", function()
        local output = lines_of(",latitude=-33.8688,longitude=-151.2093,speed=18.52,course=45,satellites=14", 2.5)
        assert.is_true(are_whole(output) >= 14, output)
        -- UTC is eight hours before the device's time.
        has("$GNGGA,003001.000,3352.12800,S,15112.55800,W,1,14,0.9,10.0,M,0.0,M,,*", output)
        has("$GNRMC,003002.000,A,3352.12800,S,15112.55800,W,10.00,45.00,261126,,,A*", output)
        has("$GNVTG,45.00,T,,M,10.00,N,18.52,K,A*", output)
        has("$GPGSA,A,3,01,02,03,04,05,06,07,08,09,10,11,12,1.5,0.9,1.2*", output)
        has("$BDGSA,A,3,01,02,,,,,,,,,,,1.5,0.9,1.2*", output)
        has("$GPGSV,3,3,12,09,", output)
        has("$BDGSV,1,1,02,01,", output)
    end)

    it("has no place without a fix, and one of two dimensions", function()
        local output = lines_of(",fix=none", 1.5)
        are_whole(output)
        has("$GNGGA,003001.000,,,,,0,00,,,M,,M,,*", output)
        has("$GNRMC,003001.000,V,,,,,,,261126,,,N*", output)
        has("$GPGSA,A,1,,,,,,,,,,,,,1.5", output)
        has("$GPGSA,A,2,01,", lines_of(",fix=2D", 1.5))
    end)

    it("has minutes below 60", function()
        has(",3200.00000,N,12100.00000,E,", lines_of(",latitude=31.999999999,longitude=121", 1.5))
    end)

    it("moves while sliders do", function()
        local wire = {}
        device.part("gnss", { port = 3, baud = 9600 })
        uart.setup(3, 9600, 8, uart.PAR_NONE, uart.STOP_1)
        uart.on(3, "receive", function() wire[#wire + 1] = uart.read(3, 0) end)
        device.set("gnss", "latitude", 10.5)
        for _ = 1, 100 do
            if table.concat(wire):find(",1030.00000,N,", 1, true) then
                break
            end
            sys.wait(50)
        end
        has(",1030.00000,N,", table.concat(wire))
        device.remove "gnss"
        uart.on(3, "receive", nil)
        uart.close(3)
    end)

    it("warns of another baud rate, at which nothing arrives", function()
        local output = lines_of(",baud=9600", 2.5)
        has("[W]-[device] part gnss: uart 2 is set up for 115200 baud, and the part sends at 9600\n", output)
        assert.falsy(output:find("$", 1, true))
    end)

    it("follows a table of places", function()
        project.with({
            ["track.csv"] = "time,lat,lon\n100,0,0\n102,0.001,0\n\n103,0.001,0.001,36,90,55\n",
            ["main.lua"] = [[
                require "sys"
                uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
                uart.on(2, "receive", function()
                    local text = uart.read(2, 0)
                    local altitude = text:match ",0.9,([%d.]*)"
                    local north, east, speed, course = text:match "RMC,[^,]*,A,([%d.]*),N,([%d.]*),E,([%d.]*),([%d.]*),"
                    print(north, east, speed, course, altitude)
                end)
                sys.run()
            ]],
            ["luatos.toml"] = "[[part]]\nmodel = 'gnss'\ntrack = 'track.csv'\n",
        }, function(this)
            local output = this.luatos "--instant --timeout 5.5 @/main.lua"
            local rows = {}
            for row in output:gmatch "[^\n]+" do
                rows[#rows + 1] = row
            end
            assert.equal("0000.00000 00000.00000 108.07 0.00 10.0", rows[1])
            assert.equal("0000.03000 00000.00000 108.07 0.00 10.0", rows[2])
            assert.truthy(rows[3]:find("^0000.06000 00000.00000 216%.%d+ 90.00 10.0$"), rows[3])
            assert.equal("0000.06000 00000.06000 19.44 90.00 55.0", rows[4])
            assert.equal(rows[4], rows[5])
            output = this.luatos "--instant --timeout 5.5 --part gnss,track=@/track.csv,loop=true,port=1 @/main.lua"
            assert.truthy(output:find "0000.00000", output)
        end)
    end)

    it("plays what a receiver has sent", function()
        project.with({
            ["log.nmea"] = "$GPGGA,1*00\n$GPRMC,1*00\n$GPGGA,2*00\r\n$GPRMC,2*00\r\n",
            ["main.lua"] = [[
                require "sys"
                uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
                uart.on(2, "receive", function() print((uart.read(2, 0):gsub("\r\n", ";"))) end)
                sys.run()
            ]],
        }, function(this)
            local output = this.luatos "--instant --timeout 3.5 --part gnss,track=@/log.nmea @/main.lua"
            assert.equal("$GPGGA,1*00;$GPRMC,1*00;\n$GPGGA,2*00;$GPRMC,2*00;\n$GPGGA,2*00;$GPRMC,2*00;\n", output)
            output = this.luatos "--instant --timeout 3.5 --part gnss,track=@/log.nmea,loop=true @/main.lua"
            assert.equal("$GPGGA,1*00;$GPRMC,1*00;\n$GPGGA,2*00;$GPRMC,2*00;\n$GPGGA,1*00;$GPRMC,1*00;\n", output)
        end)
    end)

    it("goes the short way over the line on which the date changes", function()
        project.with({
            ["track.csv"] = "\239\187\191time,lat,lon\n0,10,179.99\n4,10,-179.99\n",
            ["main.lua"] = [[
                require "sys"
                uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
                uart.on(2, "receive", function() print(uart.read(2, 0):match "RMC,[^,]*,A,[%d.]*,N,([%d.]*,[EW])") end)
                sys.run()
            ]],
        }, function(this)
            local output = this.luatos "--instant --timeout 5.5 --part gnss,track=@/track.csv @/main.lua"
            assert.equal("17959.40000,E\n17959.70000,E\n18000.00000,E\n17959.70000,W\n17959.40000,W\n",
                output)
        end)
    end)

    it("has a talker of two letters", function()
        for _, talker in ipairs { "", "gn", "GNS", "G\n" } do
            fails("device.part: talker: two capital letters expected, such as GP, got ", device.part, "gnss",
                { talker = talker })
        end
        fails("device.part: baud: 1 to 4000000 expected, got 0.5", device.part, "gnss", { baud = 0.5 })
    end)

    it("says what is wrong with a track", function()
        project.with({ ["far.csv"] = "0,1,2\n1,91,2\n" }, function(this)
            fails("far.csv:2: a latitude of -90 to 90 and a longitude of -180 to 180 expected, got \"1,91,2\"",
                device.part, "gnss", { track = this.folder .. "/far.csv" })
        end)
        fails("device.part: /no/such.csv: No such file or directory", function()
            device.part("gnss", { track = "/no/such.csv" })
        end)
    end)
end)
