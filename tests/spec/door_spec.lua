--- The door to the device: what happens to it, and what it does.
local luatos = require "luatos"
local sys = require "sys"
local peer = require "peer"
require "pins"

local device = luatos.device

--- Lets listeners of a test end with it.
local stops = {}
local function on(name, callback)
    stops[#stops + 1] = device.on(name, callback)
end

after_each(function()
    for _, stop in ipairs(stops) do
        stop()
    end
    stops = {}
    pio.pin.close(pio.P0_20)
    pio.pin.close(pio.P0_21)
end)

describe("device.on", function()
    it("tells of pins, with level and use", function()
        local heard = {}
        on("pin", function(...) heard[#heard + 1] = { ... } end)
        local pin = pins.setup(pio.P0_20, 0)
        pin(1)
        peer.eventually(function() return #heard == 2 end, "two changes of the pin")
        assert.same({ { 20, 0, "output" }, { 20, 1, "output" } }, heard)
    end)

    it("tells of what is published, with all its values", function()
        local heard
        on("publish", function(...)
            if (...) == "DOOR_SPEC" then
                heard = table.pack(...)
            end
        end)
        sys.publish("DOOR_SPEC", 1, nil, "three")
        peer.eventually(function() return heard end, "the message")
        assert.same({ n = 4, "DOOR_SPEC", 1, nil, "three" }, heard)
    end)

    it("tells of AT commands and answers", function()
        local heard = {}
        on("at", function(line, way) heard[#heard + 1] = way .. " " .. line end)
        uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
        uart.write(uart.ATC, "AT+CGSN\r")
        peer.eventually(function() return #heard >= 3 end, "command and answer")
        assert.equal("sent AT+CGSN", heard[1])
        assert.truthy(table.concat(heard, "\n"):find("received 001012345678903", 1, true))
    end)

    it("lets a callback wait", function()
        local is_done = false
        on("pin", function()
            sys.wait(5)
            is_done = true
        end)
        local pin = pins.setup(pio.P0_20, 0)
        pin(1)
        peer.eventually(function() return is_done end, "the callback")
    end)

    it("goes on for others when one unsubscribes, and calls nobody after that", function()
        local counts = { 0, 0 }
        local stop
        stop = device.on("pin", function()
            counts[1] = counts[1] + 1
            stop()
        end)
        on("pin", function() counts[2] = counts[2] + 1 end)
        local pin = pins.setup(pio.P0_20, 0)
        pin(1)
        peer.eventually(function() return counts[2] == 2 end, "both changes")
        assert.equal(1, counts[1])
    end)

    it("calls nobody any more whom another callback has unsubscribed", function()
        local calls, others = 0, {}
        local function once()
            calls = calls + 1
            for _, stop in ipairs(others) do
                stop()
            end
        end
        for index = 1, 3 do
            others[index] = device.on("pin", once)
        end
        pins.setup(pio.P0_20, 0)
        device.wait("pin", 5)
        assert.equal(1, calls)
    end)

    it("gives others their turn when a callback has the device do what it listens to", function()
        local pin, count = pins.setup(pio.P0_20, 0), 0
        on("pin", function(_, level)
            count = count + 1
            pin(1 - level)
        end)
        pin(1)
        sys.wait(20)
        assert.is_true(count > 1)
        pio.pin.close(pio.P0_20)
    end)

    it("reports an error in a callback with its traceback", function()
        on("pin", function() error "in a listener" end)
        pins.setup(pio.P0_20, 0)
        local failures = {}
        peer.eventually(function()
            failures[#failures + 1] = luatos.take_failures()[1]
            return #failures > 0
        end, "the report")
        assert.truthy(failures[1]:find "door_spec.lua:%d+: in a listener")
        assert.truthy(failures[1]:find "stack traceback")
    end)

    it("names what there is for what there is not", function()
        assert.has_error(function() device.on("led2", print) end)
        local _, problem = pcall(device.on, "led2", print)
        assert.truthy(problem:find('device.on: name: one of adc, .* expected, got "led2"'))
        _, problem = pcall(device.on, "pin", 3)
        assert.truthy(problem:find("device.on: callback: function expected, got 3", 1, true))
    end)
end)

describe("device.wait", function()
    it("returns what is said", function()
        sys.timerStart(function() pins.setup(pio.P0_21, 1) end, 5)
        assert.same({ 21, 1, "output" }, { device.wait("pin", 20000) })
    end)

    it("waits on for what is wanted", function()
        sys.timerStart(function()
            local pin = pins.setup(pio.P0_20, 1)
            pin(0)
        end, 5)
        assert.same({ 20, 0, "output" }, { device.wait("pin", 20000, function(_, level) return level == 0 end) })
    end)

    it("raises the error of what decides, and waits no longer", function()
        local pin = pins.setup(pio.P0_20, 0)
        sys.timerStart(function() pin(1) end, 5)
        local ok, problem = pcall(device.wait, "pin", 20000, function() error "undecided" end)
        assert.is_false(ok)
        assert.truthy(problem:find "door_spec.lua:%d+: undecided")
    end)

    it("does not hear what has happened before", function()
        -- Others listen, so that changes are kept.
        on("pin", function() end)
        local pin = pins.setup(pio.P0_20, 0)
        pin(1)
        sys.timerStart(function() pin(0) end, 5)
        assert.same({ 20, 0, "output" }, { device.wait("pin", 20000) })
    end)

    it("does not hear what the outside does", function()
        on("pin", function() end)
        pins.setup(pio.P0_23, function() end)
        device.wait("pin", 5)
        device.input(pio.P0_23, 1)
        assert.equal(0, select("#", device.wait("pin", 5)))
        device.input(pio.P0_23, 0)
        pio.pin.close(pio.P0_23)
    end)

    it("returns nothing when the time is up", function()
        assert.equal(0, select("#", device.wait("fota", 5)))
    end)

    it("waits in a task, whatever resumes that", function()
        local got
        local task = sys.taskInit(function() got = { device.wait("pin", 20000) } end)
        coroutine.resume(task)
        local pin = pins.setup(pio.P0_20, 0)
        pin(1)
        peer.eventually(function() return got end, "the task")
        assert.same({ 20, "output" }, { got[1], got[3] })
    end)
end)

describe("an argument that cannot be used", function()
    for what, call in pairs {
        ["device.sms: from: string expected, got 5"] = function() device.sms(5, "x") end,
        ["device.sms: text: string expected, got nil"] = function() device.sms "10086" end,
        ["device.sms: time: whole seconds since 1970, as os.time returns them, expected, got 1.5"] = function()
            device.sms("10086", "x", 1.5)
        end,
        ["device.call: number: telephone number of up to 20 digits as a string, such as \"+8613800000000\","
            .. " expected, got \"me\""] = function() device.call "me" end,
        ["device.dtmf: keys: keys 0 to 9, *, #, A to D as a string expected, got \"12x\""] = function()
            device.dtmf "12x"
        end,
        ["device.input: pin: 0 to 95 expected, got 96"] = function() device.input(96, 1) end,
        ["device.input: level: 0 or 1 expected, got 2"] = function() device.input(1, 2) end,
        ['device.wifi: address such as 01:23:45:67:89:ab expected, got "here"'] = function()
            device.wifi { here = -60 }
        end,
        ["device.wifi: table of dBm by address expected, got nil"] = function() device.wifi() end,
        ['device.wifi: strength of "01:23:45:67:89:ab": -127 to 0 dBm expected, got 60'] = function()
            device.wifi { ["01:23:45:67:89:ab"] = 60 }
        end,
        ["device.adc: voltage: 0 to 5000 mV expected, got -1"] = function() device.adc(0, -1) end,
        ["device.battery: voltage: 0 to 6000 mV expected, got \"full\""] = function() device.battery "full" end,
        ["device.temperature: degrees: -60 to 150 expected, got 151"] = function() device.temperature(151) end,
        ["device.sms: from: up to 20 digits after an optional +, or up to 11 characters of a name expected,"
            .. " got \"a name that is too long\""] = function() device.sms("a name that is too long", "x") end,
        ["device.sim: one of iccid, imsi, number, pin, puk expected, got \"colour\""] = function()
            device.sim { colour = "red" }
        end,
        ["device.network: true, false or a table of conditions expected, got \"off\""] = function()
            device.network "off"
        end,
        ["device.network: up: true or false expected, got 1"] = function() device.network { up = 1 } end,
        ["device.charger: connected: true or false expected, got 1"] = function() device.charger(1) end,
    } do
        it("is named: " .. what, function()
            local ok, problem = pcall(call)
            assert.is_false(ok)
            assert.equal(what, (problem:gsub("^[^:]+door_spec.lua:%d+: ", "")))
        end)
    end
end)

describe("device.state", function()
    it("shows pins by number, with level and use", function()
        local pin = pins.setup(pio.P0_20, 0)
        assert.same({ level = 0, use = "output" }, device.state().pins[20])
        pin(1)
        assert.same({ level = 1, use = "output" }, device.state().pins[20])
        pio.pin.close(pio.P0_20)
        assert.is_nil(device.state().pins[20])
    end)

    it("shows what is driven from outside", function()
        device.input(pio.P0_22, 1)
        assert.same({ level = 1 }, device.state().pins[22])
        device.input(pio.P0_22, 0)
        assert.same({ level = 0 }, device.state().pins[22])
    end)

    it("shows pins that blink", function()
        local pin = pins.setup(pio.P0_24, 0)
        local level = 0
        local timer = sys.timerLoopStart(function()
            level = 1 - level
            pin(level)
        end, 100)
        peer.eventually(function() return device.state().leds[24] end, "the pattern")
        sys.timerStop(timer)
        local led = device.state().leds[24]
        assert.truthy(led.on >= 70 and led.off >= 70, led.on .. ", " .. led.off)
        peer.eventually(function() return not device.state().leds[24] end, "the end of it")
        pio.pin.close(pio.P0_24)
    end)

    it("shows signals of pulse-width modulation and keys that are pressed", function()
        pwm.open(0)
        pwm.set(0, 500, 100)
        assert.same({ [0] = "50000 Hz, 20 % high" }, device.state().pwm)
        pwm.close(0)
        assert.same({}, device.state().pwm)
        device.press(3, 4, 20)
        assert.same({ { row = 3, column = 4 } }, device.state().pressed)
        peer.eventually(function() return #device.state().pressed == 0 end, "the release")
    end)

    it("shows battery and charger", function()
        device.battery(3650)
        device.charger(true)
        assert.same({ battery = 3650, charger = true }, device.state().power)
        device.charger(false)
        device.battery(4000)
        assert.same({ battery = 4000, charger = false }, device.state().power)
    end)

    it("shows what is recorded, said, and stored in files", function()
        assert.is_false(device.state().audio.recording)
        local file = assert(io.open("/door_spec.txt", "w"))
        file:write "12345"
        file:close()
        local sizes = {}
        for _, entry in ipairs(device.state().files) do
            sizes[entry.path] = entry.size
        end
        os.remove "/door_spec.txt"
        assert.equal(5, sizes["/door_spec.txt"])
    end)
end)

describe("device.state of the phone", function()
    --- Gives the modem a command and waits for its answer.
    local function ask(command)
        uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
        uart.write(uart.ATC, command .. "\r")
        assert.equal("OK", (device.wait("at", 20000, function(line) return line == "OK" or line:find "ERROR" end)))
    end

    it("shows what was sent and what has arrived", function()
        ask "AT+CMGF=0"
        ask "AT+CMGD=1,4"
        ask "AT+CNMI=2,1,0,0,0"
        device.sms("+8613800000000", "来了")
        peer.eventually(function() return #device.state().messages.stored == 1 end, "the message")
        local stored = device.state().messages.stored[1]
        assert.same({ place = 1, from = "+8613800000000", text = "来了", is_read = false }, stored)
        local exchanged = device.state().messages.exchanged
        assert.same({ number = "+8613800000000", text = "来了", incoming = true }, exchanged[#exchanged])
        ask "AT+CMGD=1,4"
        assert.same({}, device.state().messages.stored)
    end)

    it("shows a call at each step", function()
        device.call "10086"
        local function states()
            local list = {}
            for _, call in ipairs(device.state().calls) do
                list[#list + 1] = call.number .. " " .. call.state
            end
            return list
        end
        assert.same({ "10086 incoming" }, states())
        ask "ATA"
        assert.same({ "10086 active" }, states())
        device.hang_up()
        assert.same({}, states())
    end)
end)

describe("device.file", function()
    it("writes, reads and removes a file that scripts see", function()
        device.file("/door_spec.bin", "\0\255")
        local file = io.open("/door_spec.bin", "rb")
        assert.equal("\0\255", file:read "*a")
        file:close()
        assert.equal("\0\255", device.file "/door_spec.bin")
        device.file("/door_spec.bin", false)
        assert.is_nil(device.file "/door_spec.bin")
    end)

    it("says what is wrong, at the caller's line", function()
        for _, case in ipairs {
            { "path: one of the device, such as /nvm_para.lua, expected, got \"x\"", "x" },
            { "path: string expected, got nil" },
            { "content: string, false or nil expected, got 7", "/door_spec.bin", 7 },
            { "/door_spec.bin: No such file or directory", "/door_spec.bin", false },
            { "/lua/x.lua: Read-only file system", "/lua/x.lua", "" },
        } do
            local ok, text = pcall(function() device.file(case[2], case[3]) end)
            assert.is_false(ok)
            assert.truthy(text:find("^[^\n]*door_spec.lua:%d+: device.file: "), text)
            assert.truthy(text:find(case[1], 1, true), text)
        end
    end)
end)

describe("device.state().run", function()
    it("tells how long the run is, and what it holds", function()
        local task = sys.taskInit(function() sys.waitUntil "DOOR_SPEC_NEVER" end)
        local run = device.state().run
        assert.truthy(run.time > 0 and run.memory > 0, "time and memory")
        assert.is_false(run.is_simulated)
        peer.eventually(function() return device.state().run.tasks > 0 end, "the task")
        sys.unsubscribe("DOOR_SPEC_NEVER", task)
    end)
end)

it("device.state() shows how good the network is", function()
    device.network { latency = 20, loss = 0.5, rate = 1000 }
    local network = device.state().network
    device.network {}
    assert.same({ 20, 0, 1000 }, { network.latency, network.jitter, network.rate })
    assert.same({ 0.5, true }, { network.loss, network.dns })
    assert.is_nil(device.state().network.rate)
end)
