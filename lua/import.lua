--- Loads our own modules, natives and Lua files alike, once per Lua state and without touching
-- `package.loaded` or the globals: a program that only does `require "websocket"` keeps its own
-- `socket`, `log` and `sys`.
--
-- Every file here is a chunk that gets `import` as its argument and returns its module.
local source, native = ...

local load, assert, error, tostring = load, assert, error, tostring

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
local EXTENDERS = { compat = true, patch = true, utils = true }

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

--- @string name of a native table or of a file of this folder, without `.lua`
-- @return the module
local function import(name)
    local module = loaded[name]
    if module == nil then
        module = native(name)
        if module == nil then
            local text = source(name) or error("no LuatOS module '" .. tostring(name) .. "' in this program", 2)
            module = assert(load(text, "=luatos/" .. name .. ".lua", "t",
                EXTENDERS[name] and globals_of_extenders or globals))(import, name)
        end
        loaded[name] = module
    end
    return module
end

loaded.import = {
    --- The module if it has been imported already.
    loaded = function(name) return loaded[name] end,
    --- Has our files see the globals as they are now; for who extends them.
    take_globals = take_globals,
}

return import
