--- Tasks and callbacks of the script: starting and resuming them, and reporting their errors.
local use = ...
local diagnostics = use "runtime.diagnostics"
local portability = use "runtime.portability"
local describe = use("runtime.text").describe
local traceback = use "runtime.traceback"
local add_hint = use("runtime.hints").add

-- Captured when the module is loaded: scripts and the runtime replace some of these.
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local isyieldable = coroutine.isyieldable
local xpcall, error, type, match = xpcall, error, type, string.match

local tasks = {}

--- The text of an error with a traceback, as a message handler for `xpcall`.
-- @param err what `error` was called with
-- @return string
function tasks.with_traceback(err)
    -- `traceback` would cut the text at a NUL byte, so it does not get it.
    return add_hint(describe(err)) .. "\n" .. traceback(nil, 2)
end
local with_traceback = tasks.with_traceback

local function report(tag, text)
    if diagnostics.is_interruption(text) then
        error("interrupted!", 0)
    end
    diagnostics.error(tag, text)
end

local function finish(tag, ok, ...)
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

--- Calls a callback of the script; an error in it is reported with its traceback and not raised.
-- @string tag names the callback in the report
-- @function callback may yield
-- @return true and the results, or false
function tasks.guard(tag, callback, ...)
    return finish(tag, xpcall(callback, with_traceback, ...))
end

--- Reports the error of a `coroutine.resume`, if there was one.
-- @thread co
-- @param ok first result of `coroutine.resume`
-- @param ... its further results
-- @return `ok` and `...`
function tasks.resumed(co, ok, ...)
    if not ok then
        local problem = ...
        local text = add_hint(describe(problem))
        if type(problem) ~= "string" and type(problem) ~= "number" and problem ~= nil then
            portability.warn("coroutine.resume", "an error in a task that is no text",
                "the device restarts, because it cannot show the error", "")
        end
        if status(co) == "dead" then
            text = text .. "\n" .. traceback(co)
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
