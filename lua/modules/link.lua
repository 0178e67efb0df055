--- LuatOS `link`: the data connection, which network modules wait for.
local use = ...
local rtos = use "native.rtos"
local ril = require "ril"
local net = use "modules.net"
local sys = use "modules.sys"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local copies = use "runtime.copies"
local portability = use "runtime.portability"
local show = use("runtime.text").show

local link = {
    --- Kinds of networks, for `link.openNetwork`: the modem's, and Ethernet by an additional chip.
    CELLULAR = 1,
    CH395 = 2,
    W5500 = 3,
}

--- The networks of Ethernet chips: their names, and the modules that drive them, which a project brings along.
local ETHERNET = {
    [link.CH395] = { name = "link.CH395", module = "socketCh395" },
    [link.W5500] = { name = "link.W5500", module = "socketW5500" },
}

--- Milliseconds between the loss of the connection and the next attempt.
local RETRY = 2000

--- Milliseconds until the address is asked for again while there is none.
local POLL = 1000

--- The kind of network in use, and whether each has an address.
local network = link.CELLULAR
local ready = { false, false, false }

--- The address, "" without one.
local address = ""

local is_attached = false
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
    return ready[network]
end

--- Tells that a network is ready, for the driver of an Ethernet chip.
-- @number kind
-- @bool is_ready
function link.setReady(kind, is_ready)
    ready[kind] = is_ready
end

--- @return string: such as "10.0.0.2", "" without an address
function link.getIp()
    return address
end

--- @return integer: `link.CELLULAR`, `link.CH395` or `link.W5500`
function link.getNetwork()
    return network
end

--- The module that drives an Ethernet chip; an error at the script's call if there is none.
local function driver(where, kind)
    local chip = ETHERNET[kind]
    local module = rawget(_G, chip.module)
    if type(module) ~= "table" then
        error(("%s: %s: there is no Ethernet chip here, and its module %s is not loaded"):format(where, chip.name,
            chip.module), 3)
    end
    return module
end

--- Leaves the network in use; for the modem's that is the flight mode. Until another one is opened, there is none.
-- @return boolean: whether it worked
function link.closeNetWork()
    if network == link.CELLULAR then
        net.switchFly(true)
        return true
    end
    return driver("link.closeNetWork", network).close()
end

--- Leaves the network in use and joins another one. That of an Ethernet chip needs its module, `socketCh395` or
-- `socketW5500`, loaded before: without it this raises an error, and the network in use stays.
-- @number[opt=link.CELLULAR] kind `link.CELLULAR`, `link.CH395` or `link.W5500`
-- @tab[opt] settings for the driver of an Ethernet chip
-- @return boolean: whether it worked
function link.openNetwork(kind, settings)
    kind = kind or link.CELLULAR
    if kind ~= link.CELLULAR and not ETHERNET[kind] then
        error("link.openNetwork: kind: link.CELLULAR, link.CH395 or link.W5500 expected, got " .. show(kind), 2)
    end
    local chip = kind ~= link.CELLULAR and driver("link.openNetwork", kind)
    link.closeNetWork()
    network = kind
    if not chip then
        net.switchFly(false)
        return true
    end
    address = chip.open(settings) or ""
    return address ~= ""
end

--- Sets the access point for the next activation; without one it is the network's own again.
-- @string[opt] new_apn
-- @string[opt] new_user
-- @string[opt] new_password
function link.setAPN(new_apn, new_user, new_password)
    apn = new_apn and checked("link.setAPN", "apn", new_apn, 3)
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
    if ready[link.CELLULAR] or not is_attached or not has_imsi then
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

--- Publishes the loss of the modem's address, and tries to get a new one after `RETRY`. While another network is in
-- use, that is no news.
local function lost()
    ready[link.CELLULAR] = false
    if network ~= link.CELLULAR then
        return
    end
    address = ""
    sys.publish("IP_ERROR_IND")
    if net.getState() == "REGISTERED" then
        sys.timerStart(activate, RETRY)
    end
end

--- Ends the connection; if registered, the device connects again after two seconds.
function link.shut()
    lost()
end

--- @string line of `AT+CGDCONT?`
-- @return boolean: whether it has an address
function link.analysis_cgdcont(line)
    return line ~= nil and line:find('"%d+%.%d+%.%d+%.%d+"') ~= nil
end

--- Whether one of the contexts in an answer to `AT+CGACT?` is active, and fits.
local function is_active(text, fits)
    for context, state in (text or ""):gmatch "(%d+),%s*(%d)" do
        if state == "1" and fits(tonumber(context)) then
            return true
        end
    end
end

--- @number context
-- @string text answer to `AT+CGACT?`
-- @return true|nil: true if the context is active
function link.IsCidActived(context, text)
    return is_active(text, function(other) return other == context end)
end

--- @string text answer to `AT+CGACT?`
-- @return true|nil: true if a context is active
function link.IsExistActivedCid(text)
    return is_active(text, function() return true end)
end

local function learn_address(line)
    if ready[link.CELLULAR] or network ~= link.CELLULAR then
        return
    end
    local new = line:match('"(%d+%.%d+%.%d+%.%d+)"')
    if new then
        address = new
        ready[link.CELLULAR] = true
        sys.publish("IP_READY_IND")
    elseif net.getState() == "REGISTERED" then
        sys.timerStart(activate, POLL)
    end
end
ril.regUrc("+CGDCONT", learn_address)

ril.regUrc("*CGEV", function(line)
    -- Scripts use PDP context 5.
    if line:find("DEACT,5", 1, true) then
        lost()
        if network == link.CELLULAR then
            sys.publish("PDP_DEACT_IND")
        end
    end
end)

scheduler.on(rtos.MSG_PDP_DEACT_IND, link.shut)

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

-- A script may load this module long after the start: what was told before that is asked for.
local sim = copies.current "sim"
has_imsi = sim ~= nil and sim.getImsi() ~= nil
attach()

messages.observe("IP_READY_IND", portability.use_modem)

return link
