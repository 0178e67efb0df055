--- Runs the main script for the runner.
local use = ...
local host = use "native.host"
local describe = use("runtime.text").describe

local loadfile, xpcall, traceback = loadfile, xpcall, debug.traceback

local function handle(err)
    return describe(err) .. "\n" .. traceback(nil, 2)
end

--- @string path of the script, `-` for standard input
-- @param ... its arguments
-- @return nil, or the error that ended it, with traceback
return function(path, ...)
    local chunk, problem = loadfile(path ~= "-" and path or nil)
    if not chunk then
        return problem
    end
    local ok, text = xpcall(chunk, handle, ...)
    -- A wait in the main script that the end of the run cut short is no error.
    if not ok and not host.stopped() then
        return text
    end
end
