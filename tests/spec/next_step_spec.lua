--- Errors of the runner say what was given, what is wrong, and what to do next.
local project = require "project"

--- By arguments of `luatos` in a project's folder: parts of what it says, and its status.
local ERRORS = {
    { "mian.lua", 1, "mian.lua: No such file or directory", "did you mean main.lua?" },
    { "nowhere/far.lua", 1, "a folder with main.lua", "'luatos new NAME'" },
    { "check mian.lua", 1, "did you mean main.lua?" },
    { "chekc main.lua", 1, "did you mean luatos check?" },
    { "wrong", 1, "wrong: this folder has no main.lua", "did you mean wrong/mian.lua?" },
    { "empty", 1, "empty: this folder has no main.lua", "'luatos new NAME'" },
    { "module.lua", 1, "module 'nosuch' not found", "--lib" },
    { "--lib nowhere main.lua", 2, "--lib: a folder expected", '"nowhere", which is not there', "luatos --help" },
    { "--modem imie=1 main.lua", 2, "--modem: ", 'got "imie"; did you mean imei?' },
    { "--trace=socekt main.lua", 2, "--trace: ", "did you mean socket?" },
    { "--ours mine main.lua", 2, '"mine"', "docs/modules.md" },
    { "--uart 1=/dev/nothere main.lua", 1, "/dev/nothere: No such file", "luatos doctor" },
    { "--uart 1=file:nothere main.lua", 1, "nothere: No such file", "make the file" },
    { "--scenario nothere main.lua", 1, "--scenario: cannot open nothere", "give the path of a Lua script" },
    { "--scenario modul.lua main.lua", 1, "--scenario: cannot open modul.lua", "did you mean module.lua?" },
    { "--data main.lua/x writes.lua", 1, "the data folder cannot be made", "--data DIR" },
    { "--debug=nothere main.lua", 1, "--debug: ", "LUA_PATH and LUA_CPATH say where" },
    { "--timout 3 main.lua", 2, "--timout: there is no such option; did you mean --timeout?" },
    { "--timeout", 2, "--timeout <SECONDS>", "luatos --help" },
    { "test", 1, "there is no folder spec, tests, test here; give the path" },
    { "test nothere", 1, "test: nothere: no such file or folder; give the path" },
    { "--console test", 2, "--console: not for luatos test", "luatos test --help" },
    { "configured", 2, 'configured/luatos.toml:1: ', 'got "imie"; did you mean imei?' },
    { "libs", 2, 'libs/luatos.toml:1: ', 'got "libs"; did you mean lib?' },
    { "--watch -", 2, "--watch: the script comes from standard input; give it as a file" },
}

describe("an error", function()
    local this

    setup(function()
        this = project.new {
            ["main.lua"] = "", ["wrong/mian.lua"] = "", ["empty/x.txt"] = "", ["module.lua"] = "require 'nosuch'",
            ["configured/main.lua"] = "", ["configured/luatos.toml"] = "imie = '1'",
            ["libs/main.lua"] = "", ["libs/luatos.toml"] = "libs = 'x'", ["writes.lua"] = "assert(io.open('/x', 'w'))",
        }
    end)

    teardown(function() this.remove() end)

    for _, case in ipairs(ERRORS) do
        it("of luatos " .. case[1] .. " says what to do", function()
            local process = io.popen(("cd %s && timeout 60 $OLDPWD/target/release/luatos %s 2>&1 </dev/null")
                :format(this.folder, case[1]))
            local output = process:read "a"
            local _, _, status = process:close()
            assert.equal(case[2], status, output)
            for index = 3, #case do
                assert.truthy(output:find(case[index], 1, true), ("%q in:\n%s"):format(case[index], output))
            end
        end)
    end

    it("of a port that is in use names what takes a free one", function()
        local command = "luatos=$PWD/target/release/luatos; cd %s; $luatos --echo --timeout 20 >port & "
            .. "until grep -q / port; do :; done; "
            .. "timeout 60 $luatos --echo=$(grep -o '[0-9]*/$' port | tr -d /) main.lua 2>&1; kill $!"
        local process = io.popen(command:format(this.folder))
        local output = process:read "a"
        process:close()
        assert.truthy(output:find("cannot listen on 127.0.0.1:", 1, true), output)
        assert.truthy(output:find("--echo without a port takes a free one", 1, true), output)
    end)
end)

it("LUATOS_LOG's lines have the form of the run's other lines", function()
    local main = "require 'websocket' print(websocket.new('ws://127.0.0.1:1/'):connect(5000))"
    project.with({ ["main.lua"] = main }, function(this)
        local process = io.popen("LUATOS_LOG=trace timeout 60 target/release/luatos --time " .. this.folder .. " 2>&1")
        local text = process:read "a"
        process:close()
        for line in text:gmatch "[^\n]+" do
            assert.truthy(line:find "^%[%d+%-%d+%-%d+ ", line)
        end
        assert.truthy(text:find("connecting to ws://127.0.0.1:1/", 1, true), text)
    end)
end)
