--- Runs scripts in processes of their own.
local runner = {}

--- @string script its text
-- @string[opt] options for `luatos`
-- @return what it printed on both streams, and its exit status
function runner.run(script, options)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(script)
    file:close()
    local process = io.popen("target/release/luatos " .. (options or "") .. " " .. path .. " 2>&1")
    local output = process:read("a")
    local _, _, status = process:close()
    os.remove(path)
    return output, status
end

return runner
