---@meta
-- Written by luatos for editors; do not edit.

---One LED blinks the state of the network, another one shows LTE.
---
---网络指示灯与 LTE 指示灯。
---@class netLed
netLed = {}

---Starts or stops the LEDs.
---
---打开或关闭指示灯，设置所用引脚。
---@param flag boolean true to start; if they are already in that state, the other parameters are ignored
---@param pin? number of the network LED; default pio.P2_0
---@param lte_pin? number of the LTE LED; without it there is none
function netLed.setup(flag, pin, lte_pin) end

---Changes the blink times of a state.
---
---修改某个网络状态下的亮灭时间。
---@param name string NULL, FLYMODE, SIMERR, IDLE, GSM, GPRS or SCK
---@param on? number ms
---@param off? number ms
function netLed.updateBlinkTime(name, on, off) end

return netLed
