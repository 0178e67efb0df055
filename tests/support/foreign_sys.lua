--- A `sys` such as projects bring along, for either generation of LuatOS-Air's library: its loop calls `rtos.receive`
-- itself, and its tasks, timers and messages know nothing of ours.
local foreign_sys = {}

--- By the version: what the tables of subscribers hold of those that have left.
foreign_sys.versions = { ["2.4.0"] = "nil", ["2.4.3"] = "false" }

local TEXT = [[
local sys, timers, loops, queue, subscribers, last = {}, {}, {}, {}, {}, 0
sys.SCRIPT_LIB_VER = "VERSION"

local function resume(task, ...)
    local ok, problem = coroutine.resume(task, ...)
    if not ok then
        print("a task fails: " .. debug.traceback(task, problem))
    end
end

local function start(what, ms)
    last = last + 1
    timers[last] = what
    assert(rtos.timer_start(last, ms < 5 and 5 or ms) == 1)
    return last
end

local function stop(id)
    timers[id], loops[id] = nil, nil
    rtos.timer_stop(id)
end

function sys.init()
    uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
end

function sys.taskInit(body, ...)
    local task = coroutine.create(body)
    resume(task, ...)
    return task
end

function sys.wait(ms)
    local id = start(coroutine.running(), ms)
    local values = { coroutine.yield() }
    if #values > 0 then
        stop(id)
        return unpack(values)
    end
end

function sys.waitUntil(id, ms)
    local task = coroutine.running()
    sys.subscribe(id, task)
    local values = ms and { sys.wait(ms) } or { coroutine.yield() }
    sys.unsubscribe(id, task)
    return values[1] ~= nil, unpack(values, 2, #values)
end

function sys.waitUntilExt(id, ms)
    local values = { sys.waitUntil(id, ms) }
    return values[1] and id, unpack(values, 2, #values)
end

local function called(callback, arguments)
    return function() callback(unpack(arguments, 1, arguments.n)) end
end

function sys.timerStart(callback, ms, ...)
    return start(called(callback, table.pack(...)), ms)
end

function sys.timerLoopStart(callback, ms, ...)
    local id = sys.timerStart(callback, ms, ...)
    loops[id] = ms
    return id
end

function sys.timerStop(id)
    stop(id)
end

function sys.publish(...)
    queue[#queue + 1] = table.pack(...)
end

function sys.subscribe(id, callback)
    subscribers[id] = subscribers[id] or {}
    subscribers[id][callback] = true
end

function sys.unsubscribe(id, callback)
    if subscribers[id] then
        subscribers[id][callback] = GONE
    end
end

local function deliver(message)
    for callback, is_there in pairs(subscribers[message[1] ] or {}) do
        if not is_there then
            -- Has left.
        elseif type(callback) == "thread" then
            resume(callback, unpack(message, 1, message.n))
        else
            callback(unpack(message, 2, message.n))
        end
    end
end

local handlers = {}

function rtos.on(id, handler)
    handlers[id] = handler
end

function sys.run()
    while true do
        while #queue > 0 do
            deliver(table.remove(queue, 1))
        end
        local id, parameter = rtos.receive(rtos.INF_TIMEOUT)
        local timer = id == rtos.MSG_TIMER and timers[parameter]
        if timer then
            if loops[parameter] then
                rtos.timer_start(parameter, loops[parameter])
            else
                timers[parameter] = nil
            end
            if type(timer) == "thread" then
                resume(timer)
            else
                timer()
            end
        elseif type(id) == "table" then
            (handlers[id.id] or type)(id)
        elseif handlers[id] then
            handlers[id](parameter)
        end
    end
end

return sys
]]

--- The text of such a `sys.lua`.
-- @string version key of `foreign_sys.versions`
function foreign_sys.text(version)
    return (TEXT:gsub("VERSION", version):gsub("GONE", foreign_sys.versions[version]))
end

return foreign_sys
