--- Runs the main script for the runner.
local import = ...
local host = import "host"

local function handle(err)
    local meta = getmetatable(err)
    if type(err) ~= "string" and type(err) ~= "number" and not (type(meta) == "table" and meta.__tostring) then
        err = "(error object is a " .. type(err) .. " value)"
    end
    return debug.traceback(tostring(err), 2)
end

--- @string path of the script
-- @param ... its arguments
-- @return nil, or the error that ended it, with traceback
return function(path, ...)
    local chunk, problem = loadfile(path)
    if not chunk then
        return problem
    end
    local ok, text = xpcall(chunk, handle, ...)
    -- A wait in the main script that the end of the run cut short is no error.
    if not ok and not host.stopped() then
        return text
    end
end
