--- The main script: the device runs it when it starts.
-- 主脚本：设备开机后运行它。
PROJECT = "{PROJECT}"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "net"
require "link"
require "misc"
require "lamp"

-- Each task runs until it waits; then the others have their turn.
-- 每个任务运行到等待为止，然后轮到其他任务。
sys.taskInit(lamp.blink, 500)

sys.taskInit(function()
    sys.waitUntil("IP_READY_IND")
    log.info("main", "online", misc.getImei())
end)

sys.init(0, 0)
sys.run()
