--- LuatOS `pins`: a pin as a function that reads or writes it.
local use = ...
local pio = use "native.pio"
local cpu = use "native.cpu"
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local show = use("runtime.text").show

local pins = {}

--- Callbacks by pin, and whether a pin is an output.
local interrupts, outputs = {}, {}

--- Sets a pin up.
-- @param pin number|string: its number
-- @param[opt] value number|fun(edge: integer): a level (0 or 1) for an output; a function for an interrupt, called with
-- `cpu.INT_GPIO_POSEDGE` or `cpu.INT_GPIO_NEGEDGE`; nil for an input
-- @number[opt] pull `pio.PULLUP`, `pio.PULLDOWN`, `pio.NOPULL`
-- @return fun(level?: integer): integer: with a level, it sets that and returns it; without one it returns the pin's
-- level. It changes the direction first where necessary. For an interrupt it only reads.
function pins.setup(pin, value, pull)
    pin = tonumber(pin) or error("pins.setup: pin number expected, got " .. show(pin), 2)
    pio.pin.close(pin)
    interrupts[pin] = nil
    if type(value) == "function" then
        pio.pin.setdir(pio.INT, pin)
        if pull then
            pio.pin.setpull(pull, pin)
        end
        interrupts[pin] = value
        return function()
            return pio.pin.getval(pin)
        end
    end
    local function direct(level)
        outputs[pin] = level ~= nil
        if level ~= nil then
            pio.pin.setdir(level == 1 and pio.OUTPUT1 or pio.OUTPUT, pin)
        else
            pio.pin.setdir(pio.INPUT, pin)
            if pull then
                pio.pin.setpull(pull, pin)
            end
        end
    end
    direct(value)
    return function(level)
        -- As on the device, any value that is no number reads.
        level = tonumber(level)
        if (level ~= nil) ~= outputs[pin] then
            pio.pin.close(pin)
            direct(level)
        end
        if level then
            pio.pin.setval(level, pin)
            return level
        end
        return pio.pin.getval(pin)
    end
end

--- Closes a pin.
-- @param pin number|string: its number
function pins.close(pin)
    pin = tonumber(pin) or error("pins.close: pin number expected, got " .. show(pin), 2)
    interrupts[pin] = nil
    pio.pin.close(pin)
end

scheduler.on(rtos.MSG_INT, function(message)
    local callback = interrupts[message.int_resnum]
    if callback then
        callback(message.int_id == cpu.INT_GPIO_POSEDGE and cpu.INT_GPIO_POSEDGE or cpu.INT_GPIO_NEGEDGE)
    else
        diagnostics.warn("pins", "interrupt of pin " .. tostring(message.int_resnum) .. " without a callback")
    end
end)

return pins
