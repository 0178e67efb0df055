--- Globals and standard libraries as they were before the runtime was switched on, for a program that switches it on
-- anew, as `luatos.test` does for each test. To be loaded before anything is changed.
local use = ...
local core_tables = use "runtime.core_tables"
local module_names = use "runtime.module_names"

local pairs, ipairs, next, type = pairs, ipairs, next, type
local getmetatable, setmetatable, rawset = getmetatable, setmetatable, rawset

local pristine = {}

local function copy(original)
    local fields = {}
    for key, value in next, original do
        fields[key] = value
    end
    return fields
end

--- Fields and metatable by table: of each library, of the list of searchers, and of what is loaded.
local kept = {}
local file_methods = getmetatable(io.stdout).__index
local searchers = package.searchers or package.loaders
for _, library in ipairs {
    package, searchers, package.preload, coroutine, debug, io, file_methods, math, os, string, table,
} do
    kept[library] = { fields = copy(library), metatable = getmetatable(library) }
end
local globals, loaded = copy(_G), copy(package.loaded)

local function restore(container, fields)
    for key in pairs(copy(container)) do
        if fields[key] == nil then
            rawset(container, key, nil)
        end
    end
    for key, value in pairs(fields) do
        rawset(container, key, value)
    end
end

--- The names under which the runtime publishes something.
local function published()
    local names = module_names.ours()
    for _, name in ipairs(core_tables.NAMES) do
        names[#names + 1] = name
    end
    return names
end

local function restore_module(name)
    package.loaded[name] = loaded[name]
    rawset(_G, name, globals[name])
end

--- What the runtime has published, as tables by name.
-- @treturn table
function pristine.published()
    local tables = {}
    for _, name in ipairs(published()) do
        local value = package.loaded[name]
        tables[name] = type(value) == "table" and value or nil
    end
    return tables
end

--- Puts everything back. Globals that have come since stay, but for those of the runtime and of the modules that are
-- named; those that the runtime has replaced are what they were.
-- @tab project set of the names of modules that the project has loaded
function pristine.restore(project)
    for container, was in pairs(kept) do
        restore(container, was.fields)
        setmetatable(container, was.metatable)
    end
    for name, value in pairs(globals) do
        rawset(_G, name, value)
    end
    for _, name in ipairs(published()) do
        restore_module(name)
    end
    for name in pairs(project) do
        restore_module(name)
    end
end

return pristine
