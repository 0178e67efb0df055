--- LuatOS `pm`: keeps the device awake in the name of tags, one for each part of a script.
local use = ...
local pmd = use "native.pmd"

local pm = {}

local awake = {}

local function check(where, tag)
    if not tag then
        error(where .. ": tag expected, got " .. tostring(tag), 3)
    end
end

--- Keeps the device awake in the name of `tag`.
-- @param tag any: not nil and not false
function pm.wake(tag)
    check("pm.wake", tag)
    if next(awake) == nil then
        pmd.sleep(0)
    end
    awake[tag] = true
end

--- Ends `pm.wake(tag)`; the device may sleep when no tag keeps it awake.
-- @param tag any: not nil and not false
function pm.sleep(tag)
    check("pm.sleep", tag)
    awake[tag] = nil
    if next(awake) == nil then
        pmd.sleep(1)
    end
end

--- @param[opt] tag any: nil for the device
-- @return boolean: whether the tag does not keep the device awake; without a tag, whether the device may sleep
function pm.isSleep(tag)
    if tag then
        return not awake[tag]
    end
    return next(awake) == nil
end

return pm
