--- How a text at the prompt may go on: names of globals, fields and methods. Nothing of the script runs for it.
local type, next, rawget, ipairs = type, next, rawget, ipairs
local raw_metatable = debug.getmetatable
local match, gmatch, sub, find = string.match, string.gmatch, string.sub, string.find
local sort = table.sort

--- Most tables that fields are inherited from.
local MOST_PARENTS = 10

--- The table in which fields of a value are looked for beside itself; nil if there is none.
local function parent(value)
    local meta = raw_metatable(value)
    local index = type(meta) == "table" and rawget(meta, "__index")
    return type(index) == "table" and index or nil
end

--- A field, without calling anything.
local function field(value, name)
    for _ = 1, MOST_PARENTS do
        local found = type(value) == "table" and rawget(value, name)
        if found then
            return found
        end
        value = parent(value)
        if not value then
            return nil
        end
    end
end

--- Adds the names of a value's fields that begin so.
local function add(names, value, beginning, only_functions)
    for _ = 1, MOST_PARENTS do
        for name, found in next, type(value) == "table" and value or {} do
            if type(name) == "string" and sub(name, 1, #beginning) == beginning and find(name, "^[%a_][%w_]*$")
                and (not only_functions or type(found) == "function") then
                names[name] = true
            end
        end
        value = parent(value)
        if not value then
            return
        end
    end
end

--- @string before the text up to the cursor
-- @tab roots tables that the globals are looked for in, one after the other
-- @return sorted list of what the last word may become
return function(before, roots)
    local path, separator, beginning = match(before, "([%a_][%w_%.]*)([%.:])([%w_]*)$")
    if not path then
        beginning = match(before, "[%w_]*$")
    end
    local names = {}
    for _, root in ipairs(roots) do
        local value = root
        for name in gmatch(path or "", "[%w_]+") do
            value = value ~= nil and field(value, name)
        end
        if value then
            add(names, value, beginning, separator == ":")
        end
    end
    local list = {}
    for name in next, names do
        list[#list + 1] = name
    end
    sort(list)
    return list
end
