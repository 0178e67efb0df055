--- The declarations for editors in `lua/types`: that they are those that scripts/types makes, that each name that a
-- script has is there and no other, with a summary in Chinese, and that a type checker finds nothing in the examples.
require "luatos"
package.path = "scripts/?.lua;" .. package.path
local catalogue = require "types.catalogue"
local names = require "types.names"
local stubs = require "types.stubs"

local FOLDER = "lua/types/"

--- Objects that functions of core tables make, by their class.
local OBJECTS = {
    ["iconv.Converter"] = function() return iconv.open("utf8", "ucs2") end,
    ["crypto.FlowMd5"] = function() return crypto.flow_md5() end,
    ["crypto.FlowSm3"] = function() return crypto.sm3start() end,
}

local function read(path)
    local file = io.open(path)
    local text = file and file:read "*a"
    if file then
        file:close()
    end
    return text
end

--- What all files declare: the kind of each, by name.
local function declared()
    local all = {}
    for path in pairs(stubs.all()) do
        for name, kind in pairs(stubs.declared(FOLDER .. path)) do
            all[name] = kind
        end
    end
    return all
end

local function sorted(set)
    local list = {}
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list)
    return table.concat(list, ", ")
end

it("scripts/types/generate has been run", function()
    for path, text in pairs(stubs.all()) do
        assert.equal(text, read(FOLDER .. path), FOLDER .. path .. " is not what `make types` writes")
    end
    local process = io.popen("cd " .. FOLDER .. " && find . -name '*.lua'")
    for path in process:lines() do
        assert.is_string(stubs.all()[path:sub(3)], FOLDER .. path .. ": nothing of that name any more")
    end
    process:close()
end)

it("each name that a script has is declared", function()
    local missing, all = {}, declared()
    for _, entry in ipairs(names.list()) do
        if not names.is_exception(entry.name) and not all[entry.name] and not entry.name:find "^%l+$" then
            missing[entry.name] = true
        end
    end
    assert.equal("", sorted(missing))
end)

--- Whether an object or the module of tests has a method.
local function is_bound(name)
    local class, method = name:match "^(.*)%.(%w+)$"
    if OBJECTS[class] then
        return OBJECTS[class]()[method] ~= nil
    end
    -- What `require "luatos.test"` and its servers have is in testing_spec.lua and peers_spec.lua.
    return name:find "^luatos%." ~= nil
end

--- Globals that main.lua sets, if it likes.
local SET_BY_SCRIPTS = {
    PROJECT = true, VERSION = true, PRODUCT_KEY = true, LOG_LEVEL = true, COROUTINE_ERROR_RESTART = true,
}

--- Functions that every Lua of the firmware's version has, and editors do not know.
local OF_LUA = { ["string.gfind"] = true, ["math.mod"] = true }

it("each name that is declared is one that a script has", function()
    local unknown, bound = {}, names.all()
    for name, kind in pairs(declared()) do
        if kind ~= "class" and not (bound[name] or is_bound(name) or SET_BY_SCRIPTS[name] or OF_LUA[name]) then
            unknown[name] = true
        end
    end
    assert.equal("", sorted(unknown))
end)

it("each exception is one", function()
    for pattern, reason in pairs(names.EXCEPTIONS) do
        local found = false
        for _, entry in ipairs(names.list()) do
            found = found or entry.name:find(pattern) ~= nil
        end
        assert.is_true(found, pattern .. " (" .. reason .. "): no such name")
    end
end)

it("each function and each module has a summary in Chinese, and there is no other", function()
    local lines, missing = catalogue.all(), {}
    local unused = {}
    for name in pairs(lines) do
        unused[name] = true
    end
    for name, kind in pairs(declared()) do
        unused[name] = nil
        local is_module = kind == "class" and names.all()[name] and not name:find "%.%u"
        if not lines[name] and (kind == "function" or is_module) then
            missing[name] = true
        end
    end
    assert.equal("", sorted(missing))
    assert.equal("", sorted(unused))
end)

it("constants have the values that scripts see", function()
    local compared = 0
    for path in pairs(stubs.all()) do
        for line in read(FOLDER .. path):gmatch "[^\n]+" do
            local name, value = line:match "^([%w_.]+) = ([^{].*)$"
            local entry = name and names.all()[name]
            if entry and entry.kind == "constant" and entry.type ~= "userdata" then
                compared = compared + 1
                value = entry.type == "string" and value:sub(2, -2) or value
                assert.equal(entry.value, value, FOLDER .. path .. ": " .. name)
            end
        end
    end
    assert.is_true(compared > 200, compared)
end)
