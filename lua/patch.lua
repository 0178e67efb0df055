--- LuatOS `patch`: makes functions of the standard and core libraries safe. All of it happens when
-- the module is loaded.
local import = ...
local rtos = import "rtos"
local pm = import "pm"
local diagnostics = import "diagnostics"

-- ## os

local raw_time, raw_date = os.time, os.date

--- Seconds since 1970; 0 where the original has no answer.
function os.time(t)
    return raw_time(t) or 0
end

--- Like the original; for "*t", if that has no answer, 2012-12-11 10:09:00.
function os.date(format, t)
    local date = raw_date(format, t)
    if date == nil and format == "*t" then
        return { year = 2012, month = 12, day = 11, hour = 10, min = 9, sec = 0 }
    end
    return date
end

--- Milliseconds since the start.
function os.clockms()
    return rtos.tick() / 16
end

-- ## coroutine

local raw_resume = coroutine.resume

local function resumed(co, ok, ...)
    if not ok then
        local text = tostring((...))
        diagnostics.error("coroutine.resume", debug.traceback(co, text))
        if _G.COROUTINE_ERROR_RESTART then
            rtos.restart()
        end
    end
    return ok, ...
end

--- Like the original, but an error is logged with its traceback; with the global
-- COROUTINE_ERROR_RESTART set, the device restarts then.
function coroutine.resume(co, ...)
    return resumed(co, raw_resume(co, ...))
end

-- ## json

local json = rawget(_G, "json")
if json and json.decode then
    local raw_decode = json.decode
    --- @return value and true; or an empty table, false and the error
    function json.decode(text)
        local ok, value = pcall(raw_decode, text)
        if ok and value ~= nil then
            return value, true
        end
        return {}, false, value
    end
end

-- ## What must not be interrupted by sleep

local function keeping_awake(tag, fn)
    return function(...)
        pm.wake(tag)
        local result = fn(...)
        pm.sleep(tag)
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

return {}
