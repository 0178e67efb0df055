--- The keys of the device.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"
local scheduler = use "runtime.scheduler"
local show = use("runtime.text").show

local error, type = error, type

local keys = {}

--- Row and column that the firmware reports for the power key.
local POWERKEY = 255

--- Name of the button of a headset.
local HEADSET = "HEADSET"

--- Poles of a plug with a button.
local WITH_BUTTON = 4

--- How long a key is pressed, in ms, where the call does not say: a short press.
local SHORT = 100

--- Longest press in ms.
local LONGEST = 0x7fffffff

--- The timers that release the keys that are pressed, by row and column in one number, or by name.
local releases = {}

--- Presses a key, which is released after a time; the call does not wait for that. A key that is pressed already stays
-- so, and is released after the new time.
-- @param key of `releases`
-- @number ms
-- @function act fun(is_pressed)
local function press(key, ms, act)
    scheduler.cancel(releases[key])
    act(true)
    releases[key] = scheduler.after(ms, function()
        releases[key] = nil
        act(false)
    end)
end

--- Which key is meant, for `releases`, and what presses and releases it.
local function named(name)
    if name == HEADSET then
        if native.plugged() ~= WITH_BUTTON then
            error("device.press: HEADSET: no headset with a button is plugged in; device.headset(true) plugs one in", 3)
        end
        return HEADSET, native.headset_button
    elseif name == "POWERKEY" then
        return POWERKEY * 256 + POWERKEY, function(is_pressed) native.key(POWERKEY, POWERKEY, is_pressed) end
    end
    error("device.press: key: \"POWERKEY\", \"HEADSET\", or row and column of the matrix expected, got "
        .. show(name), 3)
end

--- Presses a key: `device.press(name [, ms])` for the power key and the button of a headset, `device.press(row, column
-- [, ms])` for the matrix.
-- @param name `POWERKEY`, `HEADSET`, or the row, 0 to 255
-- @number column 0 to 255
-- @number[opt=100] ms until it is released, from 1
function keys.press(name, column, ms)
    local key, act
    if type(name) == "string" then
        key, act = named(name)
        ms = column
    else
        local row = check.integer("device.press: row", name, 0, 255)
        column = check.integer("device.press: column", column, 0, 255)
        key, act = row * 256 + column, function(is_pressed) native.key(row, column, is_pressed) end
    end
    press(key, check.optional_integer("device.press: time", ms, 1, LONGEST, "ms") or SHORT, act)
end

return keys
