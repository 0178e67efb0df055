--- Under busted: a task or callback that fails, fails the test in which it ran.
local use = ...
local diagnostics = use "runtime.diagnostics"

local error, move = error, table.move

local testing = {}

--- What has failed since the test began, as texts.
local failures = {}

--- Takes what has failed so far: the test expects it.
-- @return list of texts: message and traceback
function testing.take_failures()
    local taken = move(failures, 1, #failures, 1, {})
    failures = {}
    return taken
end

local is_watching = false

--- Watches over all tests from now on.
-- @tab busted
function testing.watch(busted)
    if is_watching then
        return
    end
    is_watching = true
    diagnostics.on_error(function(text) failures[#failures + 1] = text end)
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
        failures = {}
        return nil, true
    end)
end

return testing
