--- What a script can call: prints a line for each name that the runtime adds to a plain Lua. To be run by the Lua that
-- has the module, from a pipe, so that no file of the checkout counts as the script's own:
--
--     function NAME PATH LINE PARAMETERS   PATH is that of a Lua file of ours, `-` for what is Rust
--     constant NAME TYPE VALUE             a field that is no function and no table
--     table NAME
--
-- The parts of a line are separated by tabs. Methods of objects have the name of their class before them.
local write = io.write
local globals = _G

--- Modules that are parts of others.
local PARTS = { at = true }

--- Lua's own names, and those that every module of Lua 5.1 has.
local plain = {}
for name, value in pairs(_G) do
    plain[name] = true
    if type(value) == "table" and value ~= _G then
        for field in pairs(value) do
            plain[name .. "." .. tostring(field)] = true
        end
    end
end
local IGNORED = { _G = true, arg = true }

local modules = { "websocket" }
local list = io.popen "ls lua/modules"
for file in list:lines() do
    local name = file:match "^(.*)%.lua$"
    if not PARTS[name] then
        modules[#modules + 1] = name
    end
end
list:close()

local device = require("luatos").device
local getinfo, getlocal, getmetatable = debug.getinfo, debug.getlocal, debug.getmetatable

local function print_function(name, fn)
    local info = getinfo(fn, "Su")
    local path = info.source:match "^[@=]luatos/(.*)$"
    -- Functions of Rust are in a wrapping that makes plain texts of their errors.
    if not path or path == "runtime/plain_errors.lua" then
        write("function\t", name, "\t-\t0\t\n")
        return
    end
    local parameters = {}
    for index = 1, info.nparams do
        parameters[index] = getlocal(fn, index)
    end
    if info.isvararg then
        parameters[#parameters + 1] = "..."
    end
    write(("function\t%s\tlua/%s\t%d\t%s\n"):format(name, path, info.linedefined, table.concat(parameters, " ")))
end

local function print_fields(prefix, container)
    local names = {}
    for name in pairs(container) do
        if type(name) == "string" and name:sub(1, 2) ~= "__" and not IGNORED[name] and not plain[prefix .. name] then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    for _, field in ipairs(names) do
        local name, value = prefix .. field, container[field]
        if type(value) == "function" then
            print_function(name, value)
        elseif type(value) == "table" then
            write("table\t", name, "\n")
            print_fields(name .. ".", value)
        else
            write("constant\t", name, "\t", type(value), "\t", ("%q"):format(tostring(value)), "\n")
        end
    end
end

for _, name in ipairs(modules) do
    require(name)
end
local libraries = { "coroutine", "debug", "io", "math", "os", "package", "string", "table" }
print_fields("", globals)
for _, name in ipairs(libraries) do
    print_fields(name .. ".", globals[name])
end
write "table\tdevice\n"
print_fields("device.", device)
write "table\tprotobuf.c\n"
print_fields("protobuf.c.", package.loaded["protobuf.c"])

--- The methods of an object.
local function print_object(class, object)
    write("table\t", class, "\n")
    print_fields(class .. ".", getmetatable(object).__index)
end
require("sys").taskInit(function()
    print_object("socket.Client", globals.socket.tcp())
    print_object("mqtt.Client", globals.mqtt.client "x")
    print_object("websocket.Object", globals.websocket.new "ws://127.0.0.1/")
    print_object("device.End", device.uart(1))
end)
