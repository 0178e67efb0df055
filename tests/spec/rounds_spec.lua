--- What each module is for, in every way to run it: again and again in the runner, where nothing may be left behind;
-- under a `sys` of the project's own; and in the system's Lua. Some rounds each; SOAK=long (`make soak`) makes 1,000.
require "luatos"
local foreign_sys = require "foreign_sys"
local module_rounds = require "module_rounds"
local project = require "project"

-- `heap` and `resident`: KiB by which Lua's memory and the process may have grown. A table that is left in each round
-- is 56 bytes, a connection some KiB; Lua's table of strings may double once, by 32 KiB.
local SHORT = { first = 4, rounds = 8, heap = 0.4, resident = 1000, limit = 60 }
local LONG = { first = 100, rounds = 1000, heap = 40, resident = 1000, limit = 1200 }

local soak = os.getenv "SOAK"
assert(soak == nil or soak == "" or soak == "long", "SOAK: long or nothing expected")
local size = soak == "long" and LONG or SHORT

local ports = require "round_peers"()

--- The way from the working directory to the computer's root, which the device's absolute paths do not reach.
local root

setup(function()
    local process = io.popen "pwd"
    root = process:read():gsub("/[^/]+", "../")
    process:close()
end)

--- Measures before and after: KiB of Lua's heap, KiB of memory that is resident, number of open files.
local MEASURE = [[
    local function state()
        collectgarbage()
        collectgarbage()
        local file = io.open "ROOTproc/self/status"
        local resident = tonumber(file:read("*a"):match "VmRSS:%%s*(%%d+)")
        file:close()
        local files = 0
        for number = 0, 255 do
            file = io.open("ROOTproc/self/fdinfo/" .. number)
            if file then
                file:close()
                files = files + 1
            end
        end
        print("state", collectgarbage "count", resident, files)
    end
    for n = 1, %d do round(n) end
    state()
    for n = 1, %d do round(n) end
    state()
]]

--- Asserts that little has grown between the two states that a script has printed.
local function assert_flat(output)
    local states = {}
    for heap, resident, files in output:gmatch "state%s(%S+)%s(%S+)%s(%S+)" do
        states[#states + 1] = { heap = tonumber(heap), resident = tonumber(resident), files = tonumber(files) }
    end
    assert.equal(2, #states, output)
    local before, after = table.unpack(states)
    local heap, resident = after.heap - before.heap, after.resident - before.resident
    assert(heap < size.heap, ("Lua has %g KiB more after %d rounds"):format(heap, size.rounds))
    assert(resident < size.resident, ("the process has %d KiB more after %d rounds"):format(resident, size.rounds))
    -- The last connection may still be leaving.
    assert(after.files <= before.files + 1, ("%d files were open, then %d"):format(before.files, after.files))
    print(("# %g KiB of Lua's heap, %d KiB, %d files more"):format(heap, resident, after.files - before.files))
end

describe("rounds leave nothing behind:", function()
    for _, name in ipairs(module_rounds.names) do
        it(name, function()
            local body = MEASURE:format(size.first, size.rounds):gsub("ROOT", root)
            local script, options = module_rounds.script(name, ports, body)
            project.with({ ["main.lua"] = script }, function(this)
                local output, status = this.luatos(options .. " @/main.lua", size.limit)
                assert.equal(0, status, output)
                assert_flat(output)
            end)
        end)
    end
end)

local TWICE = 'round(1) round(2) print "done"'

--- Asserts that a run has done its work, without an error in a task.
local function assert_done(output, status)
    assert.equal(0, status, output)
    assert.truthy(output:find "done\n", output)
    assert.falsy(output:find("[E]", 1, true) or output:find("a task fails", 1, true), output)
end

for version in pairs(foreign_sys.versions) do
    describe("under a sys of the project's own, of library " .. version .. ":", function()
        for _, name in ipairs(module_rounds.names) do
            it(name, function()
                -- With one of them the module has begun its work with ours.
                local script, options = module_rounds.script(name, ports, TWICE, version == "2.4.3")
                local files = { ["main.lua"] = script, ["sys.lua"] = foreign_sys.text(version) }
                project.with(files, function(this)
                    assert_done(this.luatos(options .. " @/main.lua"))
                end)
            end)
        end
    end)
end

describe("in the system's Lua:", function()
    for _, name in ipairs(module_rounds.names) do
        it(name, function()
            local script, options = module_rounds.script(name, ports, TWICE)
            local environment = {}
            for option, value in options:gmatch "%-%-(%S+) (%S+)" do
                environment[#environment + 1] = ("LUATOS_%s=%s"):format(option:upper():gsub("%-", "_"), value)
            end
            project.with({ ["main.lua"] = script }, function(this)
                assert_done(this.lua("-l luatos @/main.lua", table.concat(environment, " ")))
            end)
        end)
    end
end)
