--- Reports: errors of tasks and callbacks, warnings, and calls that a desktop does not support. They go
-- to stderr, in the form of the device's log: what the script itself prints and logs is on stdout, alone.
local use = ...
local host = use "native.host"
local hooks = use "runtime.hooks"
local calling_line = use("runtime.places").calling_line

-- Captured when the module is loaded: a script may replace or remove them.
local pcall, error, type, tostring = pcall, error, type, tostring
local pack, concat, find = table.pack, table.concat, string.find
local stderr, io_type = io.stderr, io.type
local write = use("runtime.output").write
local interrupted = host.interrupted

local diagnostics = {}

--- Names that were reported as not supported.
local reported = {}

--- Whether an error is Ctrl-C under the `lua5.3` program, which must end every call. That program
-- marks it by its text only, which a script or a server may also use, so the signal must have come too.
-- @param problem the error, or its text with traceback
function diagnostics.is_interruption(problem)
    return type(problem) == "string" and find(problem, "interrupted!", 1, true) ~= nil and interrupted()
end

--- Writes one line to stderr. No protected call: it would need a free level on the C stack.
local function write_line(level, tag, text)
    if io_type(stderr) == "file" then
        write(stderr, "[", level, "]-[", tag, "] ", text, "\n")
    end
end

--- Passes a text to the hook, which calls functions that a script can replace, such as `print`.
-- @return whether the text was shown
local function is_shown(level, tag, text)
    local show = hooks.show_diagnostic
    if not show then
        return false
    end
    local ok, shown = pcall(show, level, tag, text)
    if ok then
        return shown
    elseif diagnostics.is_interruption(shown) then
        error(shown, 0)
    end
    write_line("E", "luatos", "the log failed: " .. (type(shown) == "string" and shown or type(shown)))
    return false
end

local function report(level, tag, text)
    if not is_shown(level, tag, text) then
        write_line(level, tag, text)
    end
end

--- Functions that are called with each error.
local listeners = {}

--- Has a function called with the text of each error, and whether it has ended the main script.
function diagnostics.on_error(listener)
    listeners[#listeners + 1] = listener
end

local function note_error(text, is_end)
    -- No iterator: each of its calls would need a free level on the C stack, whose overflow may be what is reported.
    for index = 1, #listeners do
        listeners[index](text, is_end)
    end
end

--- The main script has ended with an error.
-- @string text message and traceback
function diagnostics.script_failed(text)
    note_error(text, true)
end

--- Reports an error in a task or a callback; with `--strict` the program ends with a failure status.
-- @string tag `coroutine.resume` for a task
-- @string text message and traceback
function diagnostics.error(tag, text)
    host.failed()
    note_error(text, false)
    report("E", tag, text)
    if tag == "coroutine.resume" then
        hooks.after_task_error()
    end
end

--- Reports a warning.
-- @string tag the function that warns
-- @string text
function diagnostics.warn(tag, text)
    report("W", tag, text)
end

--- Warns, once per name and with the script's line, that a desktop does not support a call.
-- @string name as the script writes it, such as `pwm.open`
-- @string[opt] why
function diagnostics.unsupported(name, why)
    if not reported[name] then
        reported[name] = true
        name = calling_line() .. name
        report("W", "luatos", name .. " is not supported on the desktop" .. (why and (": " .. why) or ""))
    end
end

--- Likewise a warning, once per text.
-- @string tag the function that warns
-- @string text
function diagnostics.warn_once(tag, text)
    if not reported[text] then
        reported[text] = true
        report("W", tag, calling_line() .. text)
    end
end

--- Whether `--trace` shows what is published.
diagnostics.is_tracing = host.tracing "publish"

--- Writes one line for `--trace`, if that shows what is published.
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
