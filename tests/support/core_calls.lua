--- Calls the functions of the core tables with too few arguments, with one of a wrong type, and with no optional one,
-- as `lua/types` declares them. Prints a line for each that does not do what its declaration says. Runs on its own:
-- what succeeds does something.
require "luatos"
package.path = "scripts/?.lua;" .. package.path
local names = require "types.names"
local stubs = require "types.stubs"

local unpack = table.unpack

--- A value of each type.
local VALUES = { number = 1, string = "x", table = {}, boolean = true, any = 1 }

--- Where functions of the core are defined: in Rust, or in a wrapping, which this program does not load.
local CORE = { ["-"] = true, ["lua/modules/patch.lua"] = true }

--- The parameters that have to be given, as a list of their types.
local function required(parameters)
    local types, count = {}, 0
    for index, parameter in ipairs(parameters) do
        types[index] = parameter.type:find '^"' and "string" or parameter.type:match "^[%w_]+"
        if not parameter.is_optional and parameter.name ~= "..." and types[index] ~= "any" then
            count = index
        end
    end
    return types, count
end

local function find(name)
    local value = _G
    for part in name:gmatch "[^.]+" do
        value = value and value[part]
    end
    return value
end

local function try(name, fn, parameters)
    local types, count = required(parameters)
    local arguments = {}
    for index = 1, count do
        arguments[index] = VALUES[types[index]] or "x"
    end
    if count > 0 then
        if pcall(fn, unpack(arguments, 1, count - 1)) then
            print(name .. " needs no " .. parameters[count].name)
        end
        local given = arguments[count]
        arguments[count] = types[count] == "table" and 1 or print
        if pcall(fn, unpack(arguments, 1, count)) then
            print(name .. " takes anything as " .. parameters[count].name)
        end
        arguments[count] = given
    end
    local ok, problem = pcall(fn, unpack(arguments, 1, count))
    if not ok and (tostring(problem):find "got nil" or tostring(problem):find "no value") then
        print(name .. " needs more than is declared: " .. problem)
    end
end

for path in pairs(stubs.all()) do
    for name, parameters in pairs(stubs.parameters("lua/types/" .. path)) do
        local entry, fn = names.all()[name], find(name)
        if entry and CORE[entry.path] and type(fn) == "function" then
            try(name, fn, parameters)
        end
    end
end
os.exit(0, false)
