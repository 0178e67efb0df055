--- Which version of LuatOS-Air's library the modules follow where these differ: how it is chosen, what depends on it.
local project = require "project"

--- Prints the version, and how many bytes a text of two characters has that comes and one that goes.
local MAIN = [[
PROJECT, VERSION, LOG_LEVEL = "P", "1.0.0", 0
require "sys" require "sms" require "common"
sms.setNewSmsCb(function(_, came)
    print(sys.SCRIPT_LIB_VER, #came)
    sms.send("10086", came)
end)
sys.init(0, 0)
sys.run()
]]

local OUTSIDE = [[
device.sms("10086", "您好")
local _, text = device.wait("sms", 10000)
print(text)
]]

--- What a library of that version has as its `sys.lua`; it is not run.
local function sys_of(version)
    return ('module(..., package.seeall)\n\nSCRIPT_LIB_VER = "%s"\nerror "this copy is not used"\n'):format(version)
end

--- Asserts which version a project with these files and options gets, and that its texts are in that one's characters.
local function follows(version, files, options)
    files["main.lua"], files["outside.scenario"] = MAIN, OUTSIDE
    project.with(files, function(this)
        local output = this.luatos("--modem register_after=0 --timeout 20 " .. options
            .. " --scenario @/outside.scenario @/main.lua")
        assert.equal(("%s %d\n您好\n"):format(version, version == "2.4.0" and 4 or 6), output)
    end)
end

it("without a word about it, it is 2.4.0", function()
    follows("2.4.0", {}, "")
end)

it("--lib-version says it", function()
    follows("2.4.3", {}, "--lib-version 2.4.3")
end)

it("luatos.toml says it, and the command line goes before it", function()
    local files = { ["luatos.toml"] = 'lib_version = "2.4.3"\n' }
    follows("2.4.3", files, "")
    follows("2.4.0", files, "--lib-version 2.4.0")
end)

it("the project's sys.lua says it, also where ours is used instead; the options go before it", function()
    local files = { ["lib/sys.lua"] = sys_of "2.4.3" }
    follows("2.4.3", files, "--ours all")
    follows("2.4.0", files, "--ours all --lib-version 2.4.0")
end)

it("the sys.lua of a library says it", function()
    project.with({ ["sys.lua"] = sys_of "2.3.7" }, function(library)
        project.with({ ["main.lua"] = 'require "sys" print(sys.SCRIPT_LIB_VER)' }, function(this)
            assert.equal("2.3.7\n", (this.luatos("--ours sys --lib " .. library.folder .. " @/main.lua")))
        end)
    end)
end)
