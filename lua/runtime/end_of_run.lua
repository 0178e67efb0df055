--- Ends the run where the script cannot do so by returning: in a loop of its own.
local exit, error, loaded = os.exit, error, package.loaded

local end_of_run = {}

--- Ends the program with status 0, or 1 with `--strict` after a failure of a task or callback. Connections are
-- closed and output is flushed. Under busted it raises an error, which fails the test and nothing else.
-- @string why "exhausted": no message can ever come; "stopped": the run was ended from outside
function end_of_run.now(why)
    if loaded["busted.core"] then
        error("rtos.receive: " .. (why == "stopped" and "the run was ended"
            or "would wait for ever: no task, timer or connection is left that could end it"), 0)
    end
    exit(0, true)
end

return end_of_run
