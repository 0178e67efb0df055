---Analogue inputs.
---@class adc
adc = {}

---Opens an input.
---@param id number 2 or 3, the module's inputs; 0 and 1 are there too. Another one is an error
---@param scale? number measuring range, `adc.SCALE_*`; default 0
---@return 0|1 opened 0 for a range that does not exist
function adc.open(id, scale) end

---Reads an input.
---@param id number
---@return integer raw value of the converter; 0xffff while the input is not open
---@return integer millivolts likewise
function adc.read(id) end

---Closes an input.
---@param id number
---@return 1
function adc.close(id) end
