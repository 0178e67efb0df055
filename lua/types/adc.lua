---@meta
-- Written by luatos for editors; do not edit.

---Analogue inputs.
---
---模数转换（ADC）：测量模拟输入的电压。
---@class adc
adc = {}

---Opens an input.
---
---打开一个 ADC 通道，可指定量程。
---@param id number 2 or 3, the module's inputs; 0 and 1 are there too. Another one is an error
---@param scale? number measuring range, `adc.SCALE_*`; default 0
---@return 0|1 opened 0 for a range that does not exist
function adc.open(id, scale) end

---Reads an input.
---
---读取 ADC 通道：返回原始值和电压（毫伏）。
---@param id number
---@return integer raw value of the converter; 0xffff while the input is not open
---@return integer millivolts likewise
function adc.read(id) end

---Closes an input.
---
---关闭 ADC 通道。
---@param id number
---@return 1
function adc.close(id) end

adc.SCALE_1V250 = 1250
adc.SCALE_2V444 = 2400
adc.SCALE_3V233 = 3233
adc.SCALE_5V000 = 5000

return adc
