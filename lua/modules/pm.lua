--- LuatOS `pm`: which parts of a script keep the device awake.
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
function pm.wake(tag)
    check("pm.wake", tag)
    if next(awake) == nil then
        pmd.sleep(0)
    end
    awake[tag] = true
end

--- Ends what `pm.wake(tag)` began; the device may sleep when nobody keeps it awake.
function pm.sleep(tag)
    check("pm.sleep", tag)
    awake[tag] = nil
    if next(awake) == nil then
        pmd.sleep(1)
    end
end

--- @param[opt] tag
-- @return whether the tag keeps the device awake no longer; without a tag, whether it may sleep
function pm.isSleep(tag)
    if tag then
        return not awake[tag]
    end
    return next(awake) == nil
end

return pm
