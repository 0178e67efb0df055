--- LuatOS `misc`: clock, serial numbers, battery.
local use = ...
local rtos = use "native.rtos"
local pmd = use "native.pmd"
local pwm = use "native.pwm"
local ril = require "ril"
local sys = use "modules.sys"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local at = use "modules.at"
local show = use("runtime.text").show

local floor = math.floor

local misc = {}

local serial, imei, model, muid, temperature = "", "", "", "", ""
local is_calibrated, has_antenna

--- Milliseconds until `TIME_CLK_IND` if a minute begins just now.
local AT_ONCE = 50

--- Time zone of the device, China's, in quarters of an hour east of Greenwich.
local ZONE = "+32"

--- @return string: version of the firmware
function misc.getVersion()
    return rtos.get_version()
end

-- ## The minutes

--- The timer of the next minute, and the last minute that was announced.
local minute_timer, told

--- Whether somebody waits for the minutes: only then they keep a run going.
local is_awaited = false

--- Sets the timer of the next `TIME_CLK_IND`: at once if a minute has just begun.
local function await_minute()
    scheduler.cancel(minute_timer)
    local now = os.time()
    local second, minute = now % 60, floor(now / 60)
    local ms = second == 0 and minute ~= told and AT_ONCE or (60 - second) * 1000
    local start = is_awaited and scheduler.after or scheduler.after_in_background
    minute_timer = start(ms, function()
        told = floor(os.time() / 60)
        sys.publish("TIME_CLK_IND")
        await_minute()
    end)
end
misc.setTimeReport = await_minute

messages.observe("TIME_CLK_IND", function(has_subscribers)
    is_awaited = has_subscribers
    await_minute()
end)
await_minute()

--- Sets the clock of the modem, which is the device's; the computer's own clock is not changed.
-- @tab t year (to 2038), month, day, hour, min, sec; local time
-- @param[opt] callback fun(time: table, ok: boolean): called with the result of `misc.getClock` and whether the modem
-- has accepted the time; at once with false if `t` is no table or its year is too late
function misc.setClock(t, callback)
    local function answer(ok)
        if callback then
            callback(os.date("*t"), ok)
        end
    end
    if type(t) ~= "table" then
        return answer(false)
    end
    local fields = {}
    for index, name in ipairs { "year", "month", "day", "hour", "min", "sec" } do
        fields[index] = tonumber(t[name])
            or error("misc.setClock: " .. name .. ": number expected, got " .. show(t[name]), 2)
    end
    if fields[1] > 2038 then
        return answer(false)
    end
    fields[1] = fields[1] % 100
    local text = ("%02d/%02d/%02d,%02d:%02d:%02d"):format(table.unpack(fields))
    ril.request('AT+CCLK="' .. text .. ZONE .. '"', nil, function(_, ok)
        answer(ok)
        if ok then
            sys.publish("TIME_UPDATE_IND")
            await_minute()
        end
    end)
end

--- @return table: the time now, as `os.date("*t")` returns it
function misc.getClock()
    return os.date("*t")
end

--- @return integer: 1 Monday to 7 Sunday
function misc.getWeek()
    local day = os.date("*t").wday
    return day == 1 and 7 or day - 1
end

--- @return boolean|nil: whether the radio is calibrated, nil while unknown
function misc.getCalib()
    return is_calibrated
end

--- @return boolean|nil: whether there is an antenna, nil while unknown
function misc.getAnt()
    return has_antenna
end

--- @return string: the serial number, "" while unknown
function misc.getSn()
    return serial
end

--- @return string: the IMEI, "" while unknown
function misc.getImei()
    return imei
end

--- Handlers of the answers to AT+WISN?, AT+CGSN and AT+RFTEMPERATURE?.
local learn_serial, learn_imei, learn_temperature

--- How many numbers each command writes that have not been read again: until then the current one is unknown.
local writing = { ["AT+WISN"] = 0, ["AT+WIMEI"] = 0 }

--- Writes a number, unless it is the current one, and then reads it again.
local function write(where, new, current, command, query, learn, callback)
    new = (type(new) == "string" or type(new) == "number") and tostring(new) or new
    local is_known = new == current and writing[command] == 0 or new == nil and current == ""
    if not is_known and (type(new) ~= "string" or new:find('["%c]')) then
        error(where .. ": text without quotes expected, got " .. show(new), 3)
    end
    if is_known then
        if callback then
            callback(true)
        end
        return
    end
    writing[command] = writing[command] + 1
    ril.request(command .. '="' .. new .. '"', nil, function(_, ok)
        local function answer(...)
            writing[command] = writing[command] - 1
            if ok then
                learn(...)
            end
            if callback then
                callback(ok)
            end
        end
        if ok then
            ril.request(query, nil, answer)
        else
            answer()
        end
    end)
end

--- Sets the serial number, and publishes `SN_READY_IND` then.
-- @string new
-- @param[opt] callback fun(ok: boolean): called with whether it worked; at once if it is the current number
function misc.setSn(new, callback)
    write("misc.setSn", new, serial, "AT+WISN", "AT+WISN?", learn_serial, callback)
end

--- Sets the IMEI, and publishes `IMEI_READY_IND` then.
-- @string new
-- @param[opt] callback fun(ok: boolean): called with whether it worked; at once if it is the current number
function misc.setImei(new, callback)
    write("misc.setImei", new, imei, "AT+WIMEI", "AT+CGSN", learn_imei, callback)
end

--- @return string: the name of the model, "" while unknown
function misc.getModelType()
    return model
end

--- Asks for the temperature; `MODEL_TEMPERATURE_READT_IND` is published when the answer has come.
-- @param[opt] callback fun(celsius: string): called with the degrees Celsius as text with a blank in front, as newer
-- libraries have it; "" if the modem does not know
-- @return number|string|nil: without a callback the last known value, in degrees Celsius, or ""
function misc.getTemperature(callback)
    if type(callback) ~= "function" then
        ril.request("AT+RFTEMPERATURE?")
        return temperature
    end
    ril.request("AT+RFTEMPERATURE?", nil, function(command, ok, response, text)
        learn_temperature(command, ok, response, text)
        callback(ok and text and text:match(":(.+)") or "")
    end)
end

--- @return integer: battery voltage in mV
function misc.getVbatt()
    local _, millivolts = pmd.param_get()
    return millivolts
end

--- @return boolean: whether a charger is connected
function misc.getVbus()
    local _, _, _, charger = pmd.param_get()
    return charger
end

--- @return string: the module's unique id, "" while unknown
function misc.getMuid()
    return muid
end

--- Starts a pulse-width modulation, with the numbers of `pwm.set`.
-- @number id 0 or 1
-- @number first divider of 25 MHz, or index of a period
-- @number second the part of the divider that is high, or steps of 15.6 ms
function misc.openPwm(id, first, second)
    pwm.open(id)
    pwm.set(id, first, second)
end

--- Ends a pulse-width modulation.
-- @number id 0 or 1
function misc.closePwm(id)
    if id ~= 0 and id ~= 1 then
        error("misc.closePwm: id 0 or 1 expected, got " .. tostring(id), 2)
    end
    pwm.close(id)
end

--- Reads a value from the answers to a command, and publishes `event` then.
local function learn(head, pattern, event, store)
    return at.learn(head, pattern, function(value)
        store(value)
        sys.publish(event)
    end)
end

learn_imei = learn("+CGSN", "^%x+$", "IMEI_READY_IND", function(value) imei = value end)
learn_serial = learn("+WISN", "^.+$", "SN_READY_IND", function(value) serial = value end)
learn("+CGMM", '%+CGMM:%s*"?([^"]+)', "MODEL_NUMBER_READY_IND", function(value) model = value end)
-- The device's own spelling.
learn_temperature = learn("+RFTEMPERATURE", "(%-?%d+)", "MODEL_TEMPERATURE_READT_IND", function(value)
    temperature = tonumber(value)
end)
at.learn("+MUID", "%+MUID:%s*(%S+)", function(value) muid = value end)
at.learn("+CALIBINFO", "^.+$", function(value)
    is_calibrated = value:find("LTE_[%w_]+:1") ~= nil and not value:find("LTE_[%w_]+:[^1]")
    has_antenna = value:find("ANT_LTE:1", 1, true) ~= nil
end)

for _, command in ipairs { "AT+WISN?", "AT+CGSN", "AT+MUID?", "AT+CGMM", "AT+CALIBINFO?" } do
    ril.request(command)
end

return misc
