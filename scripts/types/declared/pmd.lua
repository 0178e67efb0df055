---Power: supplies, battery, sleep.
---@class pmd
pmd = {}

---@class pmd.Settings
---@field ccLevel? integer voltage up to which the current is the same, mV
---@field cvLevel? integer voltage at which the second phase begins, mV
---@field ovLevel? integer voltage that is too much, mV
---@field pvLevel? integer voltage of the third phase, mV
---@field poweroffLevel? integer voltage at which the device turns off, mV
---@field ccCurrent? integer current of the first phase, mA
---@field fullCurrent? integer current at which the battery is full, mA
---@field batdetectEnable? 0|1 whether the battery is looked for

---Sets the voltage of supplies.
---@param level number 0 (off) to 15
---@param ... number supplies, `pmd.LDO_*`
function pmd.ldoset(level, ...) end

---Lets the device sleep, or keeps it awake. Scripts use the module `pm`.
---@param flag number 0 or 1; 1: it may sleep
function pmd.sleep(flag) end

---Asks for the battery.
---@return boolean present
---@return integer voltage mV
---@return integer level per cent
---@return boolean charger whether there is one
---@return 0|1|2 state 0 does not charge, 1 charges, 2 full
function pmd.param_get() end

---@return boolean whether a charger is connected
function pmd.charger() end

---Sets the charging of the battery.
---@param settings pmd.Settings
---@return 0|1 done 0 if the charger does not have a current or voltage
function pmd.init(settings) end
