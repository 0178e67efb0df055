---The edges of an interrupt pin.
---@class cpu
cpu = {}

---The level has risen.
cpu.INT_GPIO_POSEDGE = 1
---The level has fallen.
cpu.INT_GPIO_NEGEDGE = 2
