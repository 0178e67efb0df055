--- The timers of `sys`.
local use = ...
local scheduler = use "runtime.scheduler"
local tasks = use "runtime.tasks"
local diagnostics = use "runtime.diagnostics"
local portability = use "runtime.portability"
local show = use("runtime.text").show

local pack, unpack, move, type = table.pack, table.unpack, table.move, type
local pcall, error, tonumber, ipairs, next = pcall, error, tonumber, ipairs, next
local guard = tasks.guard

local timers = {
    --- Shortest time in milliseconds; shorter ones count as this, as on the device.
    MIN_MS = 5,
}

--- A time in milliseconds as a number, at least `MIN_MS`; anything else is an error at `level`.
function timers.check_ms(where, ms, level)
    local number = tonumber(ms)
    if not number or number ~= number then
        error(where .. ": time in ms expected, got " .. show(ms), level)
    end
    if type(ms) == "string" then
        portability.warn(where, "a time that is text", "the device cannot compare it with a number")
    end
    if number <= 0 then
        error(where .. ": time must be above 0 ms, got " .. show(ms), level)
    end
    return number < timers.MIN_MS and timers.MIN_MS or number
end

--- Ids of these timers begin here, as in LuatOS-Air's `sys.lua`.
local FIRST_ID = 0x20000000
local next_id = FIRST_ID

--- Takes ids that no `sys.lua` of a project uses from now on.
function timers.leave_ids()
    next_id = 0x200000000
end

--- Live timers by id.
local by_id = {}

--- Ids of live timers by function and arguments: for each function a tree with one level per argument.
-- In a node, `HERE` holds the id of the timer whose arguments end there, and `COUNT` the number of
-- other entries and of ids; `next` would find out whether the node is empty only by a search through all
-- removed entries.
local by_function = {}
local HERE, COUNT, NIL = {}, {}, {}

--- Packs arguments without trailing nils, which do not count on the device.
local function arguments(...)
    local args = pack(...)
    while args.n > 0 and args[args.n] == nil do
        args.n = args.n - 1
    end
    return args
end

--- The keys of the arguments in the tree: the arguments themselves, but `NIL` for nil, and for NaN,
-- which equals nothing, a new key each time.
local function path_of(args)
    local path = args
    for index = 1, args.n do
        local value = args[index]
        if value == nil or value ~= value then
            path = path == args and move(args, 1, args.n, 1, {}) or path
            path[index] = value == nil and NIL or {}
        end
    end
    return path
end

local function find(fn, path)
    local node = by_function[fn]
    for _, place in ipairs(path) do
        node = node and node[place]
    end
    return node and node[HERE]
end

--- Returns the node `branch[place]`, a new one if there is none.
local function grow(branch, place)
    local node = branch[place]
    if not node then
        node = { [COUNT] = 0 }
        branch[place] = node
        if branch ~= by_function then
            branch[COUNT] = branch[COUNT] + 1
        end
    end
    return node
end

local function add(id, timer)
    by_id[id] = timer
    local node = grow(by_function, timer.fn)
    for _, place in ipairs(timer.path) do
        node = grow(node, place)
    end
    node[HERE] = id
    node[COUNT] = node[COUNT] + 1
end

--- Removes an id below the node `branch[place]`, and the node if it is empty then.
-- @return true if the node was removed
local function prune(branch, place, path, level)
    local node = branch[place]
    if level > #path then
        node[HERE] = nil
        node[COUNT] = node[COUNT] - 1
    elseif prune(node, path[level], path, level + 1) then
        node[COUNT] = node[COUNT] - 1
    end
    if node[COUNT] == 0 then
        branch[place] = nil
        return true
    end
end

local function remove(id)
    local timer = by_id[id]
    if timer then
        by_id[id] = nil
        prune(by_function, timer.fn, timer.path, 1)
    end
    return timer
end

local function expired(id)
    local timer = by_id[id]
    if not timer then
        return
    end
    if timer.period then
        local ok, problem = pcall(guard, "sys.timerLoopStart callback", timer.fn, unpack(timer.args, 1, timer.args.n))
        -- Restarted only after the callback, so that two calls never overlap, and unless the callback has
        -- stopped it.
        if by_id[id] == timer then
            scheduler.timer_start(id, timer.period, expired)
        end
        -- An interruption. The timer is live in the next run of the loop, for one in a REPL.
        if not ok then
            error(problem, 0)
        end
    else
        -- Not active during the callback, so that the callback can start it again.
        remove(id)
        guard("sys.timerStart callback", timer.fn, unpack(timer.args, 1, timer.args.n))
    end
end

local function start(where, fn, ms, loop, ...)
    if fn == nil then
        error(where .. ": function expected, got nil", 2)
    end
    -- Tail calls lead here: the script's call is one level up.
    ms = timers.check_ms(where, ms, 3)
    local args = arguments(...)
    local path = path_of(args)
    local old = find(fn, path)
    if old then
        timers.timerStop(old)
    end
    local id = next_id
    next_id = next_id + 1
    if not scheduler.timer_start(id, ms, expired) then
        diagnostics.warn(where, "the core refused the timer")
        return nil
    end
    add(id, { fn = fn, args = args, path = path, period = loop and ms or nil })
    return id
end

--- Calls `fn(...)` once after `ms` milliseconds. A live timer of the same function with the same
-- arguments is stopped first.
-- @param fn fun(...: any): runs outside any task
-- @number ms above 0; under 5 counts as 5
-- @param ... any: its arguments
-- @return number: id
function timers.timerStart(fn, ms, ...)
    return start("sys.timerStart", fn, ms, false, ...)
end

--- Calls `fn(...)` repeatedly, each time `ms` milliseconds after the last call has returned.
-- @param fn fun(...: any): runs outside any task
-- @number ms above 0; under 5 counts as 5
-- @param ... any: its arguments
-- @return number: id
function timers.timerLoopStart(fn, ms, ...)
    return start("sys.timerLoopStart", fn, ms, true, ...)
end

--- Stops one timer, by its id or by its function and exactly its arguments. Unknown ones are ignored.
-- @param value number|function: id, or what is called
-- @param ... any: the arguments of that function
function timers.timerStop(value, ...)
    local id = value
    if type(value) ~= "number" then
        id = value ~= nil and find(value, path_of(arguments(...)))
    end
    if id and remove(id) then
        scheduler.timer_stop(id)
    end
end

local function collect(node, ids)
    for place, below in next, node do
        if place == HERE then
            ids[#ids + 1] = below
        elseif place ~= COUNT then
            collect(below, ids)
        end
    end
end

--- Stops every timer of a function.
-- @param fn fun(...: any)
function timers.timerStopAll(fn)
    local ids = {}
    collect(fn ~= nil and by_function[fn] or {}, ids)
    for _, id in ipairs(ids) do
        timers.timerStop(id)
    end
end

--- Asks for a live timer.
-- @param value number|function: id, or what is called
-- @param ... any: the arguments of that function
-- @return function|true|nil: for an id what is called, for a function true; nil if no such timer is live
function timers.timerIsActive(value, ...)
    if type(value) == "number" then
        local timer = by_id[value]
        return timer and timer.fn or nil
    end
    return value ~= nil and find(value, path_of(arguments(...))) and true or nil
end

--- Lists the callbacks of the live timers; for tests.
function timers.pending()
    local list = {}
    for _, timer in next, by_id do
        list[#list + 1] = timer.fn
    end
    return list
end

return timers
