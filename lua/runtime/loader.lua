--- Loads our own modules, natives and Lua files alike, once per Lua state and without touching
-- `package.loaded` or the globals: a program that only does `require "websocket"` keeps its own
-- `socket`, `log` and `sys`.
--
-- Every file is a chunk that gets `use` as its argument and returns its module.
local source, native = ...

local load, assert, error, tostring, gsub = load, assert, error, tostring, string.gsub

local loaded = {}

--- What our files see as globals: the functions and libraries as they are now, so that a script that
-- replaces or removes one does it to itself only. `print`, `package` and all else are the script's.
local FUNCTIONS = {
    "assert", "collectgarbage", "error", "getmetatable", "ipairs", "load", "loadfile", "next", "pairs", "pcall",
    "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
}
local LIBRARIES = { "coroutine", "debug", "io", "math", "os", "string", "table" }
local rawset, ipairs, pairs = rawset, ipairs, pairs
local meta = {
    __index = _G,
    __newindex = function(_, name) error("assignment to the global " .. name, 2) end,
}
local globals = setmetatable({}, meta)

--- Likewise for the files that extend the libraries: those are the script's own there.
local globals_of_extenders = setmetatable({}, meta)
local EXTENDERS = { ["runtime.dialect"] = true, ["modules.patch"] = true, ["modules.utils"] = true }

local function take_globals()
    for _, name in ipairs(FUNCTIONS) do
        rawset(globals, name, _G[name])
        rawset(globals_of_extenders, name, _G[name])
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
end
take_globals()

--- @string name `native.NAME` for a native table; else folder and name of a file, such as
-- `runtime.scheduler` for `lua/runtime/scheduler.lua`
-- @return the module
local function use(name)
    local module = loaded[name]
    if module == nil then
        module = native(name)
        if module == nil then
            local text = source(name) or error("no LuatOS module '" .. tostring(name) .. "' in this program", 2)
            module = assert(load(text, "=luatos/" .. gsub(name, "%.", "/") .. ".lua", "t",
                EXTENDERS[name] and globals_of_extenders or globals))(use, name)
        end
        loaded[name] = module
    end
    return module
end

loaded["runtime.loader"] = {
    --- The module if it has been loaded already.
    loaded = function(name) return loaded[name] end,
    --- Has our files see the globals as they are now; for who extends them.
    take_globals = take_globals,
}

return use
