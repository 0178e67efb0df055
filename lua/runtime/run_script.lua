--- Runs the main script of the `luatos` program, or what stands for one beside a prompt.
local use = ...
local host = use "native.host"
local uart = use "native.uart"
local portability = use "runtime.portability"
local end_of_run = use "runtime.end_of_run"
local sources = use "runtime.sources"
local diagnostics = use "runtime.diagnostics"
local with_traceback = use("runtime.tasks").with_traceback

local xpcall, require = xpcall, require

--- What `luatos repl` runs: a project that does nothing but run the message loop.
local function nothing()
    _G.PROJECT, _G.VERSION = "REPL", "1.0.0"
    -- What `sys.init` does, without what it logs.
    portability.start_modem()
    uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
    require("sys").run()
end

--- @string[opt] path of the script, `-` for standard input; nil for a prompt alone
-- @param ... its arguments
-- @return nil, or the error that ended it, with traceback
return function(path, ...)
    local chunk, problem
    if not path then
        chunk = nothing
    elseif path == "-" then
        chunk, problem = sources.load_stdin()
    else
        chunk, problem = sources.load_host_file(path)
    end
    if not chunk then
        return problem
    end
    local ok, text = xpcall(chunk, with_traceback, ...)
    -- The end of the run makes a wait in the main script fail, which is not an error of the script.
    if not ok and not host.stopped() then
        end_of_run.silence()
        diagnostics.script_failed(text)
        return text
    end
    end_of_run.finish()
    end_of_run.report()
    local problem_at_end = end_of_run.unfinished()
    return problem_at_end and end_of_run.with_log(problem_at_end)
end
