--- LuatOS `pb`: the phone book of the card.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local check = use "runtime.check"
local show = use("runtime.text").show

local pb = {}

-- The answer to AT+CPBS? has one line.
ril.regRsp("+CPBS", function() end, 2)

--- A place, as a number or its digits.
local function place(where, index)
    return math.tointeger(tonumber(index))
        or error(("%s: index: whole number expected, got %s"):format(where, show(index)), 3)
end

local function tell(callback, ...)
    if callback then
        callback(...)
    end
end

--- Selects a phone book; `CPBS_READ_CNF` is published then with whether that worked, its name, and how many entries it
-- has and could have.
-- @string storage "SM" (the card's own) or "FD" (numbers that may be dialled); nothing is done for another
-- @param[opt] cb fun(ok: boolean): called with whether that worked
function pb.setStorage(storage, cb)
    check.optional_callback("pb.setStorage: cb", cb)
    if storage ~= "SM" and storage ~= "FD" then
        return
    end
    ril.request(('AT+CPBS="%s"'):format(storage), nil, function(_, ok) tell(cb, ok) end)
    ril.request("AT+CPBS?", nil, function(_, ok, _, text)
        local name, used, total = (text or ""):match '%+CPBS:%s*"(%u+)",(%d+),(%d+)'
        sys.publish("CPBS_READ_CNF", ok, name, tonumber(used), tonumber(total))
    end)
end

--- Reads an entry; `PB_READ_CNF` is published with whether that worked, the place, the number and the name.
-- @number index place, from 1
-- @param[opt] cb fun(ok: boolean, name: string, number: string): called with whether that worked, the name and the
-- number, which are "" for an empty place
-- @return boolean: false without a place
function pb.read(index, cb)
    check.optional_callback("pb.read: cb", cb)
    if index == nil or index == "" then
        return false
    end
    index = place("pb.read", index)
    ril.request(("AT+CPBR=%d"):format(index), nil, function(_, ok, _, text)
        local number, name = (text or ""):match '%+CPBR:%s*%d+,"([^"]*)",%d+,"([^"\r\n]*)"'
        number, name = number or "", name or ""
        sys.publish("PB_READ_CNF", ok, tostring(index), number, name)
        tell(cb, ok, name, number)
    end)
    return true
end

--- Writes an entry; `PB_WRITE_CNF` is published with whether that worked.
-- @number index place, from 1
-- @string name
-- @string num
-- @param[opt] cb fun(ok: boolean): called with whether that worked
-- @return boolean: false if something is missing
function pb.write(index, name, num, cb)
    check.optional_callback("pb.write: cb", cb)
    if index == nil or name == nil or num == nil then
        return false
    end
    index = place("pb.write", index)
    num = check.number("pb.write: num", check.text("pb.write: num", num))
    name = check.text("pb.write: name", name)
    if name:find '["%c]' then
        error("pb.write: name: text without quotes expected, got " .. show(name), 2)
    end
    local kind = num:sub(1, 1) == "+" and 145 or 129
    ril.request(('AT+CPBW=%d,"%s",%d,"%s"'):format(index, num, kind, name), nil, function(_, ok)
        sys.publish("PB_WRITE_CNF", ok)
        tell(cb, ok)
    end)
    return true
end

--- Removes an entry; `PB_WRITE_CNF` is published with whether that worked.
-- @number index place, from 1
-- @param[opt] cb fun(ok: boolean): called with whether that worked
-- @return boolean: false without a place
function pb.delete(index, cb)
    check.optional_callback("pb.delete: cb", cb)
    if index == nil or index == "" then
        return false
    end
    ril.request(("AT+CPBW=%d"):format(place("pb.delete", index)), nil, function(_, ok)
        sys.publish("PB_WRITE_CNF", ok)
        tell(cb, ok)
    end)
    return true
end

ril.request 'AT+CPBS="SM"'

return pb
