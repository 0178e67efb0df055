--- The keys of the device.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"
local scheduler = use "runtime.scheduler"
local show = use("runtime.text").show

local error, type = error, type

local keys = {}

--- Row and column that the firmware reports for the keys that are not of the matrix.
local NAMED = { POWERKEY = { 255, 255 } }

--- How long a key is pressed, in ms, where the call does not say: a short press.
local SHORT = 100

--- Longest press in ms.
local LONGEST = 0x7fffffff

--- The timers that release the keys that are pressed, by row and column in one number.
local releases = {}

--- Presses a key, which is released after a time; the call does not wait for that. A key that is pressed already stays
-- so, and is released after the new time.
local function press(row, column, ms)
    local key = row * 256 + column
    scheduler.cancel(releases[key])
    native.key(row, column, true)
    releases[key] = scheduler.after(ms, function()
        releases[key] = nil
        native.key(row, column, false)
    end)
end

--- Presses a key: `device.press(name [, ms])` for the power key, `device.press(row, column [, ms])` for the matrix.
-- @param name `POWERKEY`, or the row, 0 to 255
-- @number column 0 to 255
-- @number[opt=100] ms until it is released, from 1
function keys.press(name, column, ms)
    local row = name
    if type(name) == "string" then
        local place = NAMED[name]
        if not place then
            error("device.press: key: \"POWERKEY\", or row and column of the matrix expected, got " .. show(name), 2)
        end
        row, column, ms = place[1], place[2], column
    else
        check.integer("device.press: row", row, 0, 255)
        column = check.integer("device.press: column", column, 0, 255)
    end
    press(row, column, check.optional_integer("device.press: time", ms, 1, LONGEST, "ms") or SHORT)
end

return keys
