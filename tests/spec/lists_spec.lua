--- Lists of modules and globals that have to agree: files in `lua/modules`, what the runtime gives a script,
-- `.luacheckrc`, docs/modules.md, and the specs; `types_spec.lua` looks at `lua/types`.
local runner = require "runner"
local read = require("text_file").read

--- Files of `lua/modules` that are no modules of LuatOS but parts of some.
local PARTS = { at = true }

--- Modules whose files lie elsewhere.
local ELSEWHERE = { websocket = "lua/websocket/init.lua" }

--- Modules without a spec file of their name, each with the one that tests it.
local TESTED_IN = {
    aLiYunOta = "aLiYun",
    clib = "uart",
    console = "console_module",
    led = "netLed",
    link = "net",
    log = "device",
    pm = "device",
    scanCode = "wifiScan",
    sim = "net",
    socket4G = "socket",
}

--- Names of the Lua files of a folder, as a set.
local function files_of(folder)
    local process = io.popen("ls " .. folder)
    local set = {}
    for file in process:lines() do
        set[file:match "^(.*)%.lua$" or error(folder .. "/" .. file .. ": only Lua files are expected there", 0)] = true
    end
    process:close()
    return set
end

--- Sorted names of `set` that are not in `other`.
local function missing_from(other, set)
    local list = {}
    for name in pairs(set) do
        if not other[name] then
            list[#list + 1] = name
        end
    end
    table.sort(list)
    return table.concat(list, ", ")
end

--- Fails unless two sets have the same names, and says which list has to be completed.
local function assert_same_names(first, first_name, second, second_name)
    local from_second, from_first = missing_from(second, first), missing_from(first, second)
    local problems = {}
    if from_second ~= "" then
        problems[1] = ("%s is in %s but not in %s"):format(from_second, first_name, second_name)
    end
    if from_first ~= "" then
        problems[#problems + 1] = ("%s is in %s but not in %s"):format(from_first, second_name, first_name)
    end
    assert(not problems[1], table.concat(problems, "; "))
end

--- The LuatOS modules that there are files for.
local function modules()
    local set = files_of "lua/modules"
    for name in pairs(PARTS) do
        assert(set[name], "lua/modules/" .. name .. ".lua does not exist: take it out of PARTS in lists_spec.lua")
        set[name] = nil
    end
    for name in pairs(ELSEWHERE) do
        set[name] = true
    end
    return set
end

--- Settings of luacheck for device scripts: sets of the `globals`, and of the `fields` of libraries, such as
-- "string.split"; and the `paths` that have settings of their own.
local function luacheck()
    local settings = { files = {} }
    assert(loadfile(".luacheckrc", "t", settings))()
    local lists = { globals = {}, fields = {}, paths = settings.files }
    for key, value in pairs(settings.files.examples.read_globals) do
        if type(key) == "number" then
            lists.globals[value] = true
        else
            for _, field in ipairs(value.fields) do
                lists.fields[key .. "." .. field] = true
            end
        end
    end
    return lists
end

--- The tables of docs/modules.md: sets of the `modules` and of the firmware's `core` tables.
local function page()
    local text = read "docs/modules.md"
    --- What the first column of a section's table names.
    local function names(heading)
        local set = {}
        local section = text:match("\n## " .. heading .. "\n(.-)\n## ") or error("docs/modules.md: no " .. heading)
        for cell in section:gmatch "\n(| `[^|]+)" do
            for name in cell:gmatch "`(%w+)`" do
                set[name] = true
            end
        end
        return set
    end
    return { modules = names "Modules", core = names "Core tables" }
end

--- What the runtime adds to a plain Lua, asked in a process of its own.
-- @param names set of modules to require
-- @return sets: `globals`; `tables`, those that are tables; `fields` of the standard libraries; `modules`, those
-- that `require` finds and makes globals; `calls` of the websocket module and its objects
local function runtime(names)
    local list = {}
    for name in pairs(names) do
        list[#list + 1] = ("%q"):format(name)
    end
    local output, status = runner.lua(([[
        local LIBRARIES = { "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8" }
        local function look()
            local found = {}
            for name, value in pairs(_G) do found["globals " .. name] = value end
            for _, library in ipairs(LIBRARIES) do
                for name, value in pairs(_G[library]) do found["fields " .. library .. "." .. name] = value end
            end
            return found
        end
        local before = look()
        require "luatos"
        for _, name in ipairs { %s } do
            local ok, module = pcall(require, name)
            if ok and _G[name] == module then print("modules " .. name) end
        end
        for name, value in pairs(look()) do
            if before[name] == nil then
                print(name)
                if type(value) == "table" then print((name:gsub("^globals", "tables"))) end
            end
        end
        for name in pairs(websocket) do print("calls websocket." .. name) end
        for name in pairs(debug.getmetatable(websocket.new "ws://127.0.0.1/").__index) do print("calls ws:" .. name) end
    ]]):format(table.concat(list, ", ")), "")
    assert.equal(0, status, output)
    local sets = { globals = {}, tables = {}, fields = {}, modules = {}, calls = {} }
    for kind, name in output:gmatch "(%a+) ([^\n]+)\n" do
        sets[kind][name] = true
    end
    return sets
end

local given

setup(function()
    local names = modules()
    for _, set in ipairs { page().modules, luacheck().globals } do
        for name in pairs(set) do
            names[name] = true
        end
    end
    for name in pairs(page().core) do
        names[name] = nil
    end
    given = runtime(names)
end)

describe("every LuatOS module", function()
    it("is found by require, and is a global then", function()
        assert_same_names(modules(), "lua/modules", given.modules, "MODULES of lua/runtime/activate.lua")
    end)

    it("is in docs/modules.md", function()
        assert_same_names(modules(), "lua/modules", page().modules, "docs/modules.md")
    end)

    it("has a spec", function()
        for name in pairs(modules()) do
            local path = ("tests/spec/%s_spec.lua"):format(TESTED_IN[name] or name)
            local file = io.open(path)
            assert(file, path .. " does not exist; write it, or name in TESTED_IN which spec tests " .. name)
            file:close()
        end
        assert.equal("", missing_from(modules(), TESTED_IN), "in TESTED_IN of lists_spec.lua, but no module")
    end)
end)

it("the firmware's core tables are those in docs/modules.md", function()
    local tables = given.tables
    for name in pairs(modules()) do
        tables[name] = nil
    end
    assert_same_names(tables, "the globals", page().core, "the core tables of docs/modules.md")
end)

describe(".luacheckrc", function()
    it("has the runtime's globals", function()
        assert_same_names(given.globals, "the globals of a script", luacheck().globals, "read_globals of .luacheckrc")
    end)

    it("has what the runtime adds to libraries", function()
        assert_same_names(given.fields, "the libraries of a script", luacheck().fields, "read_globals of .luacheckrc")
    end)

    it("names files that exist", function()
        for path in pairs(luacheck().paths) do
            local file = io.open(path)
            assert(file, ".luacheckrc has settings for " .. path .. ", which does not exist")
            file:close()
        end
    end)
end)

it("docs/websocket.md has the calls of the websocket module", function()
    local calls, text = {}, read "docs/websocket.md"
    for name in pairs(given.calls) do
        calls[name] = text:find("`" .. name .. "(", 1, true) and true
    end
    for name in text:gmatch "`(ws:%w+)%(" do
        calls[name] = true
    end
    assert_same_names(given.calls, "the websocket module", calls, "docs/websocket.md")
end)

--- Names in a text, as a set.
local function names_in(text, pattern)
    local set = {}
    for name in text:gmatch(pattern) do
        set[name] = true
    end
    return set
end

--- The first columns of a page's tables.
local function first_columns(path)
    local cells = {}
    for cell in read(path):gmatch "\n| ([^|]+)" do
        cells[#cells + 1] = cell
    end
    return table.concat(cells, "\n")
end

--- The names that an error message of the runner lists, which expects one of them.
local function expected_by(arguments)
    local output = runner.output("target/release/luatos " .. arguments)
    return names_in(output:match "one of (.-) expected" or error(output), "[%w_]+")
end

describe("docs/options.md", function()
    it("has the commands of --help", function()
        local help = runner.output("target/release/luatos --help"):match "\nCommands:\n(.-)\n\n"
        local listed = names_in(first_columns "docs/options.md", "`luatos (%l+)")
        assert_same_names(names_in(help, "%f[^\n%z]  (%l+) "), "luatos --help", listed, "docs/options.md")
    end)

    it("has the options of --help", function()
        local help = names_in(runner.output "target/release/luatos --help", "\n%s+%-?%w?,? ?%-%-([%w-]+)")
        local listed = names_in(first_columns "docs/options.md", "%-%-(%l[%w-]*)")
        assert_same_names(help, "luatos --help", listed, "docs/options.md")
    end)

    it("has the environment variables of --help", function()
        local help = names_in(runner.output "target/release/luatos --help", "\n%s+(LUATOS_[%w_]+)")
        local listed = names_in(first_columns "docs/options.md", "LUATOS_[%w_]+")
        assert_same_names(help, "luatos --help", listed, "docs/options.md")
    end)

    it("has the topics of --trace", function()
        local row = read("docs/options.md"):match "\n| `%-%-trace`[^\n]+"
        local listed = names_in(row:match "topics (.-)%. ", "`(%w+)`")
        assert_same_names(expected_by "--trace=none .", "luatos --trace", listed, "docs/options.md")
    end)
end)

it("docs/device.md has the properties of --modem", function()
    local section = read("docs/device.md"):match "\n| property.-\n\n"
    local listed = {}
    for cell in section:gmatch "\n| (`[^|]+)" do
        for name in cell:gmatch "`([%w_]+)`" do
            listed[name] = true
        end
    end
    assert_same_names(expected_by "--modem none=1 .", "luatos --modem", listed, "docs/device.md")
end)

it("docs/door.md has the calls of the table device", function()
    local calls = runner.lua([[for name in pairs(require("luatos").device) do print("device." .. name) end]], "")
    local listed = names_in(read "docs/door.md", "`(device%.[%l_%d]+)")
    assert_same_names(names_in(calls, "device%.[%l_%d]+"), "the table device", listed, "docs/door.md")
end)
