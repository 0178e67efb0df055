--- Refuses each call, and opens the door for whom it is known to.
module(..., package.seeall)

require "log"
require "ril"
require "door"
require "guests"

--- The same call shows its number with each ring until it is refused.
local is_refusing = false

local function refused()
    is_refusing = false
end

ril.regUrc("+CLIP", function(line)
    if is_refusing then
        return
    end
    is_refusing = true
    ril.request("AT+CHUP", nil, refused)
    -- A withheld number is empty.
    local number = line:match '^%+CLIP: "([^"]+)"'
    if number and guests.has(number) then
        log.info("calls", "known", number)
        door.open()
    else
        log.warn("calls", "unknown", number or "withheld")
    end
end)

ril.request "AT+CLIP=1"
