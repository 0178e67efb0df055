--- Which copy of a LuatOS module the program runs on: its own, such as the `sys.lua` of a project, or ours.
local use = ...
local loader = use "runtime.loader"

-- Captured when the module is loaded: a script may replace `package`.
local loaded, type = package.loaded, type

local copies = {}

--- The copies seen last: a script may empty `package.loaded`.
local seen = {}

--- The copy of a module that `require` has loaded; nil for none.
-- @string name as for `require`
-- @return the module's table
function copies.current(name)
    local module = loaded[name]
    if type(module) == "table" then
        seen[name] = module
    end
    return seen[name]
end

--- Whether the program runs on its own copy of a module.
-- @string name as for `require`
function copies.is_foreign(name)
    local module = copies.current(name)
    return module ~= nil and module ~= loader.loaded("modules." .. name)
end

return copies
