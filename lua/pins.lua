--- LuatOS `pins`: a pin as a function that reads or writes it.
local import = ...
local pio = import "pio"
local cpu = import "cpu"
local rtos = import "rtos"
local scheduler = import "scheduler"
local diagnostics = import "diagnostics"

local pins = {}

local interrupts = {}

--- Sets a pin up.
-- @number pin
-- @param[opt] value a level (0 or 1) for an output; a function for an interrupt, called with
-- `cpu.INT_GPIO_POSEDGE` or `cpu.INT_GPIO_NEGEDGE`; nil for an input
-- @number[opt] pull `pio.PULLUP`, `pio.PULLDOWN`, `pio.NOPULL`
-- @return for an output a function that sets the level and returns it; for the others one that
-- returns the level. Called the other way, it changes the direction.
function pins.setup(pin, value, pull)
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
    local is_output = value ~= nil
    if is_output then
        pio.pin.setdir(value == 1 and pio.OUTPUT1 or pio.OUTPUT, pin)
    else
        pio.pin.setdir(pio.INPUT, pin)
        if pull then
            pio.pin.setpull(pull, pin)
        end
    end
    return function(level)
        local writes = level ~= nil
        if writes ~= is_output then
            is_output = writes
            pio.pin.close(pin)
            pio.pin.setdir(writes and (level == 1 and pio.OUTPUT1 or pio.OUTPUT) or pio.INPUT, pin)
            if not writes and pull then
                pio.pin.setpull(pull, pin)
            end
        end
        if writes then
            pio.pin.setval(level, pin)
            return level
        end
        return pio.pin.getval(pin)
    end
end

--- Gives a pin up.
function pins.close(pin)
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
