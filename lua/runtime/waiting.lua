--- What has not come to its end: the tasks that wait, each with its line and what it waits for, and the timers
-- of the script. It is looked for only when somebody asks; a task that waits costs nothing for it.
local use = ...
local host = use "native.host"
local copies = use "runtime.copies"
local loader = use "runtime.loader"
local show = use("runtime.text").show

local getinfo, getupvalue = debug.getinfo, debug.getupvalue
local next, type, ipairs, status = next, type, ipairs, coroutine.status
local find, sort = string.find, table.sort
local loaded = package.loaded

local waiting = {}

--- Chunk names of this project's Lua files.
local OURS = "^=luatos/"

--- Chunk names of the LuatOS modules, whose tasks and timers are the device's own.
local DEVICE = "^=luatos/modules/"

--- Where the tasks begin that a scenario or the console runs, which are not the script's.
local COMPANIONS = "^luatos/device/"

--- How deep the variables of a project's own `sys` are searched for tasks.
local MAX_DEPTH = 4

--- Where a task is: its function, and its innermost call that is neither ours nor in `hidden`.
-- @thread task
-- @string[opt] hidden source of a file whose calls do not count
-- @return file and line of the function, file and line of the call; nil if there is no such call
local function places(task, hidden)
    local call, first
    local level = 0
    local info = getinfo(task, level, "Sl")
    while info do
        if info.what ~= "C" and info.what ~= "tail" then
            first = info
            if not call and info.source ~= hidden and not find(info.source, OURS) then
                call = info
            end
        end
        level = level + 1
        info = getinfo(task, level, "Sl")
    end
    if call then
        return first.short_src .. ":" .. first.linedefined, call.short_src .. ":" .. call.currentline
    end
end

--- The innermost line of a task that is not ours, as "file:line".
-- @thread task
function waiting.place_of(task)
    local _, call = places(task)
    return call or "no line of the script"
end

--- Adds a task to the list, unless it is one of our modules' own or is known already.
local function add(found, task, what, hidden)
    if not found[task] and status(task) == "suspended" then
        local task_place, call_place = places(task, hidden)
        if task_place and not find(task_place, COMPANIONS) then
            found[task] = true
            found[#found + 1] = ("the task of %s waits at %s for %s"):format(task_place, call_place, what)
        end
    end
end

--- A message that a task waits for, and why it cannot come, if that is known.
local function message(id)
    local text = "the message " .. show(id)
    if id ~= "IP_READY_IND" then
        return text
    elseif not loaded.link then
        return text .. ' (require "link" is missing, which publishes it)'
    elseif not host.modem_is_on() then
        return text .. " (sys.init is missing, which starts the modem)"
    end
    return text
end

--- The tasks of our own `sys` and `websocket`.
local function add_ours(found)
    local messages, waiters = loader.loaded "runtime.messages", loader.loaded "websocket.waiters"
    if messages then
        messages.each_waiting(function(task, id) add(found, task, message(id)) end)
    end
    if waiters then
        waiters.each_waiting(function(task) add(found, task, "a WebSocket") end)
    end
    local sockets = loader.loaded "sockets.registry"
    if sockets then
        sockets.each_waiting(function(task) add(found, task, "a socket") end)
    end
    local scheduler = loader.loaded "runtime.scheduler"
    if scheduler then
        scheduler.each_sleeping(function(task) add(found, task, "a timer") end)
    end
end

--- The tasks that a value of a project's own `sys` refers to.
-- @string[opt] key the last text among the keys that lead to it: the id of a message
local function search(found, value, key, seen, depth, hidden)
    if type(value) == "thread" then
        add(found, value, key and message(key) or "a timer or an event", hidden)
    elseif type(value) == "table" and not seen[value] and depth < MAX_DEPTH then
        seen[value] = true
        for name, inner in next, value do
            -- A subscriber may be a key: it is looked at first, and has the better description.
            search(found, name, key, seen, depth + 1, hidden)
            search(found, inner, type(name) == "string" and name or key, seen, depth + 1, hidden)
        end
    end
end

--- The tasks of a project's own `sys`: it keeps them in tables that are local to its file, where the functions
-- of its interface find them.
local function add_foreign(found)
    local sys = copies.is_foreign "sys" and copies.current "sys"
    if not sys then
        return
    end
    local run = sys.run
    local hidden = type(run) == "function" and getinfo(run, "S").source or nil
    local seen = { [_G] = true, [sys] = true }
    -- Messages first: a task that waits for a message with a time limit is in both.
    for _, name in ipairs { "subscribe", "waitUntil", "wait", "run" } do
        local fn, index = sys[name], 1
        local variable, value
        repeat
            variable, value = nil, nil
            if type(fn) == "function" then
                variable, value = getupvalue(fn, index)
            end
            if variable and variable ~= "_ENV" then
                search(found, value, nil, seen, 0, hidden)
            end
            index = index + 1
        until not variable
    end
end

--- Lists the tasks of the script that wait.
-- @return list of texts
function waiting.tasks()
    local found = {}
    add_ours(found)
    add_foreign(found)
    local texts = {}
    for index, text in ipairs(found) do
        texts[index] = text
    end
    sort(texts)
    return texts
end

--- Lists the timers of `sys.timerStart` and `sys.timerLoopStart` that the script has started.
-- @return list of texts
function waiting.timers()
    local timers = loader.loaded "runtime.timers"
    local texts = {}
    for _, callback in ipairs(timers and timers.pending() or {}) do
        local info = type(callback) == "function" and getinfo(callback, "S")
        if info and (info.what == "C" or find(info.source, OURS) and not find(info.source, DEVICE)) then
            texts[#texts + 1] = "a timer of a built-in function"
        elseif info and not find(info.source, DEVICE) then
            texts[#texts + 1] = ("the timer with the function of %s:%d"):format(info.short_src, info.linedefined)
        end
    end
    sort(texts)
    return texts
end

return waiting
