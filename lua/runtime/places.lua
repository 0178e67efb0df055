--- Where the script has called our code.
local getinfo, match, find, tostring = debug.getinfo, string.match, string.find, tostring

local places = {}

--- Chunk of the message loop: what it calls, no line of the script has called.
local LOOP = "=luatos/runtime/scheduler.lua"

--- Chunk that loads our modules for `require`.
local LOADING = "=luatos/runtime/activate.lua"

--- The innermost line that is not ours: "file:line: ", or "" if the script has only loaded a module of ours or run
-- the loop.
function places.calling_line()
    local level = 2
    while true do
        local info = getinfo(level, "Sl")
        local is_ours = info and match(info.source, "^=luatos/")
        local is_loading = is_ours and (info.what == "main" or info.source == LOADING)
        if not info or is_loading or is_ours and info.source == LOOP then
            return ""
        elseif info.currentline > 0 and not is_ours then
            return info.short_src .. ":" .. tostring(info.currentline) .. ": "
        end
        level = level + 1
    end
end

--- Whether a module of ours, which the script calls, is at a level of the stack.
-- @number level 1 is the caller
function places.is_module(level)
    local info = getinfo(level + 1, "S")
    return info ~= nil and find(info.source, "=luatos/modules/", 1, true) == 1
end

return places
