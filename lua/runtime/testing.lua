--- Under busted: a task or callback that fails, fails the test in which it ran.
local use = ...
local diagnostics = use "runtime.diagnostics"

local error = error

local testing = {}

--- What has failed since the test began, as texts, and whether the tests are watched: for all devices of a Lua state.
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

local is_listening = false

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
    state.is_watching = true
    busted.subscribe({ "test", "start" }, function(test)
        local run = test.run
        function test.run(...)
            run(...)
            local failure = testing.take_failures()[1]
            if failure then
                error("a task or callback has failed in this test: " .. failure, 0)
            end
        end
        return nil, true
    end)
    busted.subscribe({ "test", "end" }, function()
        state.failures = {}
        return nil, true
    end)
end

return testing
