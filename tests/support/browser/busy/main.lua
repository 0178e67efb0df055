-- A script that never waits.
PROJECT, VERSION = "BUSY", "1.0.0"
require "log"
log.info("busy", "from now on")
while true do end -- luacheck: ignore 542
