--- LuatOS `patch`: replaces functions of the standard libraries and core tables by safe ones when it is
-- loaded.
local use = ...
local rtos = use "native.rtos"
local milliseconds = use("native.host").milliseconds
local pm = use "modules.pm"
local tasks = use "runtime.tasks"
local hooks = use "runtime.hooks"
local core_tables = use "runtime.core_tables"
local trimmed = use("runtime.values").trimmed

-- ## os

local raw_time, raw_date = os.time, os.date

--- Seconds since 1970; 0 where the original has no answer.
-- @tab[opt] t year, month, day, and perhaps hour (12), min (0), sec (0); the time now without it
-- @return integer
function os.time(t)
    local ok, seconds = pcall(raw_time, t)
    if not ok then
        error(seconds, 2)
    end
    return seconds or 0
end

--- Like the original; for "*t", if that has no answer, 2012-12-11 10:09:00.
-- @string[opt="%c"] format
-- @number[opt] t seconds since 1970; now without it
-- @return string|table: as the format says
function os.date(format, t)
    local ok, date = pcall(raw_date, format, t)
    if not ok then
        error(date, 2)
    elseif date == nil and format == "*t" then
        return { year = 2012, month = 12, day = 11, hour = 10, min = 9, sec = 0 }
    end
    return date
end

--- Milliseconds since the start.
-- @return integer
function os.clockms()
    return math.floor(milliseconds())
end

-- ## coroutine

--- Goes on with a task. An error in it is logged with its traceback, and nils at the end of the results are dropped.
-- @thread co
-- @param ... any: what its wait returns
-- @return boolean: whether there was no error
-- @return ...: what it yields or returns, or the error
function coroutine.resume(co, ...)
    return trimmed(tasks.resume(co, ...))
end

--- With the global COROUTINE_ERROR_RESTART set, the device restarts after such an error.
hooks.fill {
    after_task_error = function()
        if rawget(_G, "COROUTINE_ERROR_RESTART") then
            rtos.restart()
        end
    end,
}

-- ## json

local json = rawget(_G, "json")
if json and json.decode then
    local raw_decode = json.decode
    --- Reads JSON.
    -- @string text
    -- @return any: the value; an empty table for what is no JSON
    -- @return boolean: whether it is JSON
    -- @return string|nil: what is wrong with it
    function json.decode(text)
        local ok, value = pcall(raw_decode, text)
        if ok and value ~= nil then
            return value, true
        end
        return {}, false, value
    end
end

-- ## Calls that keep the device awake

local function keeping_awake(tag, fn)
    return function(...)
        pm.wake(tag)
        local ok, result = pcall(fn, ...)
        pm.sleep(tag)
        if not ok then
            -- At the script's line rather than this one.
            error((tostring(result):gsub("^luatos/[%w_/]+%.lua:%d+: ", "")), 2)
        end
        return result
    end
end

local wrapped = {
    uart = { "write" },
    i2c = { "write", "send" },
    spi = { "send", "send_recv" },
    io = { "mount" },
    disp = { "sleep" },
}
for library, names in pairs(wrapped) do
    local container = rawget(_G, library)
    for _, name in ipairs(container and names or {}) do
        if container[name] then
            container[name] = keeping_awake(library .. "." .. name, container[name])
        end
    end
end

-- ## Charging

local raw_init = use("native.pmd").init

local is_charging_set = false

core_tables.extend("pmd", {
    --- Sets the charging of the battery.
    -- @param ... any: as for `pmd.init` of the core
    -- @return integer: 1 if it worked, else 0
    init = function(...)
        is_charging_set = true
        local result = raw_init(...)
        return result
    end,

    --- Sets the charging to its defaults, unless the script has set it.
    libScriptInit = function()
        if not is_charging_set then
            use("native.pmd").init {}
        end
    end,
})

return {
    safeostime = os.time,
    safeosdate = os.date,
    oldPmdInit = raw_init,
}
