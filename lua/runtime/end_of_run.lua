--- How a run ends: what is said about it, and the end itself where the script cannot end by returning.
local use = ...
local host = use "native.host"

local exit, newproxy, error, ipairs, loaded, stderr = os.exit, newproxy, error, ipairs, package.loaded, io.stderr
local concat, move = table.concat, table.move
local write, io_type = use("runtime.output").write, io.type

local end_of_run = {
    --- Whether a loop has run: `sys.run`, or one of the script that calls `rtos.receive`.
    has_loop = false,
}

--- Limit of the tasks and timers that are named.
local MOST_NAMED = 5

local is_reported = false

--- Whether this program is busted, whose tests are no runs.
function end_of_run.is_testing()
    return loaded["busted.core"] ~= nil
end

local function say(text)
    if io_type(stderr) == "file" then
        write(stderr, text, "\n")
    end
end

--- The first of the texts, as one.
local function named(texts)
    local count = #texts
    if count > MOST_NAMED then
        texts = move(texts, 1, MOST_NAMED, 1, {})
        texts[MOST_NAMED + 1] = ("and %d more"):format(count - MOST_NAMED)
    end
    return concat(texts, "; ")
end

--- Says on stderr, once and in one line, what has not come to its end, and how often the script has restarted.
function end_of_run.report()
    if is_reported or end_of_run.is_testing() then
        return
    end
    is_reported = true
    local waiting = use "runtime.waiting"
    local left, beginning = waiting.tasks(), "the run has ended, but "
    if not end_of_run.has_loop and not host.stopped() then
        local timers = waiting.timers()
        move(timers, 1, #timers, #left + 1, left)
        beginning = "the script has ended without sys.run(), but "
    end
    if left[1] then
        say("luatos: " .. (host.stopped() and "--timeout: " or "") .. beginning .. named(left))
    end
    local restarts = host.stopped() and host.restarts()
    if restarts then
        say(restarts)
    end
end

--- What runs beside the main script: a scenario, the console.
local companions = {}

--- Adds such a one.
-- @function finish called when the main script has ended: lets this come to its end
-- @function[opt] unfinished returns why a run that ends now has failed all the same, or nil
function end_of_run.add_companion(finish, unfinished)
    companions[#companions + 1] = { finish = finish, unfinished = unfinished }
end

--- Lets what runs beside the main script come to its end, once that has ended.
function end_of_run.finish()
    for _, companion in ipairs(companions) do
        companion.finish()
    end
end

--- Why a run that ends now has failed all the same, or nil.
function end_of_run.unfinished()
    for _, companion in ipairs(companions) do
        local problem = companion.unfinished and companion.unfinished()
        if problem then
            return problem
        end
    end
end

local is_refused = false

--- Has every call that ends or restarts the program raise an error instead: the program runs tests of this device.
function end_of_run.refuse()
    is_refused = true
end

--- To be called by what is about to end or restart the program.
-- @string table name of the call's table
-- @string name the call's name
function end_of_run.check(table, name)
    if is_refused then
        local text = "%s.%s: it would end the tests too; a test that expects it replaces it: stub(%s, %q)"
        error(text:format(table, name, table, name), 3)
    end
end

--- To be called before the script's own exit: one with success fails where what runs beside it is unfinished.
-- @param status of `os.exit`
function end_of_run.before_exit(status)
    local problem = (status == nil or status == true or status == 0) and end_of_run.unfinished()
    if problem then
        end_of_run.failed(problem)
    end
end

--- Ends the program with status 1 and an error.
-- @string text
function end_of_run.failed(text)
    is_reported = true
    say("luatos: " .. end_of_run.with_log(text))
    host.failed()
    exit(1, true)
end

--- A text with the last lines of the log, where they were kept.
function end_of_run.with_log(text)
    local lines = host.log_tail()
    if lines[1] then
        text = text .. "\nThe log ends so:\n  " .. concat(lines, "\n  ")
    end
    return text
end

--- Ends the program with status 0, whatever waits; 1 with `--strict` after a failure of a task or callback.
function end_of_run.succeeded()
    is_reported = true
    exit(0, true)
end

--- Nothing is to be said: an error has ended the run.
function end_of_run.silence()
    is_reported = true
end

--- Ends the program with status 0, or 1 with `--strict` after a failure of a task or callback. Connections are
-- closed and output is flushed. Under busted it raises an error, which fails the test and nothing else.
-- @string why "exhausted": no message can ever come; "stopped": the run was ended from outside
function end_of_run.now(why)
    if end_of_run.is_testing() then
        error("rtos.receive: " .. (why == "stopped" and "the run was ended"
            or "would wait for ever: no task, timer or connection is left that could end it"), 0)
    end
    end_of_run.report()
    local problem = end_of_run.unfinished()
    if problem then
        end_of_run.failed(problem)
    end
    exit(0, true)
end

local has_told = false

--- To be called where a wait outside tasks fails because the run was ended from outside: the first time it
-- returns, for the script to end; a script that goes on all the same ends here.
function end_of_run.stopped()
    if has_told then
        end_of_run.now "stopped"
    end
    has_told = true
end

--- A value that calls a function when it is collected. Lua 5.1 collects tables without a word.
local function with_finalizer(finalizer)
    if not newproxy then
        return setmetatable({}, { __gc = finalizer })
    end
    local value = newproxy(true)
    getmetatable(value).__gc = finalizer
    return value
end

--- Reports at the end of the Lua state, for a program that cannot call `report`.
function end_of_run.report_at_exit()
    -- Kept until the state is closed: with this table, which the loader keeps.
    end_of_run.sentinel = with_finalizer(function()
        local is_first = not is_reported
        end_of_run.report()
        local problem = is_first and end_of_run.unfinished()
        if problem then
            say("luatos: " .. end_of_run.with_log(problem))
            -- The state is being closed already.
            exit(1)
        end
    end)
end

return end_of_run
