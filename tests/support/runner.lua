--- Runs scripts in processes of their own.
local interpreter = require "interpreter"

local runner = {}

--- Assignments before each command: a test need not wait for the search for the network. One that tests the
-- search assigns another time.
local ENVIRONMENT = "LUATOS_MODEM=register_after=0 "

--- Runs a command on a script.
-- @string command
-- @string script text of the script; the path of a file with it, in a folder of its own, becomes the last argument but
-- `more`
-- @string[opt] more further arguments
-- @return what it printed on both streams, and its exit status
function runner.run_with(command, script, more)
    -- A folder of its own: the files beside a script are its project.
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    local path = folder .. "/main.lua"
    local file = assert(io.open(path, "w"))
    file:write(script)
    file:close()
    local output, status = runner.output(("%s %s %s"):format(command, path, more or ""))
    os.execute("rm -r " .. folder)
    return output, status
end

--- Runs a command.
-- @return what it printed on both streams, and its exit status
function runner.output(command)
    -- Lua 5.1 does not tell the status of a process.
    local process = io.popen(command .. " 2>&1; echo =$?")
    local output, status = process:read("*a"):match("^(.*)=(%d+)\n$")
    process:close()
    return output, tonumber(status)
end

--- Runs a script with `luatos`.
-- @string script its text
-- @string[opt] options for `luatos`
-- @string[opt] environment assignments before the command
-- @return what it printed on both streams, and its exit status
function runner.run(script, options, environment)
    -- A test that hangs ends here, with status 137.
    local command = "timeout -s KILL 60 target/release/luatos"
    command = table.concat({ ENVIRONMENT, environment or "", command, options or "" }, " ")
    return runner.run_with(command, script)
end

--- Likewise with the Lua that runs the tests.
-- @string script its text
-- @string[opt="-l luatos"] options for it
-- @string[opt] environment assignments before the command
-- @return what it printed on both streams, and its exit status
function runner.lua(script, options, environment)
    -- A test that hangs ends here, with status 137.
    local command = "timeout -s KILL 60 " .. interpreter.name
    command = table.concat({ ENVIRONMENT, environment or "", command, options or "-l luatos" }, " ")
    return runner.run_with(command, script)
end

--- Runs a spec file with busted and the settings of `.busted`.
-- @string spec its text
-- @return what it printed on both streams, and its exit status
function runner.busted(spec)
    local command = ENVIRONMENT .. "timeout -s KILL 60 " .. interpreter.name
    return runner.run_with(command .. " $(command -v busted) --output=TAP", spec)
end

return runner
