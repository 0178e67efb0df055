--- Tracebacks for people: without the frames of this program's own files, unless `LUATOS_LOG` or `--trace` asks for
-- all.
local use = ...
local host = use "native.host"

local traceback, find, sub, concat = debug.traceback, string.find, string.sub, table.concat

local shows_all = host.tracing() or os.getenv "LUATOS_LOG" ~= nil

--- Frames of this program.
local OURS = "^\tluatos/"

--- Frames that say nothing by themselves: what ours call, and calls that left no frame.
local EMPTY = {}
for _, frame in ipairs {
    "[C]: in function 'xpcall'", "[C]: in function 'pcall'", "[C]: in function 'error'", "[C]: in ?", "...",
    "(...tail calls...)",
    -- Lua 5.1 and LuaJIT.
    "[C]: ?", "(tail call): ?",
} do
    EMPTY["\t" .. frame] = true
end

--- @string text what `debug.traceback` has returned
-- @return the same without frames of ours, and without those that say nothing beside them. No iterator: each of its
-- calls would need a free level on the C stack, whose overflow may be what is reported.
local function cut(text)
    local lines, waiting, last_kept = {}, {}, 1
    local is_behind_ours = false
    local from, length = 1, #text
    while from <= length do
        local to = (find(text, "\n", from, true) or length + 1) - 1
        local line = sub(text, from, to)
        from = to + 2
        if find(line, OURS) then
            waiting, is_behind_ours = {}, true
        elseif EMPTY[line] then
            -- Kept only between two frames that are kept.
            if not is_behind_ours then
                waiting[#waiting + 1] = line
            end
        else
            for index = 1, #waiting do
                lines[#lines + 1] = waiting[index]
            end
            waiting, is_behind_ours = {}, false
            lines[#lines + 1] = line
            last_kept = #lines
        end
    end
    return concat(lines, "\n", 1, last_kept)
end

--- A traceback of a coroutine, or of the running one from `level` on.
-- @param co thread, or nil for the running one
-- @number[opt] level as for `debug.traceback` in its caller
-- @return string: "stack traceback:" and a line for each frame
return function(co, level)
    local text
    if co then
        text = traceback(co)
    else
        text = traceback(nil, level + 1)
    end
    return shows_all and text or cut(text)
end
