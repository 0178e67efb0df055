--- The script's `io` and `os`: paths of the device lead to its files, which are in a folder of this computer
-- and have the size of a device's. Everything else is Lua's own.
local use = ...
local native = use "native.io"
local diagnostics = use "runtime.diagnostics"
local end_of_run = use "runtime.end_of_run"
local hooks = use "runtime.hooks"
local open_files = use "runtime.open_files"
local with_plain_errors = use "runtime.plain_errors"

local methods, checked = open_files.methods, open_files.checked

-- Captured when the module is loaded, before they are replaced.
local type, error, tostring = type, error, tostring
local raw_io, raw_os = {}, {}
for name, value in pairs(io) do raw_io[name] = value end
for name, value in pairs(os) do raw_os[name] = value end

local files = {}

--- The files that `io.read` and `io.write` use, where they are the device's; else those of Lua.
local input, output

--- A path that a script has passed.
local function path_of(name, position, value)
    if type(value) == "number" then
        return tostring(value)
    elseif type(value) ~= "string" then
        error(("bad argument #%d to '%s' (string expected, got %s)"):format(position, name,
            value == nil and "no value" or type(value)), 3)
    end
    return value
end

-- ## io

local new_io, new_os = {}, {}

--- Opens a file.
-- @string path
-- @string[opt="r"] mode
-- @return file; or nil, message, number of the error
function new_io.open(path, mode)
    path = path_of("open", 1, path)
    if not native.is_device(path) then
        return raw_io.open(path, mode)
    end
    local warning = native.warning(path)
    if warning then
        diagnostics.warn("luatos", warning)
    end
    return checked(native.open(path, mode == nil and "r" or path_of("open", 2, mode)))
end

--- @return "file", "closed file", or nil for anything else
function new_io.type(...)
    return native.state((...)) or raw_io.type(...)
end

function new_io.close(file)
    file = file == nil and output or file
    if native.state(file) then
        return methods.close(file)
    elseif file == nil then
        return raw_io.close()
    end
    return raw_io.close(file)
end

--- Opens a file for `io.input`, `io.output` or `io.lines`, which raise what goes wrong.
local function open_or_raise(path, mode)
    local file, message = new_io.open(path, mode)
    return file or error(message, 3)
end

function new_io.input(file)
    if file == nil then
        return input or raw_io.input()
    elseif type(file) == "string" then
        file = open_or_raise(file, "r")
    end
    input = native.state(file) and file or nil
    return input or raw_io.input(file)
end

function new_io.output(file)
    if file == nil then
        return output or raw_io.output()
    elseif type(file) == "string" then
        file = open_or_raise(file, "w")
    end
    output = native.state(file) and file or nil
    return output or raw_io.output(file)
end

function new_io.read(...)
    if input then
        return methods.read(input, ...)
    end
    return raw_io.read(...)
end

function new_io.write(...)
    if output then
        return methods.write(output, ...)
    end
    return raw_io.write(...)
end

function new_io.flush()
    if output then
        return methods.flush(output)
    end
    return raw_io.flush()
end

--- @return iterator over a file, which is closed at its end; without a path over the default input
function new_io.lines(path, ...)
    if path == nil then
        if input then
            return open_files.iterator(input, false, ...)
        end
        return raw_io.lines(nil, ...)
    end
    path = path_of("lines", 1, path)
    if not native.is_device(path) then
        return raw_io.lines(path, ...)
    end
    return open_files.iterator(open_or_raise(path, "r"), true, ...)
end

-- ## os

--- Removes a file or an empty folder.
-- @return true; or nil, message, number of the error
function new_os.remove(path)
    path = path_of("remove", 1, path)
    return (native.is_device(path) and native or raw_os).remove(path)
end

--- Renames a file or folder.
-- @return true; or nil, message, number of the error
function new_os.rename(from, to)
    from, to = path_of("rename", 1, from), path_of("rename", 2, to)
    return ((native.is_device(from) or native.is_device(to)) and native or raw_os).rename(from, to)
end

--- @return path of a new file
function new_os.tmpname()
    if not native.is_device "/tmp/name" then
        return raw_os.tmpname()
    end
    local path, message = native.tmpname()
    return path or error("unable to generate a unique filename: " .. message, 2)
end

--- Ends the program. Files that are still open keep what was written to them.
function new_os.exit(status, ...)
    end_of_run.check("os", "exit")
    native.flush_all()
    end_of_run.before_exit(status)
    return raw_os.exit(status, ...)
end

-- ## For the runtime

--- A file in the folder of the main script, else in the working directory.
-- @string name relative path
-- @return its path; nil if it is in neither
local function find_here(name)
    for _, path in ipairs { hooks.script_folder() .. "/" .. name, name } do
        local file = raw_io.open(path, "rb")
        if file then
            file:close()
            return path
        end
    end
end

--- The path on this computer of a file that a script hands to the runtime. A relative path is looked up in the
-- folder of the main script, and then in the working directory; so is a file in `/lua` that is newer than the
-- flash image.
-- @string path
-- @return string; where the device has no such file, a path that no file has
function files.host_path(path)
    if path:sub(1, 1) ~= "/" then
        return find_here(path) or path
    end
    local flashed = path:match "^/lua/([^/]+)$"
    return native.resolve(path) or flashed and find_here(flashed) or native.nowhere()
end

--- The folder of the program's main script; nil where that is no project but a program such as busted.
local function project_folder()
    local script = arg and arg[0] or ""
    if script:match "%.lua$" then
        return script:match "^(.*)[/\\][^/\\]*$" or "."
    end
end

local is_applied = false

--- Puts the functions in place, once per Lua state.
function files.apply()
    if is_applied then
        return
    end
    is_applied = true
    native.enter_program(project_folder())
    with_plain_errors(native.folders)
    for name, value in pairs(native.folders) do new_io[name] = value end
    for name, value in pairs(new_io) do io[name] = value end
    for name, value in pairs(new_os) do os[name] = value end
end

return files
