--- Tests of `luatos.test`: specs that run in processes of their own, because some of their tests have to fail.
local assert = require "luassert"
local project = require "project"

local inner_tests = {}

--- A project that counts its starts in a file, says something every minute, and fails on demand.
inner_tests.MAIN = [[
PROJECT, VERSION = "HEART", "1.0.0"
require "log" require "sys"
local helper = require "helper"
local file = io.open("/starts.txt", "a")
file:write("start\n")
file:close()
sys.taskInit(function()
    while true do
        log.info("heart", "beat", helper.count())
        sys.wait(60000)
    end
end)
sys.subscribe("FAIL", function() error("as I was told") end)
sys.subscribe("END", function(library, name) _G[library][name]() end)
sys.run()
]]

inner_tests.HELPER = [[
module(..., package.seeall)
local number = 0
function count()
    number = number + 1
    return number
end
]]

--- Runs tests with busted, beside that project.
-- @string tests the spec file
-- @string[opt] environment shell words in front of the command
-- @tab[opt] files of another project in place of that one
-- @return output and exit status
function inner_tests.run(tests, environment, files)
    local output, status
    files = files or { ["main.lua"] = inner_tests.MAIN, ["helper.lua"] = inner_tests.HELPER }
    files["a_spec.lua"] = tests
    project.with(files, function(this)
        output, status = this.lua("$(command -v busted) --output=TAP @/a_spec.lua", "FOLDER=@ " .. (environment or ""))
    end)
    return output, status
end

--- Runs tests beside that project, all of which have to succeed. They see `test` and `folder`.
-- @number count of the tests
function inner_tests.assert_ok(count, tests, environment)
    local beginning = 'local test = require "luatos.test" local folder = os.getenv "FOLDER" '
    local output, status = inner_tests.run(beginning .. tests, environment)
    assert.equal(0, status, output)
    assert.truthy(output:find("1.." .. count, 1, true), output)
end

--- Runs specs of a project by the runner: `luatos OPTIONS`, in the project's folder.
-- @string arguments such as "--instant test -- --output=TAP"
-- @tab files texts by name; @ is the folder
-- @string[opt] environment shell words in front of the command
-- @return output and exit status
function inner_tests.luatos(arguments, files, environment)
    local output, status
    project.with(files, function(this)
        local command = "cd @ && export FOLDER=@ && %s timeout -s KILL 60 $OLDPWD/target/release/luatos %s 2>&1"
        local process = io.popen((command:format(environment or "", arguments):gsub("@", this.folder)))
        output = process:read "a"
        status = select(3, process:close())
    end)
    return output, status
end

return inner_tests
