---@meta
-- Written by luatos for editors; do not edit.

---The key that switches the device on, pressed for a short or a long time.
---
---开机键的长按与短按。
---@class powerKey
powerKey = {}

---Sets what the key does when it is released.
---
---设置开机键的长按时间和长按、短按回调。
---@param longPrd? number from when on a press is a long one, in ms; default 3000
---@param longCb? fun() called after a long one; without it, the device is switched off
---@param shortCb? fun() called after a short one
function powerKey.setup(longPrd, longCb, shortCb) end

return powerKey
