---@meta
-- Written by luatos for editors; do not edit.

---Power: supplies, battery, sleep.
---
---电源管理：电压域、电池与充电、休眠。
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
---
---设置电压域的电压等级，0 为关闭。
---@param level number 0 (off) to 15
---@param ... number supplies, `pmd.LDO_*`
function pmd.ldoset(level, ...) end

---Lets the device sleep, or keeps it awake. Scripts use the module `pm`.
---
---允许或禁止设备休眠，脚本一般用 pm 模块。
---@param flag number 0 or 1; 1: it may sleep
function pmd.sleep(flag) end

---Asks for the battery.
---
---查询电池：是否存在、电压、电量、充电器、充电状态。
---@return boolean present
---@return integer voltage mV
---@return integer level per cent
---@return boolean charger whether there is one
---@return 0|1|2 state 0 does not charge, 1 charges, 2 full
function pmd.param_get() end

---是否连接了充电器。
---@return boolean whether a charger is connected
function pmd.charger() end

---Sets the charging of the battery.
---
---设置充电参数。
---@param settings pmd.Settings
---@return 0|1 done 0 if the charger does not have a current or voltage
function pmd.init(settings) end

pmd.LDO_FLASHIB = 12
pmd.LDO_HMICBIAS = 10
pmd.LDO_KEYPDA = 15
pmd.LDO_VBACKLIGHT_B = 8
pmd.LDO_VBACKLIGHT_G = 7
pmd.LDO_VBACKLIGHT_R = 6
pmd.LDO_VBACKLIGHT_W = 9
pmd.LDO_VCAM = 11
pmd.LDO_VCAMA = 3
pmd.LDO_VCAMD = 4
pmd.LDO_VCAMIO = 14
pmd.LDO_VIBR = 5
pmd.LDO_VLCD = 0
pmd.LDO_VLP = 13
pmd.LDO_VMMC = 1
pmd.LDO_VSIM1 = 2

---Sets the charging to its defaults, unless the script has set it.
---
---脚本没有设置过充电参数时，采用默认参数。
function pmd.libScriptInit() end

return pmd
