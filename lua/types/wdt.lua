---@meta
-- Written by luatos for editors; do not edit.

---The watchdog of a chip beside the module, as older boards have it.
---
---硬件看门狗芯片。
---@class wdt
wdt = {}

---Tells the chip every two minutes that the module lives. What the chip answers does not matter here: there is none
---that could be reset.
---
---设置看门狗引脚，之后定时喂狗。
---@param rst? number pin that resets the chip
---@param wd number pin to the chip
function wdt.setup(rst, wd) end

return wdt
