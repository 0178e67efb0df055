--- Loads our own modules, natives and Lua files alike, once per Lua state and without touching
-- `package.loaded` or the globals: a program that only does `require "websocket"` keeps its own
-- `socket`, `log` and `sys`.
--
-- Every file here is a chunk that gets `import` as its argument and returns its module.
local source, native = ...

local load, assert, error, tostring = load, assert, error, tostring

local loaded = {}

--- @string name of a native table or of a file of this folder, without `.lua`
-- @return the module
local function import(name)
    local module = loaded[name]
    if module == nil then
        module = native(name)
        if module == nil then
            local text = source(name) or error("no LuatOS module '" .. tostring(name) .. "' in this program", 2)
            module = assert(load(text, "=luatos/" .. name .. ".lua", "t"))(import, name)
        end
        loaded[name] = module
    end
    return module
end

loaded.import = {
    --- The module if it has been imported already.
    loaded = function(name) return loaded[name] end,
}

return import
