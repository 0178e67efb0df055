---@meta
-- Written by luatos for editors; do not edit.

---Clock, serial numbers, battery.
---
---设备信息、时钟与 PWM。
---@class misc
misc = {}

---Ends a pulse-width modulation.
---
---关闭 PWM 输出。
---@param id number 0 or 1
function misc.closePwm(id) end

---Whether there is an antenna, nil while unknown.
---
---查询是否接了天线。
---@return boolean|nil
function misc.getAnt() end

---Whether the radio is calibrated, nil while unknown.
---
---查询射频是否已校准。
---@return boolean|nil
function misc.getCalib() end

---The time now, as `os.date("*t")` returns it.
---
---查询当前时间。
---@return table
function misc.getClock() end

---The IMEI, "" while unknown.
---
---查询 IMEI。
---@return string
function misc.getImei() end

---The name of the model, "" while unknown.
---
---查询模组型号。
---@return string
function misc.getModelType() end

---The module's unique id, "" while unknown.
---
---查询模组的唯一 ID。
---@return string
function misc.getMuid() end

---The serial number, "" while unknown.
---
---查询序列号。
---@return string
function misc.getSn() end

---Asks for the temperature; `MODEL_TEMPERATURE_READT_IND` is published when the answer has come.
---
---查询模组温度。
---@param callback? fun(celsius: string) called with the degrees Celsius as text with a blank in front, as newer libraries have it; "" if the modem does not know
---@return number|string|nil # without a callback the last known value, in degrees Celsius, or ""
function misc.getTemperature(callback) end

---Battery voltage in mV.
---
---查询电池电压（毫伏）。
---@return integer
function misc.getVbatt() end

---Whether a charger is connected.
---
---查询是否连接了充电器。
---@return boolean
function misc.getVbus() end

---Version of the firmware.
---
---查询固件版本。
---@return string
function misc.getVersion() end

---1 Monday to 7 Sunday.
---
---查询今天是星期几，星期一为 1。
---@return integer
function misc.getWeek() end

---Starts a pulse-width modulation, with the numbers of `pwm.set`.
---
---打开 PWM 输出。
---@param id number 0 or 1
---@param first number divider of 25 MHz, or index of a period
---@param second number the part of the divider that is high, or steps of 15.6 ms
function misc.openPwm(id, first, second) end

---Sets the clock of the modem, which is the device's; the computer's own clock is not changed.
---
---设置设备时钟。
---@param t table year (to 2038), month, day, hour, min, sec; local time
---@param callback? fun(time: table, ok: boolean) called with the result of `misc.getClock` and whether the modem has accepted the time; at once with false if `t` is no table or its year is too late
function misc.setClock(t, callback) end

---Sets the IMEI, and publishes `IMEI_READY_IND` then.
---
---写入 IMEI。
---@param new string
---@param callback? fun(ok: boolean) called with whether it worked; at once if it is the current number
function misc.setImei(new, callback) end

---Sets the serial number, and publishes `SN_READY_IND` then.
---
---写入序列号。
---@param new string
---@param callback? fun(ok: boolean) called with whether it worked; at once if it is the current number
function misc.setSn(new, callback) end

---Sets the timer of the next `TIME_CLK_IND`: at once if a minute has just begun.
---
---开始上报整分消息 TIME_CLK_IND。
function misc.setTimeReport() end

return misc
