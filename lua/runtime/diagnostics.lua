--- Where errors of tasks and callbacks, warnings, and "not supported" go: to stderr, or to the
-- device's log once the runtime is on.
local use = ...
local host = use "native.host"

-- Taken now: a script may replace or remove them later.
local pcall, error, type, tostring = pcall, error, type, tostring
local pack, concat, find = table.pack, table.concat, string.find
local stderr, io_type = io.stderr, io.type
local write = stderr.write
local interrupted = host.interrupted

local diagnostics = {}

-- Set by the runtime: sink(level, tag, text) → whether the text was shown.
local sink
local told = {}

--- Whether an error is Ctrl-C under the `lua5.3` program, which no callback may swallow. The text
-- alone proves nothing: a script or a server may send the same.
-- @param problem the error, or its text with traceback
function diagnostics.is_interruption(problem)
    return type(problem) == "string" and find(problem, "interrupted!", 1, true) ~= nil and interrupted()
end

--- Writes one line to stderr. No protected call: this must work where the C stack has no level left.
local function write_line(level, tag, text)
    if io_type(stderr) == "file" then
        write(stderr, "[", level, "]-[", tag, "]\t", text, "\n")
    end
end

--- Whether the sink has shown the text. The sink calls what a script can replace, such as `print`.
local function is_shown(level, tag, text)
    if not sink then
        return false
    end
    local ok, shown = pcall(sink, level, tag, text)
    if ok then
        return shown
    elseif diagnostics.is_interruption(shown) then
        error(shown, 0)
    end
    write_line("E", "luatos", "the log failed: " .. (type(shown) == "string" and shown or type(shown)))
    return false
end

local function tell(level, tag, text)
    if not is_shown(level, tag, text) then
        write_line(level, tag, text)
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
        local texts = pack(...)
        for index = 1, texts.n do
            texts[index] = tostring(texts[index])
        end
        host.trace(topic, concat(texts, "\t"))
    end
end

return diagnostics
