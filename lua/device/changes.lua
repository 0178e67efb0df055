--- What the device does to the world around it, for whoever listens: `device.on` and `device.wait`.
local use = ...
local native = use "native.device"
local rtos = use "native.rtos"
local scheduler = use "runtime.scheduler"
local messages = use "runtime.messages"
local tasks = use "runtime.tasks"
local diagnostics = use "runtime.diagnostics"
local check = use "runtime.check"
local waits = use "device.waits"
local show = use("runtime.text").show

local error, ipairs, next, pcall = error, ipairs, next, pcall
local unpack, pack = table.unpack, table.pack
local remove, move, concat, sort = table.remove, table.move, table.concat, table.sort
local next_change, spawn = native.next_change, tasks.spawn

local changes = {}

--- Name of the messages of `sys.publish`, which come from Lua.
local PUBLISH = "publish"

--- Number of a change that everybody hears.
local ANY = math.maxinteger

--- Those who listen, by the name of what they listen to: `callback`, the number of the last change before them, and
-- `has_ended` once they do not listen any more.
local listeners = {}

--- Calls those who listen, each in a task of its own, so that they may wait. What has happened before somebody listens
-- may still be in the queue.
-- @number number of the change, nil if there is none
-- @return the number
local function deliver(number, name, ...)
    local list = listeners[name]
    if list then
        -- A callback may subscribe and unsubscribe.
        for _, listener in ipairs(move(list, 1, #list, 1, {})) do
            if number > listener.last_before and not listener.has_ended then
                spawn(listener.callback, ...)
            end
        end
    end
    return number
end

local function warn_of_lost_changes()
    local lost = native.lost_changes()
    if lost > 0 then
        diagnostics.warn("device", lost .. " changes were not heard in time and are lost: the script did not wait")
    end
end

scheduler.on(rtos.MSG_DEVICE, function()
    warn_of_lost_changes()
    -- What a callback has the device do is heard with the next message, so that others have their turn before.
    local last = native.change_count()
    repeat
        local number = deliver(next_change())
    until not number or number >= last
end)

local function start(name)
    if name == PUBLISH then
        messages.hear(function(...) deliver(ANY, PUBLISH, ...) end)
    elseif not native.listen(name) then
        error("device.on: log: what this program prints passes nobody who could tell of it; it does in a scenario, at"
            .. " the console and in luatos.test", 4)
    end
end

--- Whether something can be listened to, by its name.
-- @string call for the error, which points at the caller of the caller
local function check_name(call, name)
    if name == PUBLISH or native.NAMES[name] then
        return
    end
    local known = { PUBLISH }
    for other in next, native.NAMES do
        known[#known + 1] = other
    end
    sort(known)
    error(("%s: name: one of %s expected, got %s"):format(call, concat(known, ", "), show(name)), 3)
end

local function listen(name, callback)
    local list = listeners[name]
    if not list then
        start(name)
        list = {}
        listeners[name] = list
    end
    local listener = { callback = callback, last_before = native.change_count() }
    list[#list + 1] = listener
    return function()
        listener.has_ended = true
        for index, other in ipairs(list) do
            if other == listener then
                remove(list, index)
                return
            end
        end
    end
end

--- Calls a callback, in a task of its own, whenever the device does something.
-- @string name what:
--
-- - `sms` (to, text), `call` (number), `answer` (number), `hang_up` (number), `dtmf` (keys, number), `missed`
--   (number, why): the script sends, dials, answers, hangs up, presses keys, and misses a call; `sms_read` (from, text,
--   part, parts): it reads a message that has come;
-- - `pin` (pin, level, use: "input", "output" or "interrupt"), `led` (pin, on, off): see `native.device`;
-- - `uart` (id, bytes), `i2c` (bus, address, bytes or count), `spi` (bus, bytes), `pwm` (channel, signal);
-- - `at` (line, "sent" or "received"), `net` (text), `publish` (id, values), `socket` (id, text, and where bytes go:
--   "sent" or "received", the first 1,024 of them, and their number), `ws` (text, URL, and where a frame goes: "sent"
--   or "received", its kind, the first 1,024 bytes, and their number);
-- - `picture` (display, count): a display shows a new picture, the `count`th;
-- - `log` (line, "stdout" or "stderr"), `audio` (what, detail, about it), `lcd` (what, text), `power` (what, detail),
--   `clock`, `fota`, `bluetooth`, `wifi`, `adc`.
-- @function callback called with what there is to say about it
-- @return function that ends this
function changes.on(name, callback)
    check_name("device.on", name)
    return listen(name, check.callback("device.on: callback", callback))
end

--- Waits until the device does something from now on.
-- @string name as for `device.on`
-- @number[opt] ms time limit; without one it waits indefinitely
-- @function[opt] accepts called with what there is to say; it waits on unless this returns a true value. An error of it
-- ends the wait and is raised here.
-- @return what `device.on` would be called with, or nothing when the time is up
function changes.wait(name, ms, accepts)
    check_name("device.wait", name)
    ms = check.optional_integer("device.wait: time", ms, 0, 0x7fffffff, "ms")
    check.optional_callback("device.wait: accepts", accepts)
    local wait, values, failure = waits.new(), nil, nil
    local function is_accepted(...)
        if not accepts then
            return true
        end
        local ok, answer = pcall(accepts, ...)
        if not ok then
            failure = failure or { answer }
            waits.finish(wait)
        end
        return ok and answer
    end
    local stop = listen(name, function(...)
        if is_accepted(...) and not values then
            values = pack(...)
            waits.finish(wait)
        end
    end)
    local problem = waits.wait(wait, ms, "device.wait")
    stop()
    if problem then
        error(problem, 0)
    elseif failure then
        error(failure[1], 0)
    elseif values then
        return unpack(values, 1, values.n)
    end
end

return changes
