---@meta
-- Written by luatos for editors; do not edit.

---Looks for access points; scripts use the module `wifiScan`.
---
---底层 WiFi 扫描，脚本一般用 wifiScan 模块。
---@class wifi
wifi = {}

---Looks for access points. `rtos.MSG_WIFI` follows with `cnt`, their number, and `info`, of each
---"ADDRESS,STRENGTH,CHANNEL;".
---
---扫描周围的 WiFi 热点，结果由底层消息上报。
---@param most? number how many; default 0, all
---@param timeout? number
---@return 0
function wifi.getinfo(most, timeout) end

return wifi
