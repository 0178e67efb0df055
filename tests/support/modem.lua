--- The virtual modem: asked by `ril`, and made to send lines that it never sends by itself.
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

--- Sends a command through ril; returns its result and its text.
function modem.ask(command)
    local answer
    require("ril").request(command, nil, function(...) answer = table.pack(...) end)
    require("peer").eventually(function() return answer end, "an answer to " .. command)
    return answer[2], answer[4]
end

return modem
