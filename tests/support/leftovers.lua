--- A helper of busted (see `.busted`): a test fails that leaves a timer, a waiting task or a WebSocket
-- which is not closed.
--
-- What is there before a test, and before its `before_each`, may be there after it. The modem, the network
-- and the LEDs keep timers and tasks of their own: what the runtime's LuatOS modules start by themselves
-- does not count.
local busted = require "busted"

--- Chunk names of the LuatOS modules, which run the simulated device.
local DEVICE = "^luatos/modules/"

--- Chunk of `runtime.timers`: the scheduler calls it for each timer of `sys.timerStart`, and it knows
-- whose timer that is.
local SYS_TIMERS = "luatos/runtime/timers.lua"

--- Where a function, or the function that a task runs, is defined.
local function origin(value)
    local info
    if type(value) == "thread" then
        local level = 0
        repeat
            local frame = debug.getinfo(value, level, "S")
            info = frame or info
            level = level + 1
        until not frame
    else
        info = debug.getinfo(value, "S")
    end
    if not info then
        return "a task that has ended"
    end
    return info.short_src, info.short_src .. ":" .. info.linedefined
end

--- One of the runtime's internal modules, if this Lua state has loaded it.
local function loaded(name)
    local use = debug.getregistry()["luatos.use"]
    return use and use("runtime.loader").loaded(name)
end

--- Adds `values` to the set `found`, each with its description.
local function add(found, kind, values)
    for _, value in ipairs(values) do
        local file, place = origin(value)
        if file ~= SYS_TIMERS and not file:find(DEVICE) then
            found[value] = kind .. " of " .. (place or file)
        end
    end
end

--- The tasks that wait for something to happen to a WebSocket object.
local function websocket_waiters(waiters)
    local tasks = {}
    for _, entry in pairs(waiters.waiting) do
        if type(entry) == "thread" then
            tasks[#tasks + 1] = entry
        else
            for task in pairs(entry.set) do
                tasks[#tasks + 1] = task
            end
        end
    end
    return tasks
end

--- What runs now: descriptions by function and task, and the number of WebSockets that are not closed.
local function running()
    local found = {}
    local scheduler, timers = loaded "runtime.scheduler", loaded "runtime.timers"
    local messages, waiters = loaded "runtime.messages", loaded "websocket.waiters"
    if scheduler then
        add(found, "timer or sleeping task", scheduler.pending())
    end
    if timers then
        add(found, "sys timer", timers.pending())
    end
    if messages then
        add(found, "task in sys.waitUntil", messages.waiting())
    end
    if waiters then
        add(found, "task that waits for a WebSocket", websocket_waiters(waiters))
    end
    local host = loaded "native.host"
    return found, host and host.sources() or 0
end

local name, before, sources_before

busted.subscribe({ "test", "start" }, function(element, parent)
    local names = { element.name }
    while parent and parent.name and parent.descriptor ~= "file" do
        table.insert(names, 1, parent.name)
        parent = busted.parent(parent)
    end
    name = table.concat(names, " ")
    return nil, true
end)

busted.before_each(function()
    before, sources_before = running()
end)

busted.after_each(function()
    local after, sources = running()
    local left = {}
    for value, description in pairs(after) do
        if not before[value] then
            left[#left + 1] = description
        end
    end
    if sources > sources_before then
        left[#left + 1] = sources - sources_before .. " connection(s) that are not closed"
    end
    if left[1] then
        table.sort(left)
        error("the test \"" .. tostring(name) .. "\" leaves behind: " .. table.concat(left, "; "), 0)
    end
end)
