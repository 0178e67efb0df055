--- Loads this project's modules, native tables and Lua files, once per Lua state. It leaves
-- `package.loaded` and the globals alone: a program that only does `require "websocket"` keeps its own
-- `socket`, `log` and `sys`.
--
-- Each file is a chunk that gets `use` as its argument and returns its module. This file alone gets
-- two functions: one returns the text of a Lua file by its name, the other makes a native table; both
-- return nil for an unknown name. `is_device_lua`: this is the runner with the device's own Lua, 5.1.
local source, native, is_device_lua = ...

local load, assert, error, tostring, gsub = load, assert, error, tostring, string.gsub
local loadstring, setfenv = loadstring, setfenv

local loaded = {}

--- Globals that the modules see as they are when `capture_globals` runs: a script that replaces or removes
-- one affects only itself. Every other global, such as `print` and `package`, is the script's.
local FUNCTIONS = {
    "assert", "collectgarbage", "error", "getmetatable", "ipairs", "load", "loadfile", "next", "pairs", "pcall",
    "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
}
local LIBRARIES = { "coroutine", "debug", "io", "math", "os", "string", "table" }
local rawget, rawset, ipairs, pairs = rawget, rawset, ipairs, pairs
local meta = {
    __index = _G,
    __newindex = function(_, name) error("assignment to the global " .. name, 2) end,
}
local globals = setmetatable({}, meta)

--- Likewise for the modules that extend the standard libraries: these see the script's libraries.
local globals_of_extenders = setmetatable({}, meta)
local EXTENDERS = {
    ["runtime.clock"] = true, ["runtime.dialect"] = true, ["runtime.files"] = true,
    ["runtime.output"] = true, ["runtime.pristine"] = true, ["modules.patch"] = true, ["modules.utils"] = true,
}

--- Compiles a file of ours.
-- @string name as for `use`
-- @string text
-- @tab environment its globals
-- @return the chunk
local function compile(name, text, environment)
    local chunk_name = "=luatos/" .. gsub(name, "%.", "/") .. ".lua"
    if _VERSION == "Lua 5.1" then
        return setfenv(assert(loadstring(text, chunk_name)), environment)
    end
    return assert(load(text, chunk_name, "t", environment))
end

--- Runs a file that is no module.
local function run(name, ...)
    return compile(name, source(name), globals)(...)
end

--- Adds what the running Lua lacks to the globals that the modules see.
local function complete()
    if is_device_lua then
        run("runtime.later_libraries", globals, run "runtime.formats")
    end
    if _VERSION ~= "Lua 5.3" then
        run("runtime.other_luas", globals)
    end
end

--- Captures the globals that the modules see.
local function capture_globals()
    for _, name in ipairs(FUNCTIONS) do
        rawset(globals, name, _G[name])
    end
    for _, name in ipairs(LIBRARIES) do
        local library = {}
        if type(_G[name]) ~= "table" then
            error("this module needs Lua's standard library '" .. name .. "', which is not among the globals", 0)
        end
        for field, value in pairs(_G[name]) do
            library[field] = value
        end
        rawset(globals, name, library)
    end
    complete()
    for _, name in ipairs(FUNCTIONS) do
        rawset(globals_of_extenders, name, rawget(globals, name))
    end
end

capture_globals()

--- Loads a module, or returns the one that is loaded already.
-- @string name `native.NAME` for a native table; else folder and name of a file, such as
-- `runtime.scheduler` for `lua/runtime/scheduler.lua`
-- @return the module
local function use(name)
    local module = loaded[name]
    if module == nil then
        module = native(name)
        if module == nil then
            local text = source(name) or error("no LuatOS module '" .. tostring(name) .. "' in this program", 2)
            module = compile(name, text, EXTENDERS[name] and globals_of_extenders or globals)(use, name)
        end
        loaded[name] = module
    end
    return module
end

local loader = {
    use = use,
    --- The globals that the modules see, for modules that see the script's libraries.
    globals = globals,
    --- Whether this is the runner with the device's own Lua, 5.1: what is missing there is missing here, and fails.
    is_device_lua = is_device_lua,
    capture_globals = capture_globals,
    --- Returns a module if it is loaded, else nil; for tests.
    loaded = function(name) return loaded[name] end,
}
loaded["runtime.loader"] = loader

return loader
