--- A device that hands each text message on to a web hook, as JSON by HTTP. It takes `tcp.lua` from the sockets
-- example: luatos --lib examples/sockets examples/sms-forwarder
PROJECT = "SMS_FORWARDER"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "net"
require "link"
require "sim"
require "forwarder"

sys.init(0, 0)
sys.run()
