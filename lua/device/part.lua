--- A part as its model sees it: what `attach(part)` of the model is called with. Its fields are `name`, `model`,
-- `settings` and `values` (by name), and `place`, a text for people that says where it is attached.
local use = ...
local native = use "native.parts"
local door = use "device.natives"
local models = use "device.models"
local guard = use "device.guard"
local changes = use "device.changes"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local host = use "native.host"
local part_model = use "device.part_model"
local check = use "runtime.check"

local error, ipairs, pcall, format = error, ipairs, pcall, string.format
local byte, char, concat = string.byte, string.char, table.concat

local Part = {}
Part.__index = Part

--- Highest numbers of buses, addresses and pins.
local LAST_I2C, LAST_SPI, LAST_ADDRESS, LAST_PIN = 3, 1, 0x7f, 95

--- Most pixels of a side of a display, and most bits of one.
local MOST_PIXELS, MOST_BITS = 1048576, 32

--- How long a wait may be, in ms.
local LONGEST = 0x7fffffff

--- Checks the colours of a call that a display has refused.
local function check_colors(call, red, green, blue)
    check.integer(call .. ": red", red, 0, 255)
    check.integer(call .. ": green", green, 0, 255)
    check.integer(call .. ": blue", blue, 0, 255)
end

--- Adds to the text that says where the part is attached.
local function add_place(part, text)
    part.place = part.place == "" and text or part.place .. ", " .. text
end

--- Answers transfers at an address of an I2C bus; where the part is, its settings `bus` and `address` say.
-- @function answer called as the model of `device.i2c`, with the bytes written and how many are read
-- @number[opt] address instead of that of the settings, for a part that answers at several
function Part:i2c(answer, address)
    check.callback("part:i2c: answer", answer)
    local bus = check.integer("part:i2c: bus", self.settings.bus, 0, LAST_I2C)
    address = check.integer("part:i2c: address", address or self.settings.address, 0, LAST_ADDRESS)
    local other = models.part_on_i2c(bus, address)
    if other then
        error(format("i2c %d, address 0x%02x: the part %s is there", bus, address, other), 0)
    end
    models.attach_to_i2c(bus, address, { answer = answer, part = self.name })
    add_place(self, format("i2c %d, 0x%02x", bus, address))
end

--- Answers at an address of an I2C bus as a chip with registers does: the first byte written is the number of a
-- register, the next ones are written to it and those behind it, and reads begin there, too.
-- @number count how many there are; behind the last comes the first
-- @function read called with the number of a register; returns its byte
-- @function write called with the number of a register and a byte
function Part:registers(count, read, write)
    check.integer("part:registers: count", count, 1, 256)
    check.callback("part:registers: read", read)
    check.callback("part:registers: write", write)
    local register = 0
    local function next_register()
        local this = register
        register = (register + 1) % count
        return this
    end
    self:i2c(function(written, asked)
        if written ~= "" then
            register = byte(written) % count
        end
        for index = 2, #written do
            write(next_register(), byte(written, index))
        end
        local bytes = {}
        for index = 1, asked do
            bytes[index] = char(read(next_register()))
        end
        return concat(bytes)
    end)
end

--- Answers transfers on the SPI bus that the setting `bus` names. A setting `cs` is the number of the pin that
-- selects the part while it is low; without one the bus selects it for each transfer.
-- @function answer called with the bytes that come in, and whether they begin a new selection; it returns those that
-- go out meanwhile, nil for none
function Part:spi(answer)
    check.callback("part:spi: answer", answer)
    local bus = check.integer("part:spi: bus", self.settings.bus, 0, LAST_SPI)
    local cs = check.optional_integer("part:spi: cs", self.settings.cs, 0, LAST_PIN)
    local other = models.part_on_spi(bus, cs)
    if other then
        error(format("spi %d%s: the part %s is there; parts on one bus need the setting cs, each with a pin of its own",
            bus, cs and ", pin " .. cs or "", other), 0)
    end
    if cs then
        native.selected(cs)
    end
    models.attach_to_spi(bus, { answer = answer, part = self.name, cs = cs })
    add_place(self, format("spi %d%s", bus, cs and ", pin " .. cs or ""))
end

--- Is at the other end of the serial port that the setting `port` names.
-- @function hear called with the bytes that the script sends; nil does not listen
function Part:uart(hear)
    check.optional_callback("part:uart: hear", hear)
    local port = check.integer("part:uart: port", self.settings.port, 1, 3)
    door.play_uart(port)
    if hear then
        self.endings[#self.endings + 1] = changes.on("uart", function(id, bytes)
            if id == port then
                guard.call("part " .. self.name, hear, bytes)
            end
        end)
    end
    add_place(self, "uart " .. port)
end

--- Sends bytes to the script at the serial port that the setting `port` names. They are lost while the script has not
-- set the port up, and where it has set up another baud rate than the setting `baud`, which is warned of.
-- @string bytes
-- @return boolean: whether they have arrived
function Part:send(bytes)
    check.string("part:send: bytes", bytes)
    local port = check.integer("part:send: port", self.settings.port, 1, 3)
    local expected = self.settings.baud
    local baud = native.baud(port)
    if not baud then
        return false
    elseif expected and baud ~= expected then
        self:warn(format("uart %d is set up for %d baud, and the part sends at %d", port, baud, expected))
        return false
    end
    door.uart(port, bytes)
    return true
end

--- Calls a function again and again, until the part is removed. A run does not end by itself meanwhile.
-- @number ms
-- @function action
function Part:every(ms, action)
    ms = check.integer("part:every: time", ms, 1, LONGEST, "ms")
    check.callback("part:every: action", action)
    local timer
    local function tick()
        timer = scheduler.after(ms, tick)
        guard.call("part " .. self.name, action)
    end
    timer = scheduler.after(ms, tick)
    self.endings[#self.endings + 1] = function() scheduler.cancel(timer) end
end

--- The time in ms since the device was switched on.
-- @return number
function Part.time()
    return host.milliseconds()
end

--- The date and time by the computer's clock, or the one that `--start` and `--instant` make.
-- @return number: seconds since 1970 (UTC)
function Part.date()
    return native.now()
end

--- Has a display from now on, which `device.picture` and `device.state().displays` know by the name of the part.
-- It is black at first.
-- @number width pixels in a row
-- @number height rows
-- @number[opt=16] bits of a pixel, for people
-- @return table: `pixel(x, y, red, green, blue)` from the top left corner, `fill(red, green, blue)`, 0 to 255 each;
-- `sleep(is_asleep)`
function Part:screen(width, height, bits)
    local name = self.name
    width = check.integer("part:screen: width", width, 1, MOST_PIXELS)
    height = check.integer("part:screen: height", height, 1, MOST_PIXELS)
    native.screen(name, width, height, check.optional_integer("part:screen: bits", bits, 1, MOST_BITS) or 16)
    self.screen_name = name
    self.endings[#self.endings + 1] = function() native.remove_screen(name) end
    return {
        pixel = function(x, y, ...)
            if not pcall(native.pixel, name, x, y, ...) then
                check.integer("screen.pixel: x", x, -LONGEST, LONGEST)
                check.integer("screen.pixel: y", y, -LONGEST, LONGEST)
                check_colors("screen.pixel", ...)
            end
        end,
        fill = function(...)
            if not pcall(native.fill, name, ...) then
                check_colors("screen.fill", ...)
            end
        end,
        sleep = function(is_asleep) native.sleep(name, is_asleep and true or false) end,
    }
end

--- The pin that a setting names.
-- @string name of the setting
-- @return number; it is an error where the setting is not given or is no pin
function Part:pin(name)
    return check.integer("part:pin: " .. name, self.settings[name], 0, LAST_PIN)
end

--- Whether a pin of the device is high.
-- @number pin
-- @return boolean
function Part.level(_, pin)
    return native.level(check.integer("part:level: pin", pin, 0, LAST_PIN))
end

--- Drives a pin of the device from outside, as `device.input` does.
-- @number pin
-- @param level 0 or 1, or a boolean
function Part.input(_, pin, level)
    door.input(check.integer("part:input: pin", pin, 0, LAST_PIN), check.level("part:input: level", level))
end

--- The path on this computer that a path in a setting means: relative ones begin where the part is asked for, which is
-- the working directory on the command line, and the folder of the main script otherwise.
-- @string path
-- @return string
function Part:path(path)
    return part_model.locate(check.string("part:path: path", path), self.folder)
end

--- Warns of something, once.
-- @string text
function Part:warn(text)
    diagnostics.warn_once("device", "part " .. self.name .. ": " .. check.string("part:warn: text", text))
end

local function detach(part)
    for _, finish in ipairs(part.endings) do
        finish()
    end
    part.endings = {}
    models.detach(part.name)
end

return {
    class = Part,
    --- Takes a part away from wherever it is attached.
    detach = detach,
}
