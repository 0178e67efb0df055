--- A finger on a display: `device.touch`.
local use = ...
local native = use "native.parts"
local scheduler = use "runtime.scheduler"
local guard = use "device.guard"
local check = use "runtime.check"
local show = use("runtime.text").show

local error, type, ipairs = error, type, ipairs

local touch = {}

--- How long a finger stays, in ms, where the call does not say.
local SHORT = 100

--- Longest touch in ms.
local LONGEST = 0x7fffffff

--- Highest coordinate of a touch panel.
local LAST_PIXEL = 0xfff

--- The timers that lift the fingers, by the names of the displays.
local releases = {}

--- The display of a touch panel, which its setting `display` names.
function touch.display_of(part)
    local name = part.settings.display
    return type(name) == "string" and name or "lcd"
end

--- The parts that notice a finger on a display.
local function panels(attached, display)
    local found, names = {}, {}
    for _, entry in ipairs(attached) do
        if entry.model.touch then
            local its_display = touch.display_of(entry.part)
            names[#names + 1] = its_display
            if its_display == display then
                found[#found + 1] = entry
            end
        end
    end
    if #found == 0 and #names > 0 then
        error("device.touch: display: " .. native.one_of(names, display), 0)
    elseif #found == 0 then
        error("device.touch: no display has a touch panel: device.part(\"ft6336\") attaches one", 0)
    end
    return found
end

local function tell(entries, x, y)
    for _, entry in ipairs(entries) do
        if not entry.is_gone then
            native.touched(entry.part.name, x, y)
            guard.call("part " .. entry.part.name, entry.model.touch, entry.part, x, y)
        end
    end
end

--- A finger touches a display, and leaves it after a time; the call does not wait for that. Where one is there already,
-- it moves, and leaves after the new time.
-- @tab attached the parts, as `parts.lua` has them
-- @param display its name; without it the coordinates come first, and `lcd` is meant
function touch.touch(attached, display, x, y, ms)
    if type(display) ~= "string" then
        if type(display) ~= "number" then
            error("device.touch: name of a display, or x expected, got " .. show(display), 0)
        end
        display, x, y, ms = "lcd", display, x, y
    end
    local width, height = native.size(display)
    x = check.integer("device.touch: x", x, 0, (width or LAST_PIXEL + 1) - 1)
    y = check.integer("device.touch: y", y, 0, (height or LAST_PIXEL + 1) - 1)
    ms = check.optional_integer("device.touch: time", ms, 1, LONGEST, "ms") or SHORT
    local entries = panels(attached, display)
    scheduler.cancel(releases[display])
    tell(entries, x, y)
    releases[display] = scheduler.after(ms, function()
        releases[display] = nil
        tell(entries)
    end)
end

return touch
