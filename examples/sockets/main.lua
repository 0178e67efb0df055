--- A device that reports to a TCP server and takes commands from it.
PROJECT = "SOCKETS_EXAMPLE"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "net"
require "link"
require "report"

sys.init(0, 0)
sys.run()
