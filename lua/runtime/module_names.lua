--- The names of modules: ours, and those of LuatOS-Air's library that this program does not have.
local host = (...) "native.host"

local concat, find, sort, next = table.concat, string.find, table.sort, next

local module_names = {}

local ours = {}

--- Sets the names of our modules.
-- @tab names as keys
function module_names.set_ours(names)
    ours = names
end

--- @return list of the names of our modules, in order
function module_names.ours()
    local list = {}
    for name in next, ours do
        list[#list + 1] = name
    end
    sort(list)
    return list
end

--- What each of our modules requires itself.
-- @treturn table lists of names, by name
function module_names.requirements()
    return ours
end

--- Whether we have a module of this name.
function module_names.is_ours(name)
    return ours[name] ~= nil
end

--- Whether only LuatOS-Air's own library has a module of this name.
function module_names.is_library(name)
    return host.is_of_the_library(name)
end

--- What is said of such a module.
function module_names.about_library(name)
    return name .. " is part of LuatOS-Air's own library, which this program does not have: " .. host.how_to_give_it
        .. "; in another program, LUATOS_LIB=DIR does"
end

--- Why a module cannot be found, in one line.
-- @string name as for `require`
-- @string folder of the main script
function module_names.not_found(name, folder)
    local text = { "module '", name, "' not found: " }
    if module_names.is_library(name) then
        text[#text + 1] = module_names.about_library(name)
    else
        text[#text + 1] = "no " .. name .. ".lua in the project (" .. folder .. "), in the folders of --lib, among the "
            .. "modules of this program and on package.path and package.cpath"
        local other = not find(name, "[./]") and host.meant(name, module_names.ours())
        if other then
            text[#text + 1] = "; did you mean '" .. other .. "'?"
        end
    end
    return concat(text)
end

return module_names
