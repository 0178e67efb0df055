--- Tasks and callbacks of the script: starting and resuming them, and reporting their errors.
local use = ...
local diagnostics = use "runtime.diagnostics"
local portability = use "runtime.portability"
local describe = use("runtime.text").describe
local traceback = use "runtime.traceback"
local add_hint = use("runtime.hints").add
local protected = use "runtime.protected"

-- Captured when the module is loaded: scripts and the runtime replace some of these.
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local isyieldable = coroutine.isyieldable
local error, type, match, setmetatable = error, type, string.match, setmetatable
local xpcall, take_error = protected.xpcall, protected.take_error

local tasks = {
    --- Like Lua's, also for functions that may wait.
    pcall = protected.pcall,
    xpcall = xpcall,
}

--- The text of an error with a traceback, as a message handler for `tasks.xpcall`.
-- @param err what `error` was called with
-- @thread[opt] co where it was, if not here
-- @return string
function tasks.with_traceback(err, co)
    -- `traceback` would cut the text at a NUL byte, so it does not get it.
    return add_hint(describe(err)) .. "\n" .. traceback(co, 2)
end
local with_traceback = tasks.with_traceback

local function report(tag, text)
    if diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    diagnostics.error(tag, text)
end

--- Reports what a protected call of a callback has failed with; it raises an interruption.
-- @string tag names the callback in the report
-- @param ok first result of `tasks.xpcall` with `tasks.with_traceback`
-- @param ... its further results
-- @return true and the results, or false
function tasks.reported(tag, ok, ...)
    if ok then
        return true, ...
    end
    local text = ...
    report(tag, text)
    -- A callback of a WebSocket runs in the task that waits for its events.
    local consequence = isyieldable() and "the device ends the task" or "the device restarts"
    portability.warn(tag, "going on after an error in a callback", consequence,
        match(text, "^[^\n]-:%d+: ") or "")
    return false
end
local reported = tasks.reported

--- Calls a callback of the script; an error in it is reported with its traceback and not raised.
-- @string tag names the callback in the report
-- @function callback may yield
-- @return true and the results, or false
function tasks.guard(tag, callback, ...)
    return reported(tag, xpcall(callback, with_traceback, ...))
end

--- What is called with the error of a task in place of its report, by the task.
local ends = setmetatable({}, { __mode = "k" })

--- Sets what is called if a task ends with an error, which is not reported then. The task itself waits wherever it
-- likes: it needs no `xpcall`.
-- @thread co
-- @function fail called with its text and traceback
function tasks.on_failure(co, fail)
    ends[co] = fail
end

--- Reports the error of a `coroutine.resume`, if there was one.
-- @thread co
-- @param ok first result of `coroutine.resume`
-- @param ... its further results
-- @return `ok` and `...`
function tasks.resumed(co, ok, ...)
    if not ok then
        local problem = ...
        if take_error(co, problem) then
            return ok, ...
        end
        local text = add_hint(describe(problem))
        if type(problem) ~= "string" and type(problem) ~= "number" and problem ~= nil then
            portability.warn("coroutine.resume", "an error in a task that is no text",
                "the device restarts, because it cannot show the error", "")
        end
        if status(co) == "dead" then
            text = text .. "\n" .. traceback(co)
            if ends[co] then
                ends[co](text)
                return ok, ...
            end
        else
            -- The task did not run at all: the traceback shows the caller that tried to resume it.
            text = "cannot resume the task: " .. text .. "\n" .. traceback(nil, 2)
        end
        report("coroutine.resume", text)
    end
    return ok, ...
end
local resumed = tasks.resumed

--- Resumes a task; an error in it is reported with its traceback.
-- @return what `coroutine.resume` returns
function tasks.resume(co, ...)
    return resumed(co, resume(co, ...))
end

--- Resumes a task that waits for an event, which passes no values in or out.
function tasks.wake(co)
    local ok, err = resume(co)
    if not ok then
        resumed(co, false, err)
    end
end
protected.on_end(tasks.wake)

--- Starts a task, which runs until its first wait.
-- @return thread
function tasks.spawn(callback, ...)
    local co = create(callback)
    tasks.resume(co, ...)
    return co
end

--- Whether the caller can wait by yielding: it runs in a coroutine, and no C call is in between.
-- @function in_task
tasks.in_task = isyieldable

return tasks
