--- Makes the virtual modem send lines that it never sends by itself.
local uart = require "uart"

local modem = {}

--- The next lines that ril reads, without their line ends, before those of the real modem.
-- Messages follow from them once the loop runs.
function modem.says(...)
    local lines = { ... }
    local read = uart.read
    function uart.read(...)
        if lines[1] then
            return table.remove(lines, 1) .. "\r\n"
        end
        uart.read = read
        return read(...)
    end
    -- Something to tell ril of.
    uart.write(uart.ATC, "AT\r")
end

return modem
