--- Projects in processes of their own, with a scenario that plays the outside; waits are passed over.
local project = require "project"

local outside = {}

--- Runs a script beside a scenario.
-- @string script text of main.lua, after `PROJECT`, `VERSION` and `require "sys"`
-- @string scenario its text
-- @string[opt] options for `luatos`
-- @return what both printed, without the lines of `sys.init`, and the exit status
function outside.run(script, scenario, options)
    local output, status
    project.with({
        ["main.lua"] = 'PROJECT, VERSION, LOG_LEVEL = "OUTSIDE", "1.0.0", 4\nrequire "log" require "sys"\n' .. script
            .. '\nsys.init(0, 0)\nsys.run()\n',
        -- A name that no project requires.
        ["outside.scenario"] = scenario,
    }, function(this)
        output, status = this.luatos("--instant --timeout 600 --modem register_after=0 " .. (options or "")
            .. " --scenario @/outside.scenario @/main.lua")
    end)
    return output, status
end

return outside
