--- Calls of a model's functions: what is wrong with a model is reported and does not end the run.
local use = ...
local diagnostics = use "runtime.diagnostics"
local describe = use("runtime.text").describe
local traceback = use "runtime.traceback"

local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local error, type, gsub = error, type, string.gsub

local guard = {}

local WAITS = "the model waits; it has to return at once"

--- The text of an error. What a native raises by itself is an object, whose text has a traceback of its own.
local function plain(problem)
    local text = describe(problem)
    if type(problem) == "userdata" then
        text = gsub(gsub(text, "\nstack traceback:.*", ""), "^runtime error: ", "")
    end
    return text
end

--- What is wrong, with a traceback.
local function with_traceback(problem, task)
    local text = problem .. "\n" .. traceback(task)
    if diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    return text
end

--- Calls a function of a model in a coroutine: a wait in it must not run the script's loop.
-- @function action
-- @param ... its arguments
-- @return boolean: whether it has returned
-- @return its value, or what is wrong, with a traceback
-- @return the same without one
function guard.try(action, ...)
    local task = create(action)
    local ok, answer = resume(task, ...)
    if not ok then
        local problem = plain(answer)
        return false, with_traceback(problem, task), problem
    elseif status(task) ~= "dead" then
        return false, with_traceback(WAITS, task), WAITS
    end
    return true, answer
end

--- Reports what is wrong with a model.
-- @string what the model, such as `part am2320`
-- @string problem
function guard.report(what, problem)
    diagnostics.error("device", what .. ": " .. problem)
end

--- Likewise, and reports what is wrong.
-- @string what the model, such as `part am2320`
-- @function action
-- @param ... its arguments
-- @return boolean: whether it has returned
-- @return its value
function guard.call(what, action, ...)
    local ok, answer = guard.try(action, ...)
    if not ok then
        guard.report(what, answer)
        return false
    end
    return true, answer
end

return guard
