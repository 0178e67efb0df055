--- A device that opens a door when somebody calls whom it knows. Nobody pays for it: each call is refused. It takes
-- `inbox.lua` and `pdu.lua` from the SMS forwarder: luatos --lib examples/sms-forwarder examples/door-opener
PROJECT = "DOOR_OPENER"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "net"
require "sim"
require "calls"
require "orders"

sys.init(0, 0)
sys.run()
