-- A device project in the usual shape: main.lua names the project, loads what it needs and runs.
PROJECT = "WEBSOCKET_EXAMPLE"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_TRACE
require "sys"

require "net"
-- Signal strength and cell, asked for once a minute.
net.startQueryAll(60000, 60000)

require "netLed"
pmd.ldoset(7, pmd.LDO_VLCD)
netLed.setup(true, 1, 4)

require "chat"

sys.init(0, 0)
sys.run()
