--- The door's opener, a relay on a pin.
module(..., package.seeall)

require "sys"
require "log"
require "pins"
require "config"

local set = pins.setup(config.PIN, 0)

local function close()
    set(0)
    log.info("door", "closed")
end

--- Opens the door; it closes by itself.
function open()
    log.info("door", "open")
    set(1)
    -- A timer of the same function is started anew: who calls while it is open, keeps it open.
    sys.timerStart(close, config.OPEN_FOR)
end
