--- `nvm`: parameters that outlive a restart.
local project = require "project"

local CONFIG = [[
module(...)
name = "first"
count = 1
flag = false
list = { "a", "b" }
]]

--- Shows a value with its tables' keys in order.
local SHOW = [[
local function show(value)
    if type(value) ~= "table" then return type(value) == "string" and ("%q"):format(value) or tostring(value) end
    local keys, parts = {}, {}
    for key in pairs(value) do keys[#keys + 1] = key end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    for _, key in ipairs(keys) do parts[#parts + 1] = tostring(key) .. "=" .. show(value[key]) end
    return "{" .. table.concat(parts, " ") .. "}"
end
]]

local function write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read "a"
    if file then
        file:close()
    end
    return text
end

--- Runs a script in the project's folder; returns what it prints.
local function run(this, script, options)
    write(this.path "main.lua", SHOW .. 'require "sys" require "nvm"\n' .. script)
    local output, status = this.luatos((options or "") .. " @/main.lua")
    return output, status
end

--- Tests with a project that has such defaults.
local function with(body)
    project.with({ ["config.lua"] = CONFIG }, body)
end

--- Prints all parameters.
local ALL = 'nvm.init "config.lua" print(show(nvm.para))'

it("the module of the defaults may have the table of the parameters for its own", function()
    with(function(this)
        local script = [[
            config = nvm.para
            require "config"
            nvm.init "config.lua"
            print(nvm.get "name", show(nvm.get "list"), config.count)
            nvm.set("count", config.count + 1)
        ]]
        assert.equal('first {1="a" 2="b"} 1\n', run(this, script))
        assert.equal('first {1="a" 2="b"} 2\n', run(this, script))
    end)
end)

it("parameters have their defaults, and keep what they are set to", function()
    with(function(this)
        local script = [[
            require "config"
            nvm.init "config.lua"
            print(nvm.get "name", nvm.get "count", nvm.get "flag", show(nvm.get "list"), nvm.get "none")
            print(nvm.set("name", "second"), nvm.set("count", 2.5), nvm.set("flag", true), nvm.sett("list", 2, "B"))
            print(nvm.gett("list", 1), nvm.gett("list", 2), nvm.gett("list", 3), show(config.list))
        ]]
        local changed = 'true true true true\na B nil {1="a" 2="b"}\n'
        assert.equal('first 1 false {1="a" 2="b"} nil\n' .. changed, run(this, script))
        assert.equal('second 2.5 true {1="a" 2="B"} nil\n' .. changed, run(this, script))
    end)
end)

it("values of every kind come back", function()
    with(function(this)
        local set = [[
            nvm.init "config.lua"
            local text = {}
            for byte = 0, 255 do text[#text + 1] = string.char(byte) end
            local values = {
                name = table.concat(text) .. "\\n", count = math.mininteger, flag = 0.1, tiny = 1e-300,
                huge = math.huge, ["end"] = 1, ["a b"] = 2, ["continue"] = 3, whole = 3.0,
                list = { [1.5] = "x", [-1] = { deep = { deeper = {} } }, [true] = false, [""] = "empty" },
            }
        ]]
        assert.equal("", run(this, set .. " for name, value in pairs(values) do nvm.set(name, value) end"))
        assert.equal("", run(this, set .. [[
            for name, value in pairs(values) do
                assert(show(nvm.get(name)) == show(value), name .. ": " .. show(nvm.get(name)))
                assert(math.type(nvm.get(name)) == math.type(value), name)
            end
        ]]))
    end)
end)

it("a table in tables is refused where it would be too deep to be read again", function()
    with(function(this)
        local nest = [[
            nvm.init "config.lua"
            local function nest(levels) return levels > 0 and { nest(levels - 1) } or 1 end
        ]]
        local output = run(this, nest .. [[
            print(nvm.set("count", nest(100)))
            print((select(2, pcall(nvm.set, "count", nest(101))):match "nvm.set: .*"))
        ]])
        local expected = "^true\nnvm.set: count: value[%[%]1.]+: tables up to 100 deep in each other expected\n$"
        assert.truthy(output:find(expected), output)
        assert.equal("100\n", run(this, nest .. 'print(select(2, show(nvm.get "count"):gsub("{", "")))'))
    end)
end)

it("what LuatOS-Air's own module writes is read, and the other way round", function()
    with(function(this)
        assert(os.execute("mkdir -p " .. this.path ".luatos"))
        write(this.path ".luatos/nvm_para.lua",
            'module(...)\nname = "theirs"\nlist = {\n [1] = "x",\n ["k"] = true,\n}\n\ncount = 7\n')
        assert.equal('{count=7 flag=false list={1="x" k=true} name="theirs"}\n', run(this, ALL))
        -- Likewise after a fresh start, where that file is a copy of the defaults.
        write(this.path ".luatos/nvm_para.lua", CONFIG .. 'local unused = "\\/"\ncount = 8\n')
        assert.equal('{count=8 flag=false list={1="a" 2="b"} name="first"}\n', run(this, ALL))
        run(this, 'nvm.init "config.lua" nvm.set("name", "ours")')
        assert.equal("ours 8\n", run(this, 'local para = require "nvm_para" print(para.name, para.count)'))
    end)
end)

it("what has been left by a run that was killed is put right", function()
    with(function(this)
        local function left(files)
            os.execute("rm -rf " .. this.path ".luatos" .. "; mkdir " .. this.path ".luatos")
            for name, text in pairs(files) do
                write(this.path(".luatos/" .. name), text)
            end
            return (run(this, 'nvm.init "config.lua" print(nvm.get "count")'))
        end
        local whole = 'module(...)\ncount = 5\n'
        assert.equal("5\n", left { ["nvm_para.lua"] = whole, ["nvm_para_new.lua"] = "module(...)\ncount = 6" })
        assert.is_nil(read(this.path ".luatos/nvm_para_new.lua"))
        -- LuatOS-Air's own module removes its file before it renames the second.
        assert.equal("5\n", left { ["nvm_para_bak.lua"] = whole })
        assert.equal("5\n", left { ["nvm_para.lua"] = "", ["nvm_para_bak.lua"] = whole })
        local output = left { ["nvm_para.lua"] = "module(...)\ncount = {", ["nvm_para_bak.lua"] = whole }
        assert.truthy(output:find "/nvm_para.lua is damaged and not used: /nvm_para.lua:", output)
        assert.truthy(output:find "\n5\n$", output)
        output = left { ["nvm_para.lua"] = "module(...)\nnothing.here = 1" }
        assert.truthy(output:find "is damaged", output)
        assert.truthy(output:find "\n1\n$", output)
    end)
end)

it("a run that is killed at any moment leaves the state before or after a change", function()
    with(function(this)
        local writer = [[
            nvm.init "config.lua"
            local count = nvm.get "count"
            while true do
                count = count + 1
                nvm.set("list", { count, (tostring(count) .. ";"):rep(2000) }, nil, false)
                nvm.set("count", count)
            end
        ]]
        local reader = [[
            nvm.init "config.lua"
            local count, list = nvm.get "count", nvm.get "list"
            assert(list[1] == count and list[2] == (tostring(count) .. ";"):rep(2000))
            print(count)
        ]]
        local last = 1
        for round = 1, 12 do
            write(this.path "main.lua", 'require "sys" require "nvm"\n' .. writer)
            os.execute(("timeout -s KILL %.3f target/release/luatos %s 2>/dev/null"):format(
                0.3 + round * 0.013, this.path "main.lua"))
            local output = run(this, reader)
            local count = tonumber(output)
            assert(count and count > last, output)
            last = count
        end
    end)
end)

it("a flash that is full keeps the last state that fitted", function()
    with(function(this)
        local output = run(this, [[
            nvm.init "config.lua"
            print(nvm.set("name", "fits"))
            print(nvm.set("name", ("x"):rep(20000)))
            print(#nvm.get "name")
        ]], "--modem flash=16")
        assert.truthy(output:find("[E]-[nvm] /nvm_para.lua keeps what it has: ", 1, true), output)
        assert.truthy(output:find "^true\n[^\n]+\nnil\n20000\n$", output)
        assert.equal("fits\n", run(this, 'nvm.init "config.lua" print(nvm.get "name")'))
    end)
end)

describe("messages", function()
    it("tell of changes for a reason", function()
        with(function(this)
            assert.equal([[
P name 2nd why
P list {1="n"} again
T list 1 m 5
]], run(this, [[
                nvm.init "config.lua"
                local function shown(v) return type(v) == "table" and show(v) or v end
                sys.subscribe("PARA_CHANGED_IND", function(k, v, r) print("P", k, shown(v), r) end)
                sys.subscribe("TPARA_CHANGED_IND", function(k, kk, v, r) print("T", k, kk, v, r) end)
                nvm.set("name", "2nd", "why")
                nvm.set("name", "2nd", "same")
                nvm.set("name", "3rd")
                nvm.set("list", { "n" }, "again")
                sys.run()
                nvm.sett("list", 1, "m", 5)
                nvm.sett("list", 1, "m", 6)
                sys.run()
            ]]))
        end)
    end)
end)

it("what is not to be written yet is written with the next change, or by flush", function()
    with(function(this)
        run(this, 'nvm.init "config.lua" nvm.set("count", 2, nil, false)')
        assert.equal("1\n", run(this, 'nvm.init "config.lua" print(nvm.get "count")'))
        -- A value that is set to what it is counts as well.
        run(this, 'nvm.init "config.lua" nvm.set("count", 2, nil, false) nvm.set("flag", false)')
        assert.equal("2\n", run(this, 'nvm.init "config.lua" print(nvm.get "count")'))
        run(this, 'nvm.init "config.lua" nvm.sett("list", "k", 3, nil, false) print(nvm.flush())')
        assert.equal("3\n", run(this, 'nvm.init "config.lua" print(nvm.gett("list", "k"))'))
    end)
end)

it("restore gives the defaults, remove does so with the next start", function()
    with(function(this)
        local expected = '{count=1 flag=false list={1="a" 2="b"} name="first"}\n'
        assert.equal(expected .. expected, run(this, [[
            nvm.init "config.lua"
            local para = nvm.para
            nvm.set("name", "x") nvm.set("more", 1) nvm.sett("list", 1, "y")
            nvm.restore()
            print(show(para))
            nvm.sett("list", 1, "y")
            nvm.restore()
            print(show(nvm.para))
        ]]))
        assert.equal(expected, run(this, ALL))
        run(this, 'nvm.init "config.lua" nvm.set("name", "x") nvm.remove()')
        assert.equal(expected, run(this, ALL))
    end)
end)

it("parameters that a new version has are added to those of the old", function()
    with(function(this)
        run(this, 'nvm.init "config.lua" nvm.set("name", "kept")')
        write(this.path "config.lua", CONFIG .. "added = 9\n")
        assert.equal("kept 9\n", run(this, 'nvm.init "config.lua" print(nvm.get "name", nvm.get "added")'))
    end)
end)

it("burnSave has a folder of its own", function()
    with(function(this)
        run(this, 'nvm.init("config.lua", true) nvm.set("name", "saved") print(nvm.paraname)')
        assert.truthy(read(this.path ".luatos/#lua_user#/nvm_para.lua"))
        assert.equal("saved first\n", run(this, [[
            nvm.init("config.lua", true)
            local saved = nvm.get "name"
            nvm.init "config.lua"
            print(saved, nvm.get "name")
        ]]))
    end)
end)

it("errors name function, argument and value", function()
    with(function(this)
        local output = run(this, [[
            local function fails(fn, ...) print((select(2, pcall(fn, ...)):gsub("^[^ ]-:%d+: ", ""))) end
            fails(nvm.set, "name", 1)
            fails(nvm.gett, "list", 1)
            fails(nvm.init, nil)
            fails(nvm.init, "config.json")
            fails(nvm.init, "missing.lua")
            nvm.init "config.lua"
            fails(nvm.set, nil, 1)
            fails(nvm.set, "name", print)
            fails(nvm.set, "name", { a = { print } })
            local loop = {}
            loop.loop = loop
            fails(nvm.set, "name", loop)
            fails(nvm.sett, "name", 1, 2)
            fails(nvm.gett, "none", 1)
            fails(nvm.sett, "list", nil, 2)
        ]])
        local expected = {
            'nvm.set: nvm.init comes first, such as nvm.init("config.lua")',
            'nvm.gett: nvm.init comes first, such as nvm.init("config.lua")',
            'nvm.init: name of a Lua file such as "config.lua" expected, got nil',
            'nvm.init: name of a Lua file such as "config.lua" expected, got "config.json"',
            "nvm.init: missing.lua: module 'missing' not found:",
            "nvm.set: name of a parameter expected, got nil",
            "nvm.set: name: value: number, string, boolean or a table of these expected, got function: ",
            'nvm.set: name: value["a"][1]: number, string, boolean or a table of these expected, got function: ',
            'nvm.set: name: value["loop"] is a table that it is in itself',
            'nvm.sett: "name": a parameter that is a table expected, got "first"',
            'nvm.gett: "none": a parameter that is a table expected, got nil',
            "nvm.sett: list: key of a field expected, got nil",
        }
        for _, line in ipairs(expected) do
            assert.truthy(output:find(line, 1, true), line .. "\nin\n" .. output)
        end
    end)
end)
