--- Checks in a browser, by scripts in `tests/support/browser`, as tests.
local busted = require "busted"

local browser = {}

--- Seconds after which a script is killed.
local LIMIT = 120

--- What a script has printed: for each check its name, and what is wrong with it or nil.
local function results(output)
    local list = {}
    for line in output:gmatch "[^\n]+" do
        local is_bad, name = line:match "^(n?o?t? ?)ok %- (.*)$"
        if name then
            list[#list + 1] = { name = name, problem = is_bad ~= "" and "" or nil }
        elseif #list > 0 and list[#list].problem then
            list[#list].problem = list[#list].problem .. line .. "\n"
        end
    end
    return list
end

--- Runs a script, and defines a test for each of its checks.
-- @string name of the script, without `.js`
function browser.checks(name)
    local command = "timeout -s KILL %d node tests/support/browser/%s.js 2>&1"
    local process = io.popen(command:format(LIMIT, name))
    local output = process:read "*a"
    process:close()
    for _, result in ipairs(results(output)) do
        busted.it(result.name, function() assert(not result.problem, result.problem) end)
    end
    busted.it("all checks were made", function()
        assert(output:find "\ndone\n", output)
    end)
end

return browser
