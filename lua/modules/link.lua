--- LuatOS `link`: the data connection, which network modules wait for.
local use = ...
local rtos = use "native.rtos"
local ril = use "modules.ril"
local net = use "modules.net"
local sys = use "modules.sys"
local scheduler = use "runtime.scheduler"
local show = use("runtime.text").show

local link = {}

--- Milliseconds between the loss of the connection and the next attempt.
local RETRY = 2000

--- Milliseconds until the address is asked for again while there is none.
local POLL = 1000

local is_ready, is_attached = false, false
local apn, user, password
local has_imsi = false

--- A value as text for the quotes of an AT command; an error at `level` if it cannot be quoted.
local function checked(where, name, value, level)
    if type(value) ~= "string" and type(value) ~= "number" or tostring(value):find('["%c]') then
        error(where .. ": " .. name .. ": text without quotes expected, got " .. show(value), level)
    end
    return tostring(value)
end

--- @return boolean: whether there is an IP address
function link.isReady()
    return is_ready
end

--- Sets the access point for the next activation.
-- @string new_apn
-- @string[opt] new_user
-- @string[opt] new_password
function link.setAPN(new_apn, new_user, new_password)
    apn = checked("link.setAPN", "apn", new_apn, 3)
    user = new_user and checked("link.setAPN", "user", new_user, 3)
    password = new_password and checked("link.setAPN", "password", new_password, 3)
end

--- Does nothing, as on the device.
function link.setDnsIP()
end

--- Sets access point and authentication at once.
-- @number protocol 0 none, 1 PAP, 2 CHAP
-- @string new_apn
-- @string new_user
-- @string new_password
function link.setAuthApn(protocol, new_apn, new_user, new_password)
    local where = "link.setAuthApn"
    ril.request(('AT+CPNETAPN=2,"%s","%s","%s",%s'):format(checked(where, "apn", new_apn, 3),
        checked(where, "user", new_user, 3), checked(where, "password", new_password, 3),
        checked(where, "protocol", protocol, 3)))
end

local function activate()
    if is_ready or not is_attached or not has_imsi then
        return
    end
    if apn then
        ril.request(('AT+CGDCONT=1,"IP","%s"'):format(apn))
        if user then
            link.setAuthApn(1, apn, user, password or "")
        end
    end
    ril.request("AT+CGDCONT?")
end

--- Publishes the loss of the address, and tries to get a new one after `RETRY`.
local function lost()
    is_ready = false
    sys.publish("IP_ERROR_IND")
    if net.getState() == "REGISTERED" then
        sys.timerStart(activate, RETRY)
    end
end

--- Ends the connection; if registered, the device connects again after two seconds.
function link.shut()
    lost()
end

ril.regUrc("+CGDCONT", function(line)
    if is_ready then
        return
    elseif line:match('"%d+%.%d+%.%d+%.%d+"') then
        is_ready = true
        sys.publish("IP_READY_IND")
    elseif net.getState() == "REGISTERED" then
        sys.timerStart(activate, POLL)
    end
end)

ril.regUrc("*CGEV", function(line)
    -- Scripts use PDP context 5.
    if line:find("DEACT,5", 1, true) then
        lost()
        sys.publish("PDP_DEACT_IND")
    end
end)

scheduler.on(rtos.MSG_PDP_DEACT_IND, lost)

local function attach()
    if net.getState() == "REGISTERED" and net.getNetMode() == net.NetMode_LTE then
        if not is_attached then
            is_attached = true
            sys.publish("GPRS_ATTACH", true)
        end
        activate()
    end
end
sys.subscribe("NET_STATE_REGISTERED", attach)
sys.subscribe("NET_UPD_NET_MODE", attach)
sys.subscribe("NET_STATE_UNREGISTER", function()
    if is_attached then
        is_attached = false
        sys.publish("GPRS_ATTACH", false)
    end
end)
sys.subscribe("IMSI_READY", function()
    has_imsi = true
    activate()
end)

return link
