--- A GPS receiver at each serial port, because the demos have it at different ones. It names its kind when asked for
-- it, and says each second where it is, with seven satellites in use.
local KINDS = { ["$PGKC462*"] = "$PGKC463,GOKE9501_1.3_17101100*22\r\n" }

--- A sentence of NMEA 0183 with its checksum.
local function sentence(text)
    local sum = 0
    for index = 1, #text do
        sum = bit.bxor(sum, text:byte(index))
    end
    return ("$%s*%02X\r\n"):format(text, sum)
end

local POSITION = table.concat {
    sentence "GNGGA,023634.00,3114.5519,N,12128.4161,E,1,07,1.0,4.5,M,,M,,",
    sentence "GNGSA,A,3,01,02,03,,,,,,,,,,1.8,1.0,1.5",
    sentence "GPGSV,1,1,03,01,40,083,46,02,17,308,41,03,07,344,39",
    sentence "GNRMC,023634.00,A,3114.5519,N,12128.4161,E,5.4,77.5,261126,,,A",
}

for id = 1, 3 do
    local port = device.uart(id)
    sys.taskInit(function()
        while true do
            sys.wait(1000)
            local asked, reply = port:read(0), POSITION
            for command, answer in pairs(KINDS) do
                if asked:find(command, 1, true) then
                    reply = answer
                end
            end
            port:write(reply)
        end
    end)
end
sys.wait(3600000)
