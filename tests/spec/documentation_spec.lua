--- The documentation comments of what scripts call: that each function of each module has one, in the form that
-- CONTRIBUTING.md gives, from which stubs for editors can be made.
package.path = "scripts/?.lua;" .. package.path
local ldoc = require "types.ldoc"
local runner = require "runner"

--- Functions that are others in a wrapping, by module or with their names, and where it is written what they do.
local SAME = {
    socket = "socket4G",
    patch = "the standard libraries",
    ["uart.write"] = "src/lua/uart.rs",
    ["io.mount"] = "src/lua/io",
}

--- Asks a process of its own for the functions of every module, those that modules add to libraries and core tables,
-- and those of their objects.
-- @return list of tables: `module`, `name`, `parameters`, and `path` and `line` where it is defined
local function functions()
    local output, status = runner.lua([[
        require "luatos"
        local LIBRARIES = { "string", "table", "io", "os", "coroutine", "json", "uart", "pmd" }
        local function note(module, name, fn)
            local info = debug.getinfo(fn, "Su")
            local path = info.source:match "^[@=]luatos/(.*)$"
            if not path then return end
            local parameters = {}
            for index = 1, info.nparams do parameters[index] = debug.getlocal(fn, index) end
            if info.isvararg then parameters[#parameters + 1] = "..." end
            print("FUNCTION", module, name, "lua/" .. path, info.linedefined, table.concat(parameters, " "))
        end
        local function note_all(module, list)
            for name, value in pairs(list) do
                if type(value) == "function" and type(name) == "string" and name:sub(1, 2) ~= "__" then
                    note(module, name, value)
                end
            end
        end
        local process = io.popen "ls lua/modules"
        for file in process:lines() do
            local name = file:match "^(.*)%.lua$"
            if pcall(require, name) and type(_G[name]) == "table" then note_all(name, _G[name]) end
        end
        process:close()
        for _, library in ipairs(LIBRARIES) do
            for name, value in pairs(_G[library]) do
                -- Others are Lua's own, or the core's.
                if type(value) == "function" and debug.getinfo(value, "S").source:find "luatos/modules/" then
                    note(library, name, value)
                end
            end
        end
        require("sys").taskInit(function()
            for name, object in pairs { ["socket.Client"] = socket.tcp(), ["mqtt.Client"] = mqtt.client "x" } do
                note_all(name, debug.getmetatable(object).__index)
            end
        end)
    ]], "")
    assert.equal(0, status, output)
    local list = {}
    local pattern = "FUNCTION%s(%S+)%s(%S+)%s(%S+)%s(%d+)%s([^\n]*)"
    for module, name, path, line, parameters in output:gmatch(pattern) do
        list[#list + 1] = { module = module, name = name, path = path, line = tonumber(line), parameters = parameters }
    end
    return list
end

--- What is wrong with a comment, as a list.
local function problems_of(entry)
    local comment = ldoc.comment(entry.module, entry.name, entry.path, entry.line)
    if not comment then
        return { "has no comment" }
    end
    local problems, named = {}, {}
    if not comment[1]:find '^%- [%u@`"]' then
        problems[1] = "does not begin with what it does"
    end
    local read = ldoc.read(comment)
    for _, tag in ipairs(read.unknown) do
        problems[#problems + 1] = "@" .. tag .. " is no tag of ours"
    end
    for _, result in ipairs(read.results) do
        if not ldoc.is_type(result.type) then
            problems[#problems + 1] = "@return " .. result.type .. ": TYPE: meaning expected"
        end
    end
    for _, parameter in ipairs(read.parameters) do
        named[parameter.name] = true
        if not ldoc.is_type(parameter.type) then
            problems[#problems + 1] = ("@param %s %s: NAME TYPE: meaning expected"):format(parameter.name,
                parameter.type)
        end
    end
    for parameter in entry.parameters:gmatch "%S+" do
        if not named[parameter] and parameter ~= "self" then
            problems[#problems + 1] = "does not tell of " .. parameter
        end
    end
    return problems
end

it("every function that scripts call has a documentation comment in the form of CONTRIBUTING.md", function()
    local list, problems = functions(), {}
    assert.is_true(#list > 250, #list)
    for _, entry in ipairs(list) do
        local is_other = SAME[entry.module .. "." .. entry.name] or SAME[entry.module]
        for _, problem in ipairs(is_other and {} or problems_of(entry)) do
            problems[#problems + 1] = ("%s:%d: %s.%s %s"):format(entry.path, entry.line, entry.module, entry.name,
                problem)
        end
    end
    table.sort(problems)
    assert.equal("", table.concat(problems, "\n"))
end)
