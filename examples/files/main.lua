--- A device that keeps its settings and a log of readings in flash.
PROJECT = "FILES_EXAMPLE"
VERSION = "1.0.0"

require "log"
LOG_LEVEL = log.LOGLEVEL_INFO
require "sys"
require "utils"
require "settings"
require "recorder"

settings.load { boots = 0, interval = 200 }
settings.set("boots", settings.get "boots" + 1)
log.info("files", "boot", settings.get "boots", "earlier records", recorder.count())

sys.taskInit(function()
    for number = 1, 3 do
        recorder.add(string.format("%d,%d", settings.get "boots", number))
        sys.wait(settings.get "interval")
    end
    log.info("files", "records", recorder.count(), "free", rtos.get_fs_free_size() > 0)
    log.info("files", "greeting", io.readFile "/lua/greeting.txt")
end)

sys.init(0, 0)
sys.run()
