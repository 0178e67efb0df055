---@meta
-- Written by luatos for editors; do not edit.

---The edges of an interrupt pin.
---
---引脚中断的边沿类型。
---@class cpu
cpu = {}

---The level has risen.
cpu.INT_GPIO_POSEDGE = 1
---The level has fallen.
cpu.INT_GPIO_NEGEDGE = 2

return cpu
