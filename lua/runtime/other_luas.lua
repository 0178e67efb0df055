--- What Lua 5.3 has and the running Lua lacks, as far as the files of the plain `websocket` module and `sys` use it.
-- It goes into the globals that our modules see, and nowhere else.
--
-- Protected calls that may wait are in `protected.lua`, tables that let their keys go in `attachments.lua`.
local globals = ...
local coroutine, debug, math, table = globals.coroutine, globals.debug, globals.math, globals.table

local select, getinfo, running = select, debug.getinfo, coroutine.running

if not table.pack then
    function table.pack(...)
        return { n = select("#", ...), ... }
    end
    table.unpack = unpack
end

if not table.move then
    --- Upwards only: no caller moves to a higher place of the same table.
    function table.move(from, first, last, place, to)
        to = to or from
        for index = first, last do
            to[place + index - first] = from[index]
        end
        return to
    end
end

math.maxinteger = math.maxinteger or math.huge

if not debug.traceback(nil, 1) then
    -- Without a message there is no traceback, and with one it is on a line of its own.
    local traceback, sub = debug.traceback, string.sub
    function debug.traceback(co, level)
        if co then
            return traceback(co)
        end
        local text = traceback("", level + 1)
        return sub(text, 2)
    end
end

if coroutine.isyieldable then
    return
end

--- C functions that can be yielded across.
local crossable = {}
if _VERSION ~= "Lua 5.1" then
    crossable[globals.pcall], crossable[globals.xpcall] = true, true
end

--- The iterator of a `for` is called from C in Lua 5.1, without a C function on the stack.
local ITERATOR = "(for generator)"

--- Whether the caller runs in a coroutine, and nothing is in between that it cannot yield across. A metamethod shows
-- only in the error of the yield.
function coroutine.isyieldable()
    local task, is_main = running()
    if not task or is_main then
        return false
    end
    local level = 2
    local info = getinfo(level, "Snf")
    while info do
        if info.what == "C" and not crossable[info.func] or info.name == ITERATOR then
            return false
        end
        level = level + 1
        info = getinfo(level, "Snf")
    end
    return true
end
