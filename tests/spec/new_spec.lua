--- `luatos new`: the project that it writes runs, passes its checks and its own test.
require "luatos"
local json = require "json"
local project = require "project"
local text_file = require "text_file"

local RUNNER = io.popen("pwd"):read "l" .. "/target/release/luatos"

--- A folder with the project `blinker`.
local here

setup(function() here = project.new { ["taken/file"] = "mine", file = "mine" } end)
teardown(function() here.remove() end)

--- Runs a command in a folder below.
-- @return what it printed on both streams, and its exit status
local function run(command, folder)
    local process = io.popen(("cd '%s' && timeout -s KILL 60 %s 2>&1"):format(here.path(folder or "."), command))
    local output = process:read "a"
    local _, _, status = process:close()
    return output, status
end

local function luatos(arguments, folder)
    return run("env LUATOS_MODEM=register_after=0 " .. RUNNER .. " " .. arguments, folder)
end

local function read(path)
    return text_file.read(here.path(path))
end

local function write(path, text)
    local file = assert(io.open(here.path(path), "w"))
    file:write(text)
    file:close()
end

describe("the project", function()
    setup(function()
        local output, status = luatos "new blinker"
        assert.equal(0, status, output)
        assert.truthy(output:find("cd blinker", 1, true), output)
        assert.truthy(output:find("luatos test", 1, true), output)
    end)

    it("runs, and says its name", function()
        local output, status = luatos "--instant --timeout 3 --strict blinker"
        assert.equal(0, status, output)
        assert.truthy(output:find("BLINKER 1.0.0", 1, true), output)
        assert.truthy(output:find("%[lamp%]%s+blinked%s+2"), output)
        assert.truthy(output:find("%[main%]%s+online%s+%d+"), output)
    end)

    it("has nothing that luatos check or luacheck finds", function()
        local report, status = luatos "check blinker"
        assert.equal(0, status, report)
        assert.truthy(report:find("0 absent); ", 1, true) and report:find("; 0 errors", 1, true), report)
        local warnings, is_clean = run("luacheck --no-color .", "blinker")
        assert.equal(0, is_clean, warnings)
    end)

    it("passes its test, which fails when the project is broken", function()
        local output, status = luatos("test", "blinker")
        assert.equal(0, status, output)
        assert.truthy(output:find("2 successes / 0 failures / 0 errors", 1, true), output)

        for file, change in pairs { ["lamp.lua"] = { "set%(0%)", "set(1)" }, ["main.lua"] = { '"online"', '"on"' } } do
            local path, text = "blinker/" .. file, read("blinker/" .. file)
            write(path, (text:gsub(change[1], change[2])))
            output, status = luatos("test", "blinker")
            write(path, text)
            assert.equal(1, status, file .. " is broken: " .. output)
        end
    end)

    it("has settings that are JSON, and names no placeholder", function()
        local files = run("find . -name '*.json'", "blinker")
        assert.equal(4, select(2, files:gsub("\n", "")), files)
        for file in files:gmatch "[^\n]+" do
            assert.equal("table", type(json.decode(read("blinker/" .. file))), file)
        end
        for name in run("find . -type f", "blinker"):gmatch "[^\n]+" do
            assert.is_nil(read("blinker/" .. name):find "{%u+}", name)
        end
    end)

    it("tells luacheck the globals that the examples have", function()
        local function settings(path)
            local found = setmetatable({ files = {} }, { __index = _G })
            assert(loadfile(path, "t", found))()
            return found
        end
        local theirs = settings(here.path "blinker/.luacheckrc").read_globals
        assert.equal("lamp", table.remove(theirs))
        assert.same(settings(".luacheckrc").files.examples.read_globals, theirs)
    end)
end)

describe("luatos new", function()
    it("takes an empty folder, and a path", function()
        assert(os.execute("mkdir " .. here.path "empty"))
        assert.equal(0, select(2, luatos "new empty"))
        local output, status = luatos "new a/b-c"
        assert.equal(0, status, output)
        assert.truthy(read("a/b-c/main.lua"):find('PROJECT = "B_C"', 1, true))
    end)

    it("writes over nothing", function()
        local output, status = luatos "new taken"
        assert.equal(1, status)
        assert.truthy(output:find("the folder taken is not empty", 1, true), output)
        output, status = luatos "new file"
        assert.equal(1, status)
        assert.truthy(output:find("file is a file", 1, true), output)
        assert.equal("file\n", run("ls -A", "taken"))
        assert.equal("mine", read "taken/file" and read "file")
    end)

    it("says what a name may be", function()
        for _, name in ipairs { "9lives", "'a b'", "a.lua", ".", "/", "灯", ("n"):rep(65) } do
            local output, status = luatos("new " .. name)
            assert.equal(2, status, name)
            assert.truthy(output:find("a name of letters, digits, _ and - expected", 1, true), output)
        end
        local output, status = luatos "new"
        assert.equal(2, status)
        assert.truthy(output:find("luatos new blinker", 1, true), output)
    end)
end)
