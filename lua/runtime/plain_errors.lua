--- Makes the natives of a table raise texts, as Lua's own functions do: what they raise by themselves is an
-- object.
local places = (...) "runtime.places"

local pcall, tostring, error, type, pairs = pcall, tostring, error, type, pairs

--- Raises what a native failed with at the caller's line; for a module of ours, at the line of the script that has
-- called the module.
local function raise(ok, ...)
    if ok then
        return ...
    end
    local text = tostring((...)):gsub("\nstack traceback:.*", ""):gsub("^runtime error: ", "")
    local line = places.is_module(2) and places.calling_line() or ""
    if line ~= "" then
        error(line .. text, 0)
    end
    error(text, 2)
end

--- @tab container functions by name, and tables of them
local function with_plain_errors(container)
    for name, value in pairs(container) do
        if type(value) == "function" then
            container[name] = function(...)
                return raise(pcall(value, ...))
            end
        elseif type(value) == "table" then
            with_plain_errors(value)
        end
    end
end

return with_plain_errors
