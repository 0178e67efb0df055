--- What may be meant by an error: a name that is misspelt, a module that the script has not required, or one that
-- is not there.
local use = ...
local host = use "native.host"
local modules = use "runtime.module_names"

local type, next, ipairs, tonumber = type, next, ipairs, tonumber
local find, match, gmatch, lower = string.find, string.match, string.gmatch, string.lower
local sort, concat = table.sort, table.concat
local meant = host.meant

local hints = {}

--- Tables of the device that this program does not have, and what is said of them.
local ABSENT = {
    lvgl = "lvgl, the graphics library, is not there on the desktop",
}

--- The names of the globals and of our modules, in order.
local function global_names()
    local names = {}
    for name in next, _G do
        if type(name) == "string" then
            names[#names + 1] = name
        end
    end
    for _, name in ipairs(modules.ours()) do
        names[#names + 1] = name
    end
    sort(names)
    return names
end

--- A hint about a global that is nil.
local function about_global(name)
    if ABSENT[name] then
        return ABSENT[name]
    elseif modules.is_ours(name) then
        return 'require "' .. name .. '" is missing'
    elseif modules.is_library(name) then
        return 'require "' .. name .. '" is missing, a module of LuatOS-Air\'s library (--lib DIR)'
    end
    local other = meant(name, global_names())
    return other and "did you mean " .. other .. "?"
end

--- The field of a table that is probably meant by a name.
local function alike_field(container, name)
    local fields = {}
    for field in next, container do
        if type(field) == "string" then
            fields[#fields + 1] = field
        end
    end
    sort(fields)
    return meant(name, fields)
end

--- Shortest name of which a slip is a hint where the table is not known: short names are alike by chance.
local SHORTEST = 6

--- The field of a table, perhaps not the one that the script names, that is probably meant by a name.
local function meant_field(container, name)
    local field = alike_field(container, name)
    return field and (#name >= SHORTEST or lower(field) == lower(name)) and field
end

--- A line of the script's source; nil where its file cannot be read under the name that errors have.
local function source_line(path, number)
    local text = use("native.sources").read(path, true)
    if not text then
        return nil
    end
    local at = 1
    for line in gmatch(text, "([^\n]*)\n?") do
        if at == number then
            return line
        end
        at = at + 1
    end
end

--- The global table's field that is meant by `table.name` in the line that an error names; the error itself does not
-- name the table.
-- @string text of the error
local function field_in_line(text, name)
    local path, number = match(text, "^(.-):(%d+): ")
    local line = path and source_line(path, tonumber(number))
    if not line then
        return nil
    end
    for global, field in gmatch(line, "([%a_][%w_]*)%s*%.%s*([%a_][%w_]*)") do
        local container = field == name and _G[global]
        local other = type(container) == "table" and alike_field(container, name)
        if other then
            return "did you mean " .. global .. "." .. other .. "?"
        end
    end
end

--- A hint about a field that is nil: what is spelt alike in the global tables. Only another case is sure.
local function about_field(name)
    local alike = {}
    for _, global in ipairs(global_names()) do
        local container = _G[global]
        local field = type(container) == "table" and container ~= _G and meant_field(container, name)
        if field then
            local full = global .. "." .. field
            if lower(field) == lower(name) then
                return "did you mean " .. full .. "?"
            end
            -- A module of ours that is loaded is in the list twice.
            if alike[#alike] ~= full then
                alike[#alike + 1] = full
            end
        end
    end
    return alike[1] and "did you mean " .. concat(alike, " or ") .. "?"
end

--- The methods of our objects, each with the words for its objects.
local objects = {}

--- Has the methods of an object be meant where a method is nil. Names with an underscore are our own.
-- @string owner such as "an MQTT client"
-- @tab methods functions by name
function hints.know_methods(owner, methods)
    local names = {}
    for name, method in next, methods do
        if type(method) == "function" and not find(name, "_", 1, true) then
            names[#names + 1] = name
        end
    end
    sort(names)
    objects[#objects + 1] = { owner = owner, names = names }
end

--- A hint about a method that is nil: the error does not say of which object.
local function about_method(name)
    local alike = {}
    for _, object in ipairs(objects) do
        local method = meant(name, object.names)
        if method then
            alike[#alike + 1] = method .. " of " .. object.owner
        end
    end
    return alike[1] and "did you mean the method " .. concat(alike, ", or ") .. "?" or about_field(name)
end

--- The error of LuatOS-Air's own `sys.wait` outside a task.
local WAIT_OUTSIDE = "sys%.lua:%d+: table index is nil$"

--- What of an error is nil: its kind, such as "global", and its name.
-- @string text as Lua 5.3 or 5.1 words it
local function missing(text)
    local kind, name = match(text, "attempt to %l+ a nil value %((%l+) '([%w_]+)'%)$")
    if kind then
        return kind, name
    end
    return match(text, "attempt to %l+ (%l+) '([%w_]+)' %(a nil value%)$")
end

--- Lua 5.1's error of a file that is required while it is being loaded, and before it is a module.
local LOOP = "loop or previous error loading module '([^']+)'$"

--- A hint about such a file.
local function about_loop(name)
    if modules.is_ours(name) then
        return "a file of the project is called like the module " .. name .. " of LuatOS; rename that file"
    end
    return name .. ".lua, or what it requires, requires " .. name .. " again before it calls module(...)"
end

--- Adds a hint to the text of an error, if there is one.
-- @string text
-- @return string
function hints.add(text)
    if find(text, WAIT_OUTSIDE) then
        return text .. ": sys.wait works in a task only (sys.taskInit)"
    elseif find(text, LOOP) then
        return text .. ": " .. about_loop(match(text, LOOP))
    elseif not find(text, "a nil value", 1, true) then
        return text
    end
    local kind, name = missing(text)
    local hint
    if kind == "global" then
        hint = about_global(name)
    elseif kind == "field" then
        hint = field_in_line(text, name) or about_field(name)
    elseif kind == "method" then
        hint = about_method(name)
    end
    return hint and text .. ": " .. hint or text
end

return hints
