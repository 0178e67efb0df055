--- What `luatos` takes for a project, and `luatos check`.
local project = require "project"

local function has(output, ...)
    local squeezed = output:gsub("[ \t]+", " ")
    for _, expected in ipairs { ... } do
        assert.truthy(squeezed:find(expected, 1, true), expected .. " in\n" .. output)
    end
end

describe("a project is", function()
    it("a folder with main.lua", function()
        project.with({
            ["p/main.lua"] = "print(arg[0]:match '[^/]*$', ..., require 'b')",
            ["p/x/b.lua"] = "return 'b'",
        }, function(this)
            assert.equal("main.lua one b\n", (this.luatos "@/p one"))
            local output, status = this.luatos "@"
            has(output, "this folder has no main.lua; did you mean", "/p?")
            assert.equal(1, status)
        end)
    end)

    it("no declarations for editors, whatever folder they are in", function()
        local declaration = "---@meta\n-- For editors.\nsys, net = {}, {}\n"
        project.with({
            ["main.lua"] = "require 'sys'\nrequire 'net'\nprint(type(sys.taskInit), type(net.getRssi))\n"
                .. "print(pcall(require, 'only_declared'))\nprint(io.open '/lua/net.lua')",
            ["luatos-x86_64/share/types/sys.lua"] = declaration,
            ["net.lua"] = declaration,
            ["types/only_declared.lua"] = "\239\187\191-- By a tool.\n---@meta only_declared\nreturn {}",
        }, function(this)
            local output = this.luatos()
            has(output, "function function", "false module 'only_declared' not found", "nil /lua/net.lua: No such file")
            has(this.luatos "check @", "runs sys built in main.lua:1", "runs net built in main.lua:2", "1 file")
        end)
    end)

    it("a project file of LuaTools, whose files alone count", function()
        local list = "[info]\r\ncore_path = C:\\core.pac\r\n[D:\\w\\user]\r\nmain.lua = \r\nsub\\c.lua = \r\n"
            .. "[D:\\w\\\xbf\xe2]\r\nb.lua = \r\n"
        project.with({
            ["w/user/main.lua"] = "print(require 'b', require 'c', pcall(require, 'unlisted'))",
            ["w/user/unlisted.lua"] = "return 'unlisted'",
            ["w/user/sub/c.lua"] = "return 'c'",
            ["w/库/b.lua"] = "return 'b'",
            ["w/project.ini"] = list,
            ["w/empty.ini"] = "[info]\r\n",
        }, function(this)
            has(this.luatos "@/w/project.ini", "b c false module 'unlisted' not found")
            local output, status = this.luatos "@/w/empty.ini"
            has(output, "empty.ini: this is no project file of LuaTools")
            assert.equal(1, status)
        end)
    end)
end)

describe("check", function()
    it("lists modules and core functions with their places, and which copy is used", function()
        project.with({
            ["main.lua"] = "require 'sys' require 'pm' require 'far' local u = require 'uart'\n\nu.setup(1, 9600)\n"
                .. "far.go() sys.run() error 'this does not run'",
            ["sub/pm.lua"] = "return {}",
            ["lib/far.lua"] = "module(..., package.seeall)\nfunction go() rtos.tick() end",
        }, function(this)
            local output, status = this.luatos "check @"
            has(output, "runs sys built in main.lua:1", "runs pm project: sub/pm.lua main.lua:1",
                "runs far project: lib/far.lua main.lua:1", "simulated uart.setup main.lua:3",
                "runs rtos.tick lib/far.lua:2", "3 files")
            assert.equal(0, status, output)
            has(this.luatos "--ours pm check @", "runs pm built in main.lua:1")
            os.execute(("mkdir %s/p && mv %s %s/p"):format(this.folder, this.path "main.lua", this.folder))
            has(this.luatos "check --lib @/lib --lib @/sub @/p", "runs far library: lib/far.lua main.lua:1")
        end)
    end)

    it("names what is absent, what was probably meant, and errors, with status 1", function()
        project.with({
            ["main.lua"] = "require 'errdump'\nSys.wait(1)\nuart.setpu(1)\nrequire 'broken'\nlocal a = 7 // 2\n"
                .. "for i = 1, 2 do continue end",
            ["broken.lua"] = "\n\nif x then",
        }, function(this)
            local output, status = this.luatos "check @/main.lua"
            has(output, "absent errdump no file", "absent Sys.wait main.lua:2; did you mean sys.wait?",
                "absent uart.setpu main.lua:3; did you mean uart.setup?", "broken.lua:3: 'end' expected",
                "main.lua:5: the operator //")
            assert.equal(1, status)
        end)
    end)

    it("finds labels without goto and too many locals as Lua does", function()
        local many = {}
        for index = 1, 201 do
            many[index] = "local a" .. index
        end
        project.with({ ["main.lua"] = "goto nowhere", ["many.lua"] = table.concat(many, "\n") }, function(this)
            has(this.luatos "check @/main.lua", "no visible label 'nowhere'")
            has(this.luatos "check @/many.lua", "too many local variables")
        end)
    end)

    it("wants a project", function()
        project.with({}, function(this)
            local output, status = this.luatos "check"
            has(output, "which project?")
            assert.equal(2, status)
        end)
    end)
end)
