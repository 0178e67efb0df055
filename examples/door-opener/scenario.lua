--- Calls from the owner, a stranger, a withheld number, and a guest before and after the owner has added them:
--
--     luatos --lib examples/sms-forwarder --scenario examples/door-opener/scenario.lua examples/door-opener

local OWNER, GUEST, STRANGER = "+8613800000000", "13900000000", "+4915100000000"

--- Levels of the door's opener, as they come.
local levels = {}
device.on("pin", function(pin, level)
    if pin == config.PIN then
        levels[#levels + 1] = level
    end
end)

--- Waits until a condition holds.
local function eventually(what, condition)
    for _ = 1, 200 do
        if condition() then
            return
        end
        sys.wait(50)
    end
    error("never happened: " .. what, 2)
end

--- Somebody calls and is refused.
-- @return whether the door was opened
local function call(number)
    levels = {}
    device.call(number)
    assert(device.wait("hang_up", 20000), "the call is not refused")
    sys.wait(100)
    if levels[1] == nil then
        return false
    end
    eventually("the door closes", function() return levels[2] == 0 end)
    return levels[1] == 1
end

-- Before that no call comes through.
eventually("the device is in the network", function() return net.getState() == "REGISTERED" end)

assert(call(OWNER))
assert(not call(STRANGER))
assert(not call(nil))

-- Nobody but the owner gives orders.
device.sms(STRANGER, "ADD " .. GUEST)
assert(not call(GUEST))

device.sms(OWNER, "add +86 139-0000-0000")
eventually("the guest is known", function() return guests.has(GUEST) end)
assert(call(GUEST))
assert(call("+86" .. GUEST))
assert(not call(STRANGER))

device.sms(OWNER, "REMOVE " .. GUEST)
eventually("the guest is unknown", function() return not guests.has(GUEST) end)
assert(not call(GUEST))
