---@meta
-- Written by luatos for editors; do not edit.

---A pin as a function that reads or writes it.
---
---引脚：输出、输入与中断。
---@class pins
pins = {}

---Closes a pin.
---
---关闭引脚。
---@param pin number|string its number
function pins.close(pin) end

---Sets a pin up.
---
---设置引脚，返回读写它的函数。
---@param pin number|string its number
---@param value? number|fun(edge: integer) a level (0 or 1) for an output; a function for an interrupt, called with `cpu.INT_GPIO_POSEDGE` or `cpu.INT_GPIO_NEGEDGE`; nil for an input
---@param pull? number `pio.PULLUP`, `pio.PULLDOWN`, `pio.NOPULL`
---@return fun(level?: integer): integer # with a level, it sets that and returns it; without one it returns the pin's level. It changes the direction first where necessary. For an interrupt it only reads.
function pins.setup(pin, value, pull) end

return pins
