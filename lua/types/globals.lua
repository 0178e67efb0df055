---@meta
-- Written by luatos for editors; do not edit.

---Name of the project: main.lua sets it.
---项目名称，在 main.lua 中设置。
---@type string
PROJECT = ""

---Version of the project, such as "1.0.0": main.lua sets it.
---项目版本号，例如 "1.0.0"，在 main.lua 中设置。
---@type string
VERSION = ""

---Key of the project at LuatOS-Air's maker, for `update` and `lbsLoc`: main.lua sets it.
---合宙平台的项目密钥，供 update、lbsLoc 使用，在 main.lua 中设置。
---@type string?
PRODUCT_KEY = nil

---From which level on `log` prints: `log.LOGLEVEL_TRACE` and so on. Set before `log` is loaded, or whenever.
---日志输出级别，取 log.LOGLEVEL_* 之一。
---@type integer?
LOG_LEVEL = nil

---true: the device restarts after an error in a task.
---设为 true 时，任务出错后设备重启。
---@type boolean?
COROUTINE_ERROR_RESTART = nil
