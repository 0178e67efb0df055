---@meta
-- Written by luatos for editors; do not edit.

---Keeps the device awake in the name of tags, one for each part of a script.
---
---休眠管理。
---@class pm
pm = {}

---Whether the tag does not keep the device awake; without a tag, whether the device may sleep.
---
---查询某个标签或整个设备是否允许休眠。
---@param tag? any nil for the device
---@return boolean
function pm.isSleep(tag) end

---Ends `pm.wake(tag)`; the device may sleep when no tag keeps it awake.
---
---撤销某个标签的唤醒；没有标签时设备可以休眠。
---@param tag any not nil and not false
function pm.sleep(tag) end

---Keeps the device awake in the name of `tag`.
---
---以某个标签唤醒设备，使其不休眠。
---@param tag any not nil and not false
function pm.wake(tag) end

return pm
