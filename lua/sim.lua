--- LuatOS `sim`: the SIM card.
local import = ...
local ril = import "ril"
local sys = import "sys"

local sim = {}

local imsi, iccid, status, id, number
local ask_number = false

--- @return the card's number, nil while unknown
function sim.getIccid()
    return iccid
end

--- @return the subscriber's identity, nil while unknown
function sim.getImsi()
    return imsi
end

--- @return country code of the IMSI, "" while unknown
function sim.getMcc()
    return imsi and imsi:sub(1, 3) or ""
end

--- @return network code of the IMSI, "" while unknown
function sim.getMnc()
    return imsi and imsi:sub(4, 5) or ""
end

--- @return true ready, false not ready, nil unknown
function sim.getStatus()
    return status
end

--- Whether to ask the card for its own telephone number.
function sim.setQueryNumber(flag)
    ask_number = flag
end

--- @return telephone number, "" if unknown
function sim.getNumber()
    return number or ""
end

--- Chooses the card slot.
-- @number slot 0 or 1
-- @function[opt] callback called with whether it worked
function sim.setId(slot, callback)
    if slot == id then
        if callback then
            callback(true)
        end
        return
    end
    ril.request("AT+SIMCROSS=" .. tostring(slot), nil, function(_, ok)
        if ok then
            id = slot
        end
        if callback then
            callback(ok)
        end
    end)
end

--- @return card slot, nil while unknown
function sim.getId()
    return id
end

--- Prefers 2G in what the card may use.
function sim.set2gSim()
    ril.request("AT+MEDCR=0,8,1")
    ril.request("AT+MEDCR=0,17,240")
    ril.request("AT+MEDCR=0,19,1")
end

ril.regUrc("+CPIN", function(line)
    local state = line:match("%+CPIN:%s*(.-)%s*$")
    status = state == "READY"
    if state == "READY" then
        ril.request("AT+ICCID")
        ril.request("AT+CIMI")
        if ask_number then
            ril.request("AT+CNUM")
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

ril.regRsp("+ICCID", function(_, ok, _, text)
    iccid = ok and text and text:match("%+ICCID:%s*(%w+)") or iccid
end)
ril.regRsp("+CIMI", function(_, ok, _, text)
    if ok and text then
        imsi = text
        sys.publish("IMSI_READY")
    end
end)
ril.regRsp("+CNUM", function(_, ok, _, text)
    number = ok and text and text:match('%+CNUM:%s*"[^"]*",%s*"([^"]+)"') or number
end)
ril.regRsp("+SIMCROSS", function(_, ok, _, text)
    id = ok and text and tonumber(text:match("%+SIMCROSS:%s*(%d+)")) or id
end)

ril.request("AT+SIMCROSS?")

return sim
