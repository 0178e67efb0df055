--- Makes the natives of a table raise texts, as Lua's own functions do: what they raise by themselves is an
-- object.
local use = ...
local places = use "runtime.places"

local pcall, tostring, error, type, pairs = pcall, tostring, error, type, pairs
local getupvalue, setupvalue = debug.getupvalue, debug.setupvalue

--- Raises what a native failed with at a level of the stack; for a module of ours, at the line of the script that
-- has called the module.
local function raise(level, ok, ...)
    if ok then
        return ...
    end
    local text = tostring((...)):gsub("\nstack traceback:.*", ""):gsub("^runtime error: ", "")
    local line = places.is_module(level) and places.calling_line() or ""
    if line ~= "" then
        error(line .. text, 0)
    end
    error(text, level)
end

--- A function that raises texts in place of a native.
-- @number level of its caller, seen from `raise`
local function wrapped(native, level)
    return function(...)
        return raise(level, pcall(native, ...))
    end
end

--- The upvalue in which a raw native, which raises nothing itself, keeps the native that it leaves errors to; see
-- `src/lua/raw.rs`.
local SLOW_FORM = 2

--- @tab container functions by name, and tables of them
local function with_plain_errors(container)
    for name, value in pairs(container) do
        if type(value) == "function" then
            local upvalue, slow = getupvalue(value, SLOW_FORM)
            -- The upvalues of a C function have empty names.
            if upvalue == "" and type(slow) == "function" then
                -- Between the two is the raw function, which has no line.
                setupvalue(value, SLOW_FORM, wrapped(slow, 3))
            else
                container[name] = wrapped(value, 2)
            end
        elseif type(value) == "table" then
            with_plain_errors(value)
        end
    end
end

return with_plain_errors
