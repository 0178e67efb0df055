--- LuatOS `sys`: tasks, timers, messages (library version 2.4.0, without its defects).
local import = ...
local rtos = import "rtos"
local scheduler = import "scheduler"
local diagnostics = import "diagnostics"
local messages = import "messages"
local show = import("text").show

local sys = {
    SCRIPT_LIB_VER = "2.4.0",
    publish = messages.publish,
    subscribe = messages.subscribe,
    unsubscribe = messages.unsubscribe,
}

local running, yield = coroutine.running, coroutine.yield
local pack, unpack, type = table.pack, table.unpack, type
local in_task, guard = scheduler.in_task, scheduler.guard

--- Shortest time in milliseconds; shorter ones are lengthened to it, as on the device.
local MIN_MS = 5

local function check_ms(where, ms, level)
    local number = tonumber(ms)
    if not number or number ~= number then
        error(where .. ": time in ms expected, got " .. show(ms), level)
    end
    if number <= 0 then
        error(where .. ": time must be above 0 ms, wait time cannot be negative, got " .. show(ms), level)
    end
    return number < MIN_MS and MIN_MS or number
end

-- ## Tasks

--- Starts a task: runs `fun(...)` at once, up to its first wait.
-- An error in it is logged with its traceback and ends this task only.
-- @function fun
-- @param ... its arguments
-- @return thread
function sys.taskInit(fun, ...)
    if type(fun) ~= "function" then
        error("sys.taskInit: function expected, got " .. show(fun), 2)
    end
    return scheduler.spawn(fun, ...)
end

local function woken(timer, ...)
    scheduler.timer_stop(timer)
    return ...
end

--- Waits. Outside a task the loop runs meanwhile.
-- @number ms above 0; under 5 counts as 5
-- @return nothing, or the values of a `coroutine.resume` that ended the wait early
function sys.wait(ms)
    ms = check_ms("sys.wait", ms, 3)
    if in_task() then
        local timer = scheduler.after(ms, (running()))
        return woken(timer, yield())
    end
    local done = false
    scheduler.after(ms, function() done = true end)
    while not done do
        scheduler.block("sys.wait")
    end
end

--- Waits for the message `id`; one published before the call is not seen.
-- Returns the id before the message's values, or nothing on timeout.
local function wait_message(where, id, ms)
    if ms ~= nil then
        ms = check_ms(where, ms, 4)
    end
    if in_task() then
        local co = running()
        sys.subscribe(id, co)
        local timer = ms and scheduler.after(ms, co)
        local values = pack(yield())
        if timer then
            scheduler.timer_stop(timer)
        end
        sys.unsubscribe(id, co)
        return values
    end
    local values, timed_out
    local function receiver(...)
        values = pack(id, ...)
    end
    sys.subscribe(id, receiver)
    local timer = ms and scheduler.after(ms, function() timed_out = true end)
    local ok, err
    repeat
        ok, err = pcall(scheduler.block, where)
    until not ok or values or timed_out
    if timer then
        scheduler.timer_stop(timer)
    end
    sys.unsubscribe(id, receiver)
    if not ok then
        error(err, 0)
    end
    return values or { n = 0 }
end

--- Waits until the message `id` is published.
-- @string id
-- @number[opt] ms time limit; without one it waits for ever
-- @return true and the message's values, or false on timeout
function sys.waitUntil(id, ms)
    local values = wait_message("sys.waitUntil", id, ms)
    if values[1] == nil then
        return false
    end
    return true, unpack(values, 2, values.n)
end

--- Like `sys.waitUntil`, but returns the id in place of true.
-- @return id and the message's values, or false on timeout
function sys.waitUntilExt(id, ms)
    local values = wait_message("sys.waitUntilExt", id, ms)
    if values[1] == nil then
        return false
    end
    return unpack(values, 1, values.n)
end

-- ## Timers

local FIRST_USER_ID = 0x20000000
local next_id = FIRST_USER_ID

--- Live timers by id, and per function a set of ids.
local by_id, by_function = {}, {}

--- Arguments without trailing nils: on the device those do not count.
local function arguments(...)
    local args = pack(...)
    while args.n > 0 and args[args.n] == nil do
        args.n = args.n - 1
    end
    return args
end

local function same(a, b)
    if a.n ~= b.n then
        return false
    end
    for index = 1, a.n do
        if a[index] ~= b[index] then
            return false
        end
    end
    return true
end

local function find(fn, args)
    for id, timer in pairs(by_function[fn] or {}) do
        if same(timer.args, args) then
            return id
        end
    end
end

local function remove(id)
    local timer = by_id[id]
    if timer then
        by_id[id] = nil
        local siblings = by_function[timer.fn]
        siblings[id] = nil
        if next(siblings) == nil then
            by_function[timer.fn] = nil
        end
    end
    return timer
end

local function add(id, timer)
    by_id[id] = timer
    local siblings = by_function[timer.fn]
    if not siblings then
        siblings = {}
        by_function[timer.fn] = siblings
    end
    siblings[id] = timer
end

local function expired(id)
    local timer = by_id[id]
    if not timer then
        return
    end
    if timer.period then
        guard("sys.timerLoopStart callback", timer.fn, unpack(timer.args, 1, timer.args.n))
        -- Unless the callback stopped it: armed anew only now, so that it never overtakes itself.
        if by_id[id] == timer then
            scheduler.timer_start(id, timer.period, expired)
        end
    else
        -- No longer active while it runs, so that the callback may start it again.
        remove(id)
        guard("sys.timerStart callback", timer.fn, unpack(timer.args, 1, timer.args.n))
    end
end

local function start(where, fn, ms, loop, ...)
    if fn == nil then
        error(where .. ": function expected, got nil", 2)
    end
    -- Called by tail calls: the script is one level up.
    ms = check_ms(where, ms, 3)
    local args = arguments(...)
    local old = find(fn, args)
    if old then
        sys.timerStop(old)
    end
    local id = next_id
    next_id = next_id + 1
    if not scheduler.timer_start(id, ms, expired) then
        diagnostics.warn(where, "the core refused the timer")
        return nil
    end
    add(id, { fn = fn, args = args, period = loop and ms or nil })
    return id
end

--- Calls `fn(...)` once after `ms` milliseconds. A live timer of the same function with the same
-- arguments is stopped first.
-- @function fn runs outside any task
-- @number ms above 0; under 5 counts as 5
-- @return number id
function sys.timerStart(fn, ms, ...)
    return start("sys.timerStart", fn, ms, false, ...)
end

--- Calls `fn(...)` again and again, `ms` milliseconds after the last call has returned.
-- @return number id
function sys.timerLoopStart(fn, ms, ...)
    return start("sys.timerLoopStart", fn, ms, true, ...)
end

--- Stops one timer, by its id or by its function and exactly its arguments. Unknown ones are
-- harmless.
function sys.timerStop(value, ...)
    local id = value
    if type(value) ~= "number" then
        id = value ~= nil and find(value, arguments(...))
    end
    if id and remove(id) then
        scheduler.timer_stop(id)
    end
end

--- Stops every timer of a function.
function sys.timerStopAll(fn)
    local ids = {}
    for id in pairs(fn ~= nil and by_function[fn] or {}) do
        ids[#ids + 1] = id
    end
    for _, id in ipairs(ids) do
        sys.timerStop(id)
    end
end

--- @param value id, or a function followed by its timer's arguments
-- @return for an id the callback, for a function true; nil if no such timer is live
function sys.timerIsActive(value, ...)
    if type(value) == "number" then
        local timer = by_id[value]
        return timer and timer.fn or nil
    end
    return value ~= nil and find(value, arguments(...)) and true or nil
end

-- ## Life cycle

--- Prepares the system: checks PROJECT and VERSION, reports what runs.
-- @number mode 1: switch off again if the device was switched on by a charger
function sys.init(mode)
    for _, name in ipairs { "PROJECT", "VERSION" } do
        local value = _G[name]
        if value == nil or value == "" then
            error("sys.init: the global " .. name .. " is undefined or empty; main.lua must set it", 2)
        end
    end
    collectgarbage("setpause", 80)
    local uart, log = import "uart", import "log"
    uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
    log.info("poweron reason:", rtos.poweron_reason(), _G.PROJECT, _G.VERSION, sys.SCRIPT_LIB_VER, rtos.get_version())
    if mode == 1 and rtos.poweron_reason() == rtos.POWERON_CHARGER then
        rtos.poweron(0)
    end
end

--- Runs the loop. On the device it never returns; here it does when nothing can ever happen again,
-- or when the run was ended from outside.
function sys.run()
    repeat until not scheduler.step()
end

--- Starts the GSM stack after a start by charger.
function sys.powerOn()
    rtos.poweron(1)
end

--- Restarts the script.
-- @string reason
function sys.restart(reason)
    if type(reason) ~= "string" or reason == "" then
        error("sys.restart: reason expected, got " .. show(reason), 2)
    end
    import("log").warn("sys.restart", reason)
    rtos.restart()
end

return sys
