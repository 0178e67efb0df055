--- The documentation comments of what scripts call: that each function of each module has one, in the form that
-- CONTRIBUTING.md gives, from which stubs for editors can be made.
local runner = require "runner"

--- Functions that are others in a wrapping, by module or with their names, and where it is written what they do.
local SAME = {
    socket = "socket4G",
    patch = "the standard libraries",
    ["uart.write"] = "src/lua/uart.rs",
    ["io.mount"] = "src/lua/io",
}

--- Tags of parameters that name their type, and the one whose type follows its name.
local TYPED = { string = true, number = true, bool = true, tab = true, ["function"] = true, thread = true }
local UNTYPED = "param"

--- Types that may stand after `@return` and `@param NAME`. Others are names of objects, such as `socket.Client`.
local TYPES = {
    any = true, boolean = true, ["false"] = true, ["function"] = true, integer = true, ["nil"] = true, number = true,
    string = true, table = true, thread = true, ["true"] = true,
}

--- Lines of a file of the repository, read once.
local files = {}

local function lines_of(path)
    if files[path] == nil then
        local file = io.open(path)
        local lines = file and {} or false
        for line in file and file:lines() or function() end do
            lines[#lines + 1] = line
        end
        if file then
            file:close()
        end
        files[path] = lines
    end
    return files[path]
end

--- The comment right above a line, as a list of its lines; nil for none.
local function comment_above(lines, number)
    local comment = {}
    for index = number - 1, 1, -1 do
        local text = lines[index]:match "^%s*%-%-(.*)$"
        if not text then
            break
        end
        table.insert(comment, 1, text)
    end
    return comment[1] and comment[1]:sub(1, 1) == "-" and comment or nil
end

--- The comment of a function: where the module names it, or else where it is defined.
local function comment_of(entry)
    local lines = lines_of("lua/modules/" .. entry.module .. ".lua") or {}
    for number, line in ipairs(lines) do
        local name = line:match "^%w+%.([%w_]+) = " or line:match "^    ([%w_]+) = "
        local comment = name == entry.name and comment_above(lines, number)
        if comment then
            return comment
        end
    end
    return lines_of(entry.path) and comment_above(files[entry.path], entry.line)
end

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

--- Whether a text begins with types, joined by `|`, and a colon or the end after them.
local function has_types(text)
    local types = text:match "^([%w_.|\"%[%]]+):%s" or text:match "^([%w_.|\"%[%]]+)$"
    for word in (types or "?"):gmatch "[^|]+" do
        if not (TYPES[word:gsub("%[%]$", "")] or word == "..." or word:find "^%l%w*%.%u%a+$" or word:find '^"') then
            return false
        end
    end
    return true
end

--- What is wrong with a comment, as a list.
local function problems_of(entry)
    local comment = comment_of(entry)
    if not comment then
        return { "has no comment" }
    end
    local problems, named = {}, {}
    if not comment[1]:find '^%- [%u@`"]' then
        problems[1] = "does not begin with what it does"
    end
    for _, line in ipairs(comment) do
        local tag, rest = line:match "^%-?%s*@(%a+)%S*%s*(.*)$"
        if tag == "return" then
            if not has_types(rest) then
                problems[#problems + 1] = "@return " .. rest .. ": TYPE: meaning expected"
            end
        elseif tag and (TYPED[tag] or tag == UNTYPED) then
            local name, meaning = rest:match "^([%w_.]+)%s*(.*)$"
            named[name or ""] = true
            if tag == UNTYPED and not has_types(meaning) then
                problems[#problems + 1] = "@param " .. rest .. ": NAME TYPE: meaning expected"
            end
        elseif tag and tag ~= "usage" then
            problems[#problems + 1] = "@" .. tag .. " is no tag of ours"
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
