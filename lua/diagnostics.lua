--- Where errors of tasks and callbacks, warnings, and "not supported" go: to stderr, or to the
-- device's log once the runtime is on.
local import = ...
local host = import "host"

local diagnostics = {}

-- Set by the runtime: sink(level, tag, text) → whether the text was shown.
local sink
local told = {}

local function tell(level, tag, text)
    if not (sink and sink(level, tag, text)) then
        io.stderr:write("[", level, "]-[", tag, "]\t", text, "\n")
    end
end

--- Shows further texts elsewhere. An error that the sink does not show still goes to stderr.
-- @function new called with level ("E" or "W"), tag and text; returns whether it showed the text
function diagnostics.set_sink(new)
    sink = new
end

--- What else happens after an error in a task has been reported; `patch` sets it.
function diagnostics.after_task_error() end

--- Reports an error in a task or a callback; with `--strict` it decides the exit status.
-- @string tag `coroutine.resume` for a task
-- @string text message and traceback
function diagnostics.error(tag, text)
    host.failed()
    tell("E", tag, text)
    if tag == "coroutine.resume" then
        diagnostics.after_task_error()
    end
end

--- @string tag
-- @string text
function diagnostics.warn(tag, text)
    tell("W", tag, text)
end

--- Says once per name that something of the device does not exist on a desktop.
-- @string name as the script writes it, such as `pwm.open`
-- @string[opt] why
function diagnostics.unsupported(name, why)
    if not told[name] then
        told[name] = true
        tell("W", "luatos", name .. " is not supported on the desktop" .. (why and (": " .. why) or ""))
    end
end

--- Whether `--trace` is on.
diagnostics.is_tracing = host.tracing()

--- One line for `--trace`, if that is on.
-- @string topic
-- @param ... values, shown with `tostring`, tab-separated
function diagnostics.trace(topic, ...)
    if diagnostics.is_tracing then
        local texts = table.pack(...)
        for index = 1, texts.n do
            texts[index] = tostring(texts[index])
        end
        host.trace(topic, table.concat(texts, "\t"))
    end
end

return diagnostics
