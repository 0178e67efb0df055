---@meta
-- Written by luatos for editors; do not edit.

---Callbacks for the events of a uart.
---
---串口事件的回调，提供 uart.on。
---@class clib
clib = {}

return clib
