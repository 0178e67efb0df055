--- Searches modules for `require`, in the order of precedence: the project's files and those of `--lib`, the
-- modules of LuatOS, `package.path`. What is flashed is what runs, unless `--ours` names the module.
local use = ...
local native = use "native.sources"
local is_device = use("native.io").is_device
local sources = use "runtime.sources"
local diagnostics = use "runtime.diagnostics"
local not_found = use("runtime.module_names").not_found

local getinfo = debug.getinfo

local search = {}

--- Names of the modules that the project's files have.
local loaded_of_project = {}

--- The modules that came from the project's files and those of the libraries.
-- @treturn table set of their names
function search.project_modules()
    return loaded_of_project
end

--- The folder of the main script.
function search.script_folder()
    local script = arg and arg[0] or ""
    return script:match "^(.*)[/\\][^/\\]*$" or "."
end

--- The path of a module's file in the flash image, which is flat; a name with dots means a folder of the
-- project.
local function project_file(name)
    if name:find("[./\\]") then
        return nil
    end
    local path, warning = native.find(name .. ".lua")
    if not path then
        path, warning = native.find(name .. ".luac")
    end
    if warning then
        diagnostics.warn("luatos", warning)
    end
    return path
end

--- The loaders of files by their paths, which are on the stack while they run.
local loaders = setmetatable({}, { __mode = "v" })

--- Whether a file's loader runs further down the stack.
local function is_being_loaded(path)
    local loader = loaders[path]
    local level = 1
    while loader do
        local info = getinfo(level, "f")
        if not info then
            return false
        elseif info.func == loader then
            return true
        end
        level = level + 1
    end
    return false
end

--- The loader of a file. A file that is required again while it is being loaded is an error, as in the device's Lua;
-- Lua 5.3 would load it again and again.
local function loader_of(name, path)
    if is_being_loaded(path) then
        -- The level of the script's call: between are this function, its caller, and Lua's `require`.
        error("loop or previous error loading module '" .. name .. "'", 4)
    end
    local loader = sources.loader(name, path)
    loaders[path] = loader
    return loader
end

--- Searches the project's files and those of the libraries.
local function search_project(name)
    if native.is_ours(name) then
        return "\n\tno file of the project: --ours names '" .. name .. "'"
    end
    local path = project_file(name)
    if not path then
        path = search.script_folder() .. "/" .. name:gsub("%.", "/") .. ".lua"
        if native.is_listed() or not native.is_file(path) then
            return "\n\tno file '" .. path .. "'"
        end
    end
    loaded_of_project[name] = true
    -- No tail call, see `loader_of`.
    local loader = loader_of(name, path)
    return loader, path
end

--- Templates of `package.path` from before the script began: these are this computer's.
local host_templates = {}

--- The templates that `package.path` has on the device: files that a script has written to the root.
local DEVICE_PATH = ";/?.lua;/?.luac"

local function templates()
    return (tostring(package.path) .. DEVICE_PATH):gmatch "%s*([^;]+)"
end

--- Searches `package.path`, and the device's root. A template of the script's that begins with `/` means the
-- device's files.
local function search_path(name)
    local tried = {}
    for template in templates() do
        local path = template:gsub("%s+$", ""):gsub("%?", (name:gsub("%.", "/"):gsub("%%", "%%%%")))
        local found = native.locate(path)
        if not found and host_templates[template] and native.is_file(path) then
            found = path
        end
        if found then
            local loader = loader_of(name, found)
            return loader, found
        end
        tried[#tried + 1] = "\n\tno file '" .. path .. "'"
    end
    return table.concat(tried)
end

--- `package.cpath` without the templates of the script's that mean the device's files: no C module is there.
local function host_cpath(cpath)
    return (cpath:gsub("[^;]+", function(template)
        if template:sub(1, 1) == "/" and is_device(template) and not host_templates[template] then
            return ""
        end
    end))
end

--- Hands on what a searcher answers, once `package.cpath` is again what the script has made it.
local function restore_cpath(cpath, ok, ...)
    package.cpath = cpath
    if not ok then
        error((...), 0)
    end
    return ...
end

--- A searcher for C modules that finds those of this computer only where its own `package.cpath` leads.
local function bounded(searcher)
    return function(name)
        local cpath = package.cpath
        if type(cpath) ~= "string" then
            return searcher(name)
        end
        package.cpath = host_cpath(cpath)
        return restore_cpath(cpath, pcall(searcher, name))
    end
end

--- The last searcher: says in one line that a module is not there.
local function fail(name)
    -- The level of the script's call: between are Lua's `require` and this function.
    error(not_found(name, search.script_folder()), 3)
end

--- Puts the searchers in place. The one for `package.path` replaces Lua's, where that is still the second.
-- @function search_luatos searcher of the modules of LuatOS
function search.install(search_luatos)
    for template in templates() do
        host_templates[template] = not DEVICE_PATH:find(template, 1, true)
    end
    for template in tostring(package.cpath):gmatch "[^;]+" do
        host_templates[template] = true
    end
    local searchers = package.searchers or package.loaders
    for index = 3, #searchers do
        if debug.getinfo(searchers[index], "S").what == "C" then
            searchers[index] = bounded(searchers[index])
        end
    end
    if debug.getinfo(searchers[2], "S").what == "C" then
        searchers[2] = search_path
    else
        table.insert(searchers, 2, search_path)
    end
    searchers[#searchers + 1] = fail
    table.insert(searchers, 2, search_project)
    table.insert(searchers, 3, search_luatos)
end

return search
