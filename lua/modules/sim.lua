--- LuatOS `sim`: the SIM card.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local at = use "modules.at"
local diagnostics = use "runtime.diagnostics"
local show = use("runtime.text").show

local sim = {}

local imsi, iccid, status, id, number
local ask_number = false

--- @return string|nil: the card's number, nil while unknown
function sim.getIccid()
    return iccid
end

--- @return string|nil: the subscriber's identity, nil while unknown
function sim.getImsi()
    return imsi
end

--- @return string: country code of the IMSI, "" while unknown
function sim.getMcc()
    return imsi and imsi:sub(1, 3) or ""
end

--- @return string: network code of the IMSI, "" while unknown
function sim.getMnc()
    return imsi and imsi:sub(4, 5) or ""
end

--- @return boolean|nil: true ready, false not ready, nil unknown
function sim.getStatus()
    return status
end

--- Sets whether to ask the card for its own telephone number.
-- @bool flag
function sim.setQueryNumber(flag)
    ask_number = flag
end

--- @return string: telephone number without a "+", "" if unknown
function sim.getNumber()
    return number or ""
end

--- How many selections of a slot the modem has not answered: until then `id` is not the last one.
local selecting = 0

--- Selects the card slot.
-- @number slot 0 or 1
-- @param[opt] callback fun(ok: boolean): called with whether it worked; at once if the slot is in use already
function sim.setId(slot, callback)
    slot = math.tointeger(tonumber(slot)) or error("sim.setId: slot number expected, got " .. show(slot), 2)
    if slot == id and selecting == 0 then
        if callback then
            callback(true)
        end
        return
    end
    selecting = selecting + 1
    ril.request("AT+SIMCROSS=" .. tostring(slot), nil, function(_, ok)
        selecting = selecting - 1
        if ok then
            id = slot
        end
        if callback then
            callback(ok)
        end
    end)
end

--- @return integer|nil: card slot, nil while unknown
function sim.getId()
    return id
end

--- Is for a module that this is not: says so, and does nothing.
function sim.set2gSim()
    diagnostics.unsupported("sim.set2gSim")
end

ril.regUrc("+CPIN", function(line)
    local state = line:match("%+CPIN:%s*(.-)%s*$")
    status = state == "READY"
    if state == "READY" then
        for _, command in ipairs { "AT+ICCID", "AT+CIMI", ask_number and "AT+CNUM" or nil } do
            ril.request(command)
        end
        sys.publish("SIM_IND", "RDY")
    elseif state == "NOT INSERTED" then
        sys.publish("SIM_IND", "NIST")
    else
        if state == "SIM PIN" then
            sys.publish("SIM_IND", "SIM_PIN")
        end
        sys.publish("SIM_IND", "NORDY")
    end
end)

at.learn("+ICCID", "%+ICCID:%s*(%w+)", function(value) iccid = value end)
at.learn("+CIMI", "^%d+$", function(value)
    imsi = value
    sys.publish("IMSI_READY")
end)
at.learn("+CNUM", '%+CNUM:%s*"[^"]*",%s*"%+?(%d+)"', function(value) number = value end)
at.learn("+SIMCROSS", "%+SIMCROSS:%s*(%d+)", function(value) id = tonumber(value) end)

ril.request("AT+SIMCROSS?")

return sim
