--- Under busted: a task or callback that fails, fails the test in which it ran.
local use = ...
local diagnostics = use "runtime.diagnostics"

local error, ipairs = error, ipairs
local find = string.find

local testing = {}

--- For all devices of a Lua state: what has failed, as texts, and of that what happened outside of the tests while
-- nothing was known of the file; whether the tests are watched; the file or `describe` that runs; and the name of the
-- test that has ended last.
local registry = debug.getregistry()
local state = registry["luatos.testing"] or { failures = {}, is_watching = false }
registry["luatos.testing"] = state

--- Takes what has failed so far: the test expects it.
-- @return list of texts: message and traceback
function testing.take_failures()
    local failures = state.failures
    state.failures = {}
    return failures
end

--- A text that begins with a place, as busted wants it; it would put a line of ours in front of any other.
-- @string text
-- @tab[opt] trace where a test is, as of busted
local function placed(text, trace)
    if not trace or find(text, "^[^\n]-:%d+: ") then
        return text
    end
    return ("%s:%d: %s"):format(trace.short_src, trace.currentline, text)
end

--- Reports what has failed outside of the tests, in `setup`, `teardown`, `after_each` or `finally`, as an error of the
-- file or `describe` that runs, so that no other test is blamed.
function testing.report_outside()
    local busted, element = state.busted, state.element
    state.outside = state.outside or testing.take_failures()[1]
    local failure = state.outside
    if not failure or not element then
        return
    end
    state.outside = nil
    local trace = element.trace or { short_src = element.name, currentline = 1, traceback = "" }
    local after = state.last and ", after " .. state.last or ""
    local text = placed("a task or callback has failed outside of the tests" .. after .. ": " .. failure, trace)
    busted.publish({ "error", element.descriptor }, element, busted.parent(element), text, trace)
end

local is_listening = false

--- Has the errors of a test's tasks fail it.
local function watch_test(test, parent)
    if not state.element then
        -- The file had begun before the runtime was there.
        state.element = parent
        if state.outside then
            testing.report_outside()
        end
    end
    local run = test.run
    function test.run(...)
        run(...)
        local failure = testing.take_failures()[1]
        if failure then
            error(placed("a task or callback has failed in this test: " .. failure, test.trace), 0)
        end
    end
    return nil, true
end

--- Notes which file or `describe` runs.
local function begin_block(element)
    testing.report_outside()
    state.element, state.last = element, nil
    return nil, true
end

local function end_block(element)
    testing.report_outside()
    state.element, state.last = state.busted.parent(element), nil
    return nil, true
end

local function end_test(test, _, status)
    -- A test that has failed shows its own error.
    if status ~= "success" then
        state.failures = {}
    end
    state.last = test.name
    return nil, true
end

--- Watches over all tests from now on.
-- @tab busted
function testing.watch(busted)
    if not is_listening then
        is_listening = true
        diagnostics.on_error(function(text) state.failures[#state.failures + 1] = text end)
    end
    if state.is_watching then
        return
    end
    state.is_watching, state.busted = true, busted
    busted.subscribe({ "test", "start" }, watch_test)
    busted.subscribe({ "test", "end" }, end_test)
    for _, block in ipairs { "file", "describe" } do
        busted.subscribe({ block, "start" }, begin_block)
        busted.subscribe({ block, "end" }, end_block)
    end
end

return testing
