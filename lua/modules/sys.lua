--- LuatOS `sys`: tasks, timers and messages, with the interface of library version 2.4.0.
local use = ...
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local messages = use "runtime.messages"
local timers = use "runtime.timers"
local portability = use "runtime.portability"
local copies = use "runtime.copies"
local show = use("runtime.text").show

local sys = {
    SCRIPT_LIB_VER = use("runtime.generation").version(),
    publish = messages.publish,
    subscribe = messages.subscribe,
    unsubscribe = messages.unsubscribe,
    timerStart = timers.timerStart,
    timerLoopStart = timers.timerLoopStart,
    timerStop = timers.timerStop,
    timerStopAll = timers.timerStopAll,
    timerIsActive = timers.timerIsActive,
}

local running, yield = coroutine.running, coroutine.yield
local pack, unpack, type, error, ipairs = table.pack, table.unpack, type, error, ipairs
local rawget = rawget
local collectgarbage = collectgarbage
local in_task, sleep = tasks.in_task, scheduler.sleep
local subscribe, unsubscribe = messages.subscribe, messages.unsubscribe
local check_ms = timers.check_ms

-- ## Tasks

--- Starts a task, which runs `fun(...)` at once until its first wait.
-- An error in it is logged with its traceback and ends only this task.
-- @param fun fun(...: any)
-- @param ... any: its arguments
-- @return thread
function sys.taskInit(fun, ...)
    if type(fun) ~= "function" then
        error("sys.taskInit: function expected, got " .. show(fun), 2)
    end
    return tasks.spawn(fun, ...)
end

--- Warns of a wait outside a task.
local function warn_outside(where)
    portability.warn(where, "a wait outside a task", "the device needs one (sys.taskInit)")
end

--- The last valid time, which needs no further check: most waits repeat it.
local last_wait = timers.MIN_MS

--- Waits. Outside a task the loop runs meanwhile.
-- @number ms above 0; under 5 counts as 5
-- @return ...: nothing, or the values of a `coroutine.resume` that ended the wait early
function sys.wait(ms)
    if ms ~= last_wait then
        ms = check_ms("sys.wait", ms, 3)
        last_wait = ms
    end
    if in_task() then
        return sleep(ms, (running()))
    end
    warn_outside("sys.wait")
    local done = false
    local timer = scheduler.after(ms, function() done = true end)
    while not done do
        local ok, problem, is_misuse = scheduler.block("sys.wait")
        if not ok then
            scheduler.cancel(timer)
            error(problem, is_misuse and 2 or 0)
        end
    end
end

--- Ends a wait in a task. Returns nothing after a timeout, else the id and the message's values.
local function received(task, id, timer, got, ...)
    if timer then
        scheduler.cancel(timer)
    end
    unsubscribe(id, task)
    return got, ...
end

--- Waits for the message `id` outside a task.
local function block_for(where, id, ms)
    warn_outside(where)
    local values, timed_out
    local function receiver(...)
        values = pack(id, ...)
    end
    subscribe(id, receiver)
    local timer = ms and scheduler.after(ms, function() timed_out = true end)
    local ok, err, is_misuse
    repeat
        ok, err, is_misuse = scheduler.block(where)
    until not ok or values or timed_out
    scheduler.cancel(timer)
    unsubscribe(id, receiver)
    if not ok then
        -- The script's call: that of this function is a tail call.
        error(err, is_misuse and 3 or 0)
    end
    if values then
        return unpack(values, 1, values.n)
    end
end

--- Waits for the message `id`, published after the call has begun.
-- @return the id and the message's values, or nothing on timeout
local function wait_message(where, id, ms)
    if ms ~= nil then
        ms = check_ms(where, ms, 4)
    end
    if not in_task() then
        return block_for(where, id, ms)
    end
    local task = running()
    subscribe(id, task)
    return received(task, id, ms and scheduler.wake_after(ms, task), yield())
end

local function true_or_false(got, ...)
    if got == nil then
        return false
    end
    return true, ...
end

local function id_or_false(got, ...)
    if got == nil then
        return false
    end
    return got, ...
end

--- Waits until the message `id` is published.
-- @string id
-- @number[opt] ms time limit; without one it waits indefinitely
-- @return boolean: whether it was; false on timeout
-- @return ...: the message's values
function sys.waitUntil(id, ms)
    return true_or_false(wait_message("sys.waitUntil", id, ms))
end

--- Like `sys.waitUntil`, but returns the id in place of true.
-- @string id
-- @number[opt] ms time limit; without one it waits indefinitely
-- @return string|false: the id, or false on timeout
-- @return ...: the message's values
function sys.waitUntilExt(id, ms)
    return id_or_false(wait_message("sys.waitUntilExt", id, ms))
end

-- ## Life cycle

--- Prepares the system: checks PROJECT and VERSION, and logs them with the power-on reason.
-- @number[opt=0] mode 1: turn the device off again if a charger has turned it on
-- @param[opt] lprfun any: means nothing, as on the device
function sys.init(mode)
    for _, name in ipairs { "PROJECT", "VERSION" } do
        local value = rawget(_G, name)
        if value == nil or value == "" then
            error("sys.init: the global " .. name .. " is undefined or empty; main.lua must set it", 2)
        end
    end
    portability.start_modem()
    collectgarbage("setpause", 80)
    local uart, log = use "native.uart", use "modules.log"
    uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
    log.info("poweron reason:", rtos.poweron_reason(), _G.PROJECT, _G.VERSION, sys.SCRIPT_LIB_VER, rtos.get_version())
    log.info("core build time", rtos.get_build_time())
    if mode == 1 and rtos.poweron_reason() == rtos.POWERON_CHARGER then
        rtos.poweron(0)
    end
end

--- Runs the loop. On the device it never returns; here it returns when no message can ever come, or when
-- the run was ended from outside.
function sys.run()
    portability.run_loop()
    scheduler.run()
end

--- Starts the GSM stack, after a power-on by charger.
function sys.powerOn()
    rtos.poweron(1)
end

--- Restarts the script.
-- @param reason any: text or any other value, such as an error code; but not nil, false or ""
function sys.restart(reason)
    if not reason or reason == "" then
        error("sys.restart: reason expected, got " .. show(reason), 2)
    end
    local errDump = copies.current "errDump"
    if errDump then
        errDump.appendErr("restart[" .. tostring(reason) .. "];")
    end
    use("modules.log").warn("sys.restart", reason)
    rtos.restart()
end

return sys
