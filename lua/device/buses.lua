--- What is attached to the buses of the device: sensors and memories that a test plays.
local use = ...
local check = use "runtime.check"
local models = use "device.models"
local error, format = error, string.format

local buses = {}

--- Highest ids and addresses.
local LAST_I2C, LAST_SPI, LAST_ADDRESS = 3, 1, 0x7f

--- Attaches a model to an address of an I2C bus. It is called as `model(written, count)` for each transfer: `written`
-- are the bytes that the script sends, and `count` is how many it then reads.
--
-- `i2c.send` and `i2c.write` are `model(written, 0)`, `i2c.recv` is `model("", count)`, and `i2c.read`, which sends the
-- number of a register and reads, is `model(register, count)`. A model that keeps the register that came last serves
-- them all:
--
--     local register = 0
--     device.i2c(2, 0x48, function(written, count)
--         register = written:byte() or register
--         return values[register]
--     end)
--
-- It returns the bytes that are read: missing ones are 0xff, as on a line that nobody drives, and further ones are not
-- read. `nil` means that nobody acknowledges, as where nothing is attached. An error in it is reported, and the script
-- gets no acknowledgement. It must not wait.
-- @number bus 0 to 3
-- @number address 7 bits
-- @function model nil removes it
function buses.i2c(bus, address, model)
    bus = check.integer("device.i2c: bus", bus, 0, LAST_I2C)
    address = check.integer("device.i2c: address", address, 0, LAST_ADDRESS)
    model = check.optional_callback("device.i2c: model", model)
    local part = models.part_on_i2c(bus, address)
    if part then
        error(format("device.i2c: bus %d, address 0x%02x: the part %s is there; device.remove takes it away",
            bus, address, part), 2)
    end
    models.attach_to_i2c(bus, address, model and { answer = model })
end

--- Attaches a model to an SPI bus. It is called as `model(written)` for each transfer, with the bytes that the script
-- sends: zeros for `spi.recv`. It returns those that come back meanwhile: missing ones are 0xff, and `nil` means all of
-- them. Errors and waits are as with `i2c`.
-- @number bus 0 or 1
-- @function model nil removes it
function buses.spi(bus, model)
    bus = check.integer("device.spi: bus", bus, 0, LAST_SPI)
    model = check.optional_callback("device.spi: model", model)
    local part = models.part_on_spi(bus, nil)
    if part then
        error(format("device.spi: bus %d: the part %s is there; device.remove takes it away", bus, part), 2)
    end
    models.clear_spi(bus)
    if model then
        models.attach_to_spi(bus, { answer = model })
    end
end

return buses
