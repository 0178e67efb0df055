--- LuatOS `link`: the data connection, which everything that talks to the Internet waits for.
local import = ...
local rtos = import "rtos"
local ril = import "ril"
local net = import "net"
local sys = import "sys"
local scheduler = import "scheduler"

local link = {}

--- Milliseconds from the loss of the connection to the next attempt.
local RETRY = 2000

local is_ready, is_attached = false, false
local apn, user, password
local has_imsi = false

--- @return boolean: whether there is an IP address
function link.isReady()
    return is_ready
end

--- Sets the access point for the next activation.
function link.setAPN(new_apn, new_user, new_password)
    apn, user, password = new_apn, new_user, new_password
end

--- Accepted, as on the device, which makes no use of it either.
function link.setDnsIP()
end

--- Sets access point and authentication at once.
function link.setAuthApn(protocol, new_apn, new_user, new_password)
    ril.request(('AT+CPNETAPN=2,"%s","%s","%s",%s'):format(new_apn, new_user, new_password, tostring(protocol)))
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

--- The address is lost: everyone hears of it, and after a while it is tried again.
local function lost()
    if is_ready then
        is_ready = false
        sys.publish("IP_ERROR_IND")
    end
    if net.getState() == "REGISTERED" then
        sys.timerStart(activate, RETRY)
    end
end

--- Gives the connection up; if registered, it comes back after two seconds.
function link.shut()
    lost()
end

ril.regUrc("+CGDCONT", function(line)
    if line:match('"%d+%.%d+%.%d+%.%d+"') and not is_ready then
        is_ready = true
        sys.publish("IP_READY_IND")
    end
end)

ril.regUrc("*CGEV", function(line)
    if line:match("DEACT,5") then
        sys.publish("PDP_DEACT_IND")
        lost()
    end
end)

scheduler.on(rtos.MSG_PDP_DEACT_IND, function()
    sys.publish("PDP_DEACT_IND")
    lost()
end)

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
