---@meta
-- Written by luatos for editors; do not edit.

---The WLANs around.
---
---WiFi 扫描。
---@class wifiScan
wifiScan = {}

---Looks for WLANs.
---
---扫描周围的 WiFi 热点。
---@param cbFnc fun(ok: boolean, count: integer, strengths: table<string, integer>) called with true, how many there are, and a table of their strengths in dBm by address, such as "01:23:45:67:89:ab"; or with false and 0 if there are none or the time is up
---@param timeout? number ms; default 10000
function wifiScan.request(cbFnc, timeout) end

return wifiScan
