--- The declarations for editors as texts, a file for each module and table.
local catalogue = require "types.catalogue"
local ldoc = require "types.ldoc"
local names = require "types.names"

local stubs = {}

local HEADER = "---@meta\n-- Written by luatos for editors; do not edit.\n"

--- Tables whose declarations are in a file together: editors know the libraries themselves.
local LIBRARIES = { string = true, table = true, io = true, os = true, coroutine = true, math = true }

--- Files that declare no table of their name.
local WITHOUT_TABLE = { globals = true, libraries = true }

--- Modules whose functions are those of another one in a wrapping.
local SAME = { socket = "socket4G" }

--- The names of classes in a file of declarations, by what stands for them there: `Client` for `socket.Client`.
local function aliases_of(path)
    local aliases, class = {}, nil
    for _, line in ipairs(ldoc.lines(path) or {}) do
        local name = line:match "^local (%w+) = {}"
        if name and class then
            aliases[name] = class
        end
        class = line:match "^%-%-%-@class ([%w_.]+)" or line:find "^%-%-%-" and class
    end
    return aliases
end

--- What a declared function is called elsewhere: `Client:send` is `socket.Client.send`.
local function full_name(name, aliases)
    local first, rest = name:match "^(%w+)[.:](.*)$"
    return aliases[first] and aliases[first] .. "." .. rest or name
end

--- Adds the line in Chinese to what is declared, after its summary in English.
-- @tab lines those that have been written
-- @number first where the comment of the declaration begins
-- @string key its name
local function add_chinese(lines, first, key)
    local place = first
    while lines[place] and not lines[place]:find "^%-%-%-@" do
        place = place + 1
    end
    local chinese = catalogue.of(key)
    if chinese ~= "" then
        table.insert(lines, place, "---" .. chinese)
        if place > first then
            table.insert(lines, place, "---")
        end
    end
end

--- Lines that declare something, by its kind.
local PATTERNS = {
    ["function"] = "^function ([%w_.:]+)%(", class = "^%-%-%-@class ([%w_.]+)", constant = "^([%w_.]+) = [^{]",
}

--- A file of declarations with the lines in Chinese.
-- @return list of lines, and the kind of what is declared by its name
local function declarations(path, aliases)
    local lines, declared, first = {}, {}, nil
    for _, line in ipairs(ldoc.lines(path) or {}) do
        local is_comment = line:find "^%-%-%-"
        first = first or #lines + 1
        for kind, pattern in pairs(PATTERNS) do
            local name = line:match(pattern)
            local key = name and full_name(name, aliases)
            if key then
                declared[key] = declared[key] or kind
            end
            if key and kind ~= "constant" then
                add_chinese(lines, first, key)
            end
        end
        lines[#lines + 1] = line
        if not is_comment then
            first = nil
        end
    end
    return lines, declared
end

local function append(lines, more)
    for _, line in ipairs(more) do
        lines[#lines + 1] = line
    end
end

--- The comments of the numbers of `rtos`, by name.
local function comments_of_numbers()
    local comments, comment = {}, nil
    for _, line in ipairs(ldoc.lines "src/lua/rtos/numbers.rs") do
        local name = line:match "^%s*([%u%d_]+) = "
        if name then
            comments["rtos." .. name] = comment
        end
        comment = line:match "^%s*/// (.*)$"
    end
    return comments
end

local function constant_lines(entry, comments)
    local value = entry.value
    if entry.type == "string" then
        value = ("%q"):format(value)
    elseif entry.type == "userdata" then
        value = "nil"
    end
    local lines = {}
    if comments[entry.name] then
        lines[1] = "---" .. comments[entry.name]
    end
    lines[#lines + 1] = entry.name .. " = " .. value
    return lines
end

local function head(table_name)
    local lines = {}
    local about = ldoc.lines("lua/modules/" .. table_name .. ".lua") and "lua/modules/" .. table_name .. ".lua"
    if about then
        append(lines, { "---" .. ldoc.about(about), "---" })
    end
    append(lines, { "---" .. catalogue.of(table_name), "---@class " .. table_name })
    lines[#lines + 1] = table_name .. " = {}"
    return lines
end

local function function_lines(entry, file, aliases)
    local container, name = entry.name:match "^(.*)%.([^.]+)$"
    local written = entry.name
    for alias, class in pairs(aliases) do
        if class == container then
            written = alias .. ":" .. name
        end
    end
    local module = SAME[container] or container
    local defined = names.all()[module .. "." .. name] or entry
    local comment = ldoc.comment(module, name, defined.path, defined.line)
    if not comment then
        error(("%s: neither a comment (%s:%s) nor a declaration in scripts/types/declared/%s.lua"):format(entry.name,
            entry.path, entry.line, file), 0)
    end
    return ldoc.declaration(written, ldoc.read(comment), catalogue.of(entry.name))
end

--- The text of a file.
local function file_text(file, entries, comments)
    local table_name = file:gsub("/", ".")
    local path = "scripts/types/declared/" .. file .. ".lua"
    local aliases = aliases_of(path)
    local declared_lines, declared = declarations(path, aliases)
    local body, constants, functions = {}, {}, {}
    if not declared[table_name] and not WITHOUT_TABLE[file] then
        append(body, head(table_name))
        body[#body + 1] = ""
    end
    for _, entry in ipairs(entries) do
        if entry.kind == "constant" and not declared[entry.name] then
            append(constants, constant_lines(entry, comments))
        elseif entry.kind == "function" and not declared[entry.name] then
            functions[#functions + 1] = ""
            append(functions, function_lines(entry, file, aliases))
        end
    end
    local ends_with_return = (declared_lines[#declared_lines] or ""):find "^return "
    append(body, declared_lines)
    if constants[1] then
        body[#body + 1] = ""
        append(body, constants)
    end
    append(body, functions)
    if not WITHOUT_TABLE[file] and not ends_with_return then
        append(body, { "", "return " .. table_name })
    end
    return HEADER .. "\n" .. table.concat(body, "\n"):gsub("\n\n\n+", "\n\n") .. "\n"
end

--- The file that declares a name, below `lua/types`.
local function file_of(name)
    local first = name:match "^protobuf%.c" or name:match "^([^.]+)%."
    if not first then
        return "globals"
    end
    return LIBRARIES[first] and "libraries" or (first:gsub("%.", "/"))
end

local all

--- The text of every file, by its path below `lua/types`.
-- @return table
function stubs.all()
    if all then
        return all
    end
    local files = { ["luatos/test"] = {}, luatos = {}, globals = {} }
    for _, entry in ipairs(names.list()) do
        if not names.is_exception(entry.name) and entry.kind ~= "table" then
            local file = file_of(entry.name)
            files[file] = files[file] or {}
            table.insert(files[file], entry)
        elseif entry.kind == "table" and not entry.name:find(".", 1, true) and not LIBRARIES[entry.name] then
            files[entry.name] = files[entry.name] or {}
        end
    end
    local texts, comments = {}, comments_of_numbers()
    for file, entries in pairs(files) do
        texts[file .. ".lua"] = file_text(file, entries, comments)
    end
    all = texts
    return texts
end

--- What a file declares.
-- @string path
-- @return table: the kind of each, by name: "function", "class" or "constant"
function stubs.declared(path)
    local _, declared = declarations(path, aliases_of(path))
    return declared
end

--- The parameters of the functions that a file declares.
-- @string path
-- @return table: of each function, by its name, a list of `name`, `type` and `is_optional`
function stubs.parameters(path)
    local functions, parameters, aliases = {}, {}, aliases_of(path)
    for _, line in ipairs(ldoc.lines(path)) do
        local name, mark, kind = line:match "^%-%-%-@param ([%w_.]+)(%??) (.*)$"
        local called = line:match(PATTERNS["function"])
        if name then
            parameters[#parameters + 1] = { name = name, type = kind, is_optional = mark ~= "" }
        elseif called then
            functions[full_name(called, aliases)] = parameters
        end
        if not line:find "^%-%-%-" then
            parameters = {}
        end
    end
    return functions
end

return stubs
