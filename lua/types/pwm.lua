---@meta
-- Written by luatos for editors; do not edit.

---Pulse-width modulation.
---
---脉宽调制（PWM）输出。
---@class pwm
pwm = {}

---Opens a channel.
---
---打开 PWM 通道。
---@param id number 0 or 1
---@return 0|1 done
function pwm.open(id) end

---Sets the signal of a channel.
---
---设置 PWM 通道的输出信号。
---@param id number 0 or 1
---@param first number channel 0: divider of 25 MHz, to 2047; channel 1: period, 0 to 7 for 125 to 3000 ms
---@param second number channel 0: the part of the divider that is high, to 1023; channel 1: time high, 1 to 15 times 15.6 ms
---@return 0|1 done 0 if the channel is not open or has no such signal
function pwm.set(id, first, second) end

---Closes a channel.
---
---关闭 PWM 通道。
---@param id number 0 or 1
---@return 0|1 done
function pwm.close(id) end

return pwm
