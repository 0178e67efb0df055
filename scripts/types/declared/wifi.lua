---Looks for access points; scripts use the module `wifiScan`.
---@class wifi
wifi = {}

---Looks for access points. `rtos.MSG_WIFI` follows with `cnt`, their number, and `info`, of each
---"ADDRESS,STRENGTH,CHANNEL;".
---@param most? number how many; default 0, all
---@param timeout? number
---@return 0
function wifi.getinfo(most, timeout) end
