--- A device that publishes to an MQTT broker and obeys what it hears there. It takes `tcp.lua` from the sockets
-- example: luatos --lib examples/sockets examples/mqtt
PROJECT = "MQTT_EXAMPLE"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "net"
require "link"
require "lamp"

sys.init(0, 0)
sys.run()
