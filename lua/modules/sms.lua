--- LuatOS `sms`: text messages.
--
-- Texts are in GB2312, or in UTF-8 for projects that are written for a library version from 2.4.3 on; see
-- `--lib-version`. A message is removed from the card once the script's callback has it, so that none is lost to a
-- restart in between. Those that were on the card before the script started are given out, too.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local net = use "modules.net"
local sim = use "modules.sim"
local inbox = use "messages.inbox"
local outbox = use "messages.outbox"
local check = use "runtime.check"

local sms = {}

-- ## Readiness

local is_ready, is_setting_up = false, false

--- What has to be there before messages can pass; the modem may have said so before this module was loaded.
local has_card, has_network = sim.getStatus() == true, net.getState() == "REGISTERED"

--- The last setting: from then on the modem tells of messages.
local function tell_of_messages()
    ril.request("AT+CNMI=2,1,0,0,0", nil, function(_, ok)
        is_setting_up = false
        if ok and has_card then
            is_ready = true
            sys.publish "SMS_READY"
            inbox.start()
            outbox.start()
        end
    end)
end

--- Sets the modem up once it can handle messages.
local function set_up()
    if is_ready or is_setting_up or not (has_card and has_network) then
        return
    end
    is_setting_up = true
    ril.request "AT+CMGF=0"
    ril.request 'AT+CSCS="UCS2"'
    ril.request('AT+CPMS="SM"', nil, function(_, ok)
        if ok then
            return tell_of_messages()
        end
        -- It says "SMS READY" when it can.
        is_setting_up = false
    end)
end

ril.regUrc("SMS READY", set_up)

sys.subscribe("NET_STATE_REGISTERED", function()
    has_network = true
    set_up()
end)

sys.subscribe("SIM_IND", function(what)
    has_card = what == "RDY"
    if has_card then
        set_up()
    else
        is_ready = false
        inbox.stop()
        outbox.stop()
    end
end)

--- @return boolean: whether messages can be sent and come
function sms.getsmsstate()
    return is_ready
end

-- ## Messages

--- Sets the function that gets the messages. Those that come while there is none wait for it.
-- @param[opt] callback fun(number: string, text: string, time: string): called, in a task of its own, with the sender's
-- number without +86, the text, and the time as `yy/mm/dd,hh:mm:ss+zz` (zone in quarters of an hour); nil removes it
function sms.setNewSmsCb(callback)
    inbox.set_callback(check.optional_callback("sms.setNewSmsCb: callback", callback))
end

--- Sends a text. One after the other is sent; those that are sent before the network is there wait for it.
-- @string num number of the receiver: up to 20 digits, perhaps after a plus sign
-- @string data text; one that is too long for a message goes in parts, up to 255. A message has room for 160 characters
-- of the alphabet of GSM, or for 70 of any
-- @param[opt] cbFnc fun(ok: boolean, number: string, text: string): called with whether the network has taken it, the
-- number, and the text in hexadecimal UCS-2
-- @number[opt] idx place in the queue, from 1; by default the last. What is being sent is not interrupted
-- @return boolean: whether the text was accepted; else the callback is called with false
function sms.send(num, data, cbFnc, idx)
    check.optional_callback("sms.send: cbFnc", cbFnc)
    idx = check.optional_integer("sms.send: idx", idx, 1, 0x7fffffff)
    if num == nil or num == "" or data == nil or data == "" then
        if cbFnc then
            cbFnc(false, num, data)
        end
        return false
    end
    num = check.text("sms.send: num", num)
    data = check.text("sms.send: data", data)
    local problem = outbox.add(num, data, cbFnc, idx)
    if problem then
        error("sms.send: " .. problem, 2)
    end
    return true
end

--- A place on the card, as a number or its digits.
local function is_place(pos)
    local place = math.tointeger(tonumber(pos))
    return is_ready and place ~= nil and place > 0
end

--- Reads the message at a place of the card; `SMS_READ_CNF` is published with it.
-- @number pos
-- @return boolean: false while messages cannot be read, or for no place
function sms.read(pos)
    if not is_place(pos) then
        return false
    end
    inbox.read(pos)
    return true
end

--- Removes the message at a place of the card; `SMS_DELETE_CNF` is published with whether it worked.
-- @number pos
-- @return boolean: false while messages cannot be removed, or for no place
function sms.delete(pos)
    if not is_place(pos) then
        return false
    end
    inbox.delete(pos)
    return true
end

if sim.getStatus() == nil then
    -- The modem has perhaps told of the card before anybody listened.
    ril.request "AT+CPIN?"
end
set_up()

return sms
