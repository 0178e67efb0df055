---@meta
-- Written by luatos for editors; do not edit.

---Bar codes and QR codes that the camera sees.
---
---摄像头扫码。
---@class scanCode
scanCode = {}

---Waits for a code; the camera is the script's to open.
---
---等待扫码结果。
---@param cbFnc fun(ok: boolean, kind: string, text: string) called with true, the kind of code and its text; or with false when the time is up
---@param timeout? number ms; default 10000
function scanCode.request(cbFnc, timeout) end

return scanCode
