--- LuatOS `misc`: clock, serial numbers, battery.
local import = ...
local rtos = import "rtos"
local pmd = import "pmd"
local ril = import "ril"
local sys = import "sys"
local at = import "at"
local diagnostics = import "diagnostics"

local misc = {}

local serial, imei, model, muid, temperature = "", "", "", "", ""
local is_calibrated

--- The device keeps China's time: quarters of an hour east of Greenwich.
local ZONE = "+32"

--- @return string
function misc.getVersion()
    return rtos.get_version()
end

--- Sets the clock. Here it is only told to the modem: the computer's own clock stays.
-- @tab t year, month, day, hour, min, sec; local time
-- @function[opt] callback called with the time and whether it worked
function misc.setClock(t, callback)
    local function answer(ok)
        if callback then
            callback(os.date("*t"), ok)
        end
    end
    if type(t) ~= "table" or (t.year or 0) > 2038 then
        return answer(false)
    end
    local text = ("%02d/%02d/%02d,%02d:%02d:%02d"):format(t.year % 100, t.month, t.day, t.hour, t.min, t.sec)
    ril.request('AT+CCLK="' .. text .. ZONE .. '"', nil, function(_, ok)
        answer(ok)
        if ok then
            sys.publish("TIME_UPDATE_IND")
        end
    end)
end

--- @return table as of `os.date("*t")`
function misc.getClock()
    return os.date("*t")
end

--- @return 1 Monday to 7 Sunday
function misc.getWeek()
    local day = os.date("*t").wday
    return day == 1 and 7 or day - 1
end

--- @return whether the radio is calibrated, nil while unknown
function misc.getCalib()
    return is_calibrated
end

--- @return whether there is an antenna, nil while unknown
function misc.getAnt()
    return nil
end

--- @return string, "" while unknown
function misc.getSn()
    return serial
end

--- @return string, "" while unknown
function misc.getImei()
    return imei
end

--- Writes a number, unless it is written already.
local function write(current, new, command, callback, store)
    if new == current then
        if callback then
            callback(true)
        end
        return
    end
    ril.request(command:format(new), nil, function(_, ok)
        if ok then
            store(new)
        end
        if callback then
            callback(ok)
        end
    end)
end

--- Sets the serial number.
-- @function[opt] callback called with whether it worked
function misc.setSn(new, callback)
    write(serial, new, 'AT+WISN="%s"', callback, function(value) serial = value end)
end

--- Sets the IMEI.
-- @function[opt] callback called with whether it worked
function misc.setImei(new, callback)
    write(imei, new, 'AT+WIMEI="%s"', callback, function(value) imei = value end)
end

--- @return string, "" while unknown
function misc.getModelType()
    return model
end

--- @return the last known temperature in degrees Celsius as a string; asks for the next
function misc.getTemperature()
    ril.request("AT+RFTEMPERATURE?")
    return temperature
end

--- @return battery voltage in mV
function misc.getVbatt()
    local _, millivolts = pmd.param_get()
    return millivolts
end

--- @return whether a charger is there
function misc.getVbus()
    local _, _, _, charger = pmd.param_get()
    return charger
end

--- @return the module's unique id, "" while unknown
function misc.getMuid()
    return muid
end

function misc.openPwm()
    diagnostics.unsupported("misc.openPwm")
end

function misc.closePwm()
    diagnostics.unsupported("misc.closePwm")
end

--- Learns a value and tells of it.
local function learn(head, pattern, event, store)
    at.learn(head, pattern, function(value)
        store(value)
        sys.publish(event)
    end)
end

learn("+CGSN", "^%x+$", "IMEI_READY_IND", function(value) imei = value end)
learn("+WISN", "^.+$", "SN_READY_IND", function(value) serial = value end)
learn("+CGMM", '%+CGMM:%s*"?([^"]+)', "MODEL_NUMBER_READY_IND", function(value) model = value end)
-- The device's own spelling.
learn("+RFTEMPERATURE", "(%-?%d+)", "MODEL_TEMPERATURE_READT_IND", function(value) temperature = value end)
at.learn("+MUID", "%+MUID:%s*(%S+)", function(value) muid = value end)
at.learn("+CALIBINFO", "^.+$", function(value) is_calibrated = value:find("GSM calibrated", 1, true) ~= nil end)

for _, command in ipairs { "AT+WISN?", "AT+CGSN", "AT+MUID?", "AT+CGMM", "AT+CALIBINFO?" } do
    ril.request(command)
end

return misc
