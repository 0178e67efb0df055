---@meta
-- Written by scripts/types/generate; do not edit.

---Callbacks for the events of a uart.
---
---串口事件的回调，提供 uart.on。
---@class clib
clib = {}

return clib
