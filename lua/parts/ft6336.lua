--- FT6336: a touch panel on I2C for one finger; FT6206 and FT6236 are alike. Facts: the data sheet of FocalTech's
-- FT6336U.
local floor = math.floor

--- Its registers: how many fingers there are, the place of the first, and who it is.
local COUNT, X_HIGH, X_LOW, Y_HIGH, Y_LOW, CHIP, VENDOR = 0x02, 0x03, 0x04, 0x05, 0x06, 0xa3, 0xa8
local REGISTERS = 256

--- What happens to a finger, in the two highest bits beside the place.
local DOWN, UP, CONTACT = 0, 1, 2

return {
    settings = { bus = 2, address = 0x38, display = "lcd" },
    optional = { int = "number" },
    attach = function(part)
        local int = part.settings.int and part:pin "int"
        local event, x, y = UP, 0, 0
        local written = { [CHIP] = 0x64, [VENDOR] = 0x11 }

        local function drive(is_touched)
            if int then
                part:input(int, not is_touched)
            end
        end

        function part.finger(new_x, new_y)
            if new_x then
                event, x, y = event == UP and DOWN or CONTACT, new_x, new_y
            else
                event = UP
            end
            drive(new_x ~= nil)
        end

        part:registers(REGISTERS, function(register)
            if register == COUNT then
                return event == UP and 0 or 1
            elseif register == X_HIGH then
                return event * 0x40 + floor(x / 256)
            elseif register == X_LOW then
                return x % 256
            elseif register == Y_HIGH then
                return floor(y / 256)
            elseif register == Y_LOW then
                return y % 256
            end
            return written[register] or 0
        end, function(register, value)
            if register ~= CHIP and register ~= VENDOR then
                written[register] = value
            end
        end)
        drive(false)
    end,
    touch = function(part, x, y)
        part.finger(x, y)
    end,
    detach = function(part)
        part.finger()
    end,
}
