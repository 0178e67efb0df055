--- Projects in temporary folders.
local project = {}

--- Makes a folder with files. It is for the caller to remove: `remove`.
-- @tab files text by path below the folder
-- @return an object with `folder`, `path(name)`, `luatos(options)`, `lua(options)` and `remove()`
function project.new(files)
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    local this = { folder = folder }

    --- The path of a file in the folder.
    function this.path(name)
        return folder .. "/" .. name
    end

    for name, text in pairs(files) do
        local below = name:match "^(.*)/"
        if below then
            assert(os.execute(("mkdir -p '%s'"):format(this.path(below))))
        end
        local file = assert(io.open(this.path(name), "wb"))
        file:write(text)
        file:close()
    end

    local function run(command, limit)
        local process = io.popen(("timeout -s KILL %d %s 2>&1"):format(limit or 60, command))
        local output = process:read "*a"
        local _, _, status = process:close()
        return output, status
    end

    --- Runs `luatos` with these arguments; `@` in them is the folder.
    -- @string[opt="@/main.lua"] arguments
    -- @number[opt=60] limit seconds after which it is killed
    -- @return what it printed on both streams, and its exit status
    function this.luatos(arguments, limit)
        return run("target/release/luatos " .. (arguments or "@/main.lua"):gsub("@", folder), limit)
    end

    --- Likewise the system's Lua, perhaps with assignments to the environment.
    function this.lua(arguments, environment)
        local words = ("env %s lua5.3 %s"):format(environment or "", arguments or "-l luatos @/main.lua")
        return run((words:gsub("@", folder)))
    end

    function this.remove()
        os.execute("rm -r " .. folder)
    end

    return this
end

--- Runs a test with such a folder and removes it then.
-- @tab files as for `new`
-- @func body gets the object
function project.with(files, body)
    local this = project.new(files)
    local ok, problem = pcall(body, this)
    this.remove()
    assert(ok, problem)
end

return project
