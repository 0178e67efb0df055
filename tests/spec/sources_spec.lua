--- How the script's sources are found and loaded: in the device's Lua, by `require`, `dofile`, `loadfile` and
-- `load`, and whose copy of a module goes first.
local project = require "project"

--- Runs a project with the runner, and as `helper.lua` that a main script requires with the system's Lua; both
-- must print the same.
local function prints(expected, script, files)
    files = files or {}
    files["helper.lua"] = script
    files["main.lua"] = "require 'helper'"
    project.with(files, function(this)
        assert.equal(expected, (this.luatos():gsub(this.folder, "FOLDER")))
        assert.equal(expected, (this.lua():gsub(this.folder, "FOLDER")))
    end)
end

describe("continue", function()
    it("ends the turn of the innermost loop", function()
        prints("1 3 5 a1 c1 a2 c2 2 4 | 3 1\n", [[
            local out = {}
            local function put(value) out[#out + 1] = value end
            for i = 1, 5 do
                if i % 2 == 0 then continue end
                put(i)
            end
            for i = 1, 2 do
                for _, letter in ipairs { "a", "b", "c" } do
                    if letter == "b" then continue end
                    put(letter .. i)
                end
            end
            local n = 0
            while n < 4 do
                n = n + 1
                local odd = n % 2 == 1
                if odd then continue else put(n) end
            end
            put "|"
            n = 4
            repeat
                n = n - 1
                local done = n <= 1
                if n == 2 then continue end
                put(n)
            until done
            print(table.concat(out, " "))
        ]])
    end)

    it("leaves each turn's locals to the closures made in it", function()
        prints("1 2 3\n", [[
            local functions = {}
            for i = 1, 3 do
                local value = i
                functions[i] = function() return value end
                if i < 9 then continue end
                value = 0
            end
            print(functions[1](), functions[2](), functions[3]())
        ]])
    end)

    it("may stand beside return and break", function()
        prints("3 2\n", [[
            local function first(list)
                for i, value in ipairs(list) do
                    if not value then continue end
                    return i
                end
            end
            local n = 0
            while true do
                n = n + 1
                if n < 2 then continue end
                break
            end
            print(first { false, false, true }, n)
        ]])
    end)

    it("keeps the lines of errors", function()
        project.with({ ["main.lua"] = "for i = 1, 2 do\n  if i == 1 then continue end\n\n  error 'here'\nend\n" },
            function(this)
                local output, status = this.luatos()
                assert.truthy(output:find("main.lua:4: here", 1, true), output)
                assert.equal(1, status)
            end)
    end)

    it("outside a loop, or where until would miss a local, is an error with its line", function()
        for script, expected in pairs {
            ["\ncontinue"] = "main.lua:2: <continue> at line 2 not inside a loop",
            ["repeat\nif a then continue end\nlocal b\nuntil b"] = "main.lua:4: 'until' uses the local 'b'",
        } do
            project.with({ ["main.lua"] = script }, function(this)
                local output, status = this.luatos()
                assert.truthy(output:find(expected, 1, true), output)
                assert.equal(1, status)
            end)
        end
    end)
end)

it("escapes of the device, goto as a name, and what only Lua 5.3 has work together", function()
    prints("[W]-[luatos] FOLDER/helper.lua:3: the operator // does not exist in the device's Lua 5.1 "
        .. "('luatos check' lists all such places)\na/b%\n5 7 3 true\n", [[
        print("a\/b\%")
        local t = { goto = 5 } function t:get(goto) return self.goto + goto end
        print(t.goto, t:get(2), 7 // 2, (function() goto done do return false end ::done:: return true end)())
    ]], {})
end)

it("load, loadstring, loadfile and dofile know the device's Lua", function()
    prints("1 1\n2 2\nnil [string \"while true do continue x() end\"]:1: 'end' expected near 'x'\n"
        .. "nil chunk:1: unexpected symbol near '='\n7\nfalse boom\n", [[
        local text = "local n = 0 for i = 1, 2 do if i == %d then continue end n = i end return n, n"
        print(load(text:format(2))())
        local pieces = { text:format(1), nil }
        print(load(function() return table.remove(pieces, 1) end)())
        print(load "while true do continue x() end")
        print(loadstring("x = = 1", "=chunk"))
        local env = { x = 7 }
        print(load("for _ = 1, 1 do continue end return x", "=chunk", "t", env)())
        print(pcall(load(function() error("boom", 0) end) or error, "boom"))
    ]])
end)

it("a file with a # line, a byte order mark, CR LF or GBK keeps its lines", function()
    for text, expected in pairs {
        ["#!/usr/bin/env luatos\nerror 'x'"] = ":2: x",
        ["\xef\xbb\xbferror 'x'"] = ":1: x",
        ["local a = '\xc4\xe3\\/'\r\n\r\nfor i = 1, 1 do continue end\r\nerror('n' .. #a)"] = ":4: n3",
    } do
        project.with({ ["main.lua"] = text }, function(this)
            local output = this.luatos()
            assert.truthy(output:find("main.lua" .. expected, 1, true), output)
        end)
    end
end)

it("a compiled chunk says what it is", function()
    project.with({ ["main.lua"] = "require 'b'", ["b.luac"] = "\27LuaQ\0" }, function(this)
        local output, status = this.luatos()
        assert.truthy(output:find("b.luac: this file is compiled for another Lua", 1, true), output)
        assert.equal(1, status)
    end)
end)

describe("require", function()
    it("gives a chunk its name only, and a bare module(...) works", function()
        prints("1 b 7\n1 c nil\n", [[
            package.path = "?.txt;" .. package.path
            local b = require "b"
            print(b.count, b._NAME, b.value)
            print(select("#", (require "c")), (require "c"), nil)
        ]], {
            ["b.lua"] = "local count = select('#', ...) module(...) _M.count = count value = 7",
            ["c.lua"] = "return ...",
        })
    end)

    it("finds files in any folder of the project", function()
        project.with({
            ["main.lua"] = "print(require('deep').name, require('sub.named').name)",
            ["a/b/deep.lua"] = "return { name = 'deep' }",
            ["sub/named.lua"] = "return { name = 'named' }",
        }, function(this)
            assert.equal("deep named\n", (this.luatos()))
        end)
    end)

    it("takes the project's file before the library's, this before ours, and ours with --ours", function()
        project.with({
            ["project/main.lua"] = "print(require('pm').whose, require('led').whose, require('misc').whose)",
            ["project/sub/pm.lua"] = "return { whose = 'project' }",
            ["lib/pm.lua"] = "return { whose = 'library' }",
            ["lib/led.lua"] = "return { whose = 'library' }",
        }, function(this)
            assert.equal("project library nil\n", (this.luatos "--lib @/lib @/project/main.lua"))
            assert.equal("nil library nil\n", (this.luatos "--lib @/lib --ours pm @/project/main.lua"))
            assert.equal("nil nil nil\n", (this.luatos "--lib @/lib --ours all @/project/main.lua"))
            local output, status = this.luatos "--ours nonsense @/project/main.lua"
            assert.truthy(output:find('"nonsense"', 1, true), output)
            assert.equal(2, status)
        end)
    end)

    it("takes from project and library what we do not have, with --ours all too", function()
        project.with({
            ["project/main.lua"] = "print(require('config').whose, require('far').whose, require('pm').whose)",
            ["project/config.lua"] = "return { whose = 'project' }",
            ["project/pm.lua"] = "return { whose = 'project' }",
            ["lib/far.lua"] = "return { whose = 'library' }",
        }, function(this)
            assert.equal("project library nil\n", (this.luatos "--lib @/lib --ours all @/project/main.lua"))
            local output, status = this.luatos "--lib @/lib --ours all check @/project/main.lua"
            assert.truthy(output:find("far +library"), output)
            assert.equal(0, status, output)
        end)
    end)

    it("finds what the script has written to the device's root, by package.path too", function()
        project.with({
            ["main.lua"] = [[
                local function write(path, text)
                    local file = assert(io.open(path, "w"))
                    file:write(text)
                    file:close()
                end
                write("/parameters.lua", "module(...) value = 42")
                rtos.make_dir "/#lua_user#"
                write("/#lua_user#/mine.lua", "module(...) value = 43")
                print(pcall(require, "mine") == false, require("parameters").value)
                local path = package.path
                package.path = "/?.lua;/?.luae;/#lua_user#/?.lua;" .. path
                print(require("mine").value)
                print(dofile "/lua/plain.lua", type(loadfile "/parameters.lua"))
            ]],
            ["sub/plain.lua"] = "for i = 1, 2 do if i == 1 then continue end return i end",
        }, function(this)
            assert.equal("true 42\n43\n2 function\n", (this.luatos()))
        end)
    end)

    it("lets modules of ours work beside the project's own sys.lua, with --ours", function()
        project.with({
            ["main.lua"] = "sys = require 'sys' local ws = require 'websocket' print(sys.whose, ws == websocket)",
            ["sys.lua"] = [[
                module(..., package.seeall)
                whose = 'project'
                function subscribe() end
                function publish() end
            ]],
            ["websocket.lua"] = "error 'the copy that is not asked for'",
        }, function(this)
            assert.equal("project true\n", (this.luatos "--ours websocket @/main.lua"))
        end)
    end)
end)
