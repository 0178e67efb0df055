--- `luatos test`: the command line.
local inner_tests = require "inner_tests"
local runner = require "runner"

describe("luatos test", function()
    local TEST = [[
        local test = require "luatos.test"
        it("beats", function()
            test.project(os.getenv "FOLDER")
            test.clock.advance(180000)
            test.expect_log "beat 4"
        end)]]
    local FILES = {
        ["main.lua"] = inner_tests.MAIN, ["helper.lua"] = inner_tests.HELPER, ["spec/a_spec.lua"] = TEST,
        ["spec/b_spec.lua"] = TEST,
    }

    local function luatos(arguments, environment, files)
        return inner_tests.luatos(arguments, files or FILES, environment)
    end

    it("runs the specs of the folder, or those of a path, with busted", function()
        local output, status = luatos "test -- --output=TAP"
        assert.equal(0, status, output)
        assert.truthy(output:find("ok 1 - beats\nok 2 - beats\n1..2", 1, true), output)
        output = luatos "test spec/b_spec.lua -- --output=TAP"
        assert.truthy(output:find("ok 1 - beats\n1..1", 1, true), output)
    end)

    it("has status 1 for failures", function()
        local output, status = luatos("test spec/a_spec.lua -- --output=TAP", "FOLDER=/nowhere")
        assert.truthy(output:find("not ok 1 - beats", 1, true), output)
        assert.equal(1, status)
    end)

    it("leaves no folder behind, after Ctrl-C neither", function()
        local beginning = "mkdir tmp && TMPDIR=$PWD/tmp"
        local output = luatos("test -- --output=TAP; ls tmp", beginning)
        assert.equal("1..2\n", output:match "1%.%..*", output)
        local endless = [[
            local test = require "luatos.test"
            it("has no end", function()
                require "sys"
                io.popen "kill -INT $PPID"
                %s
            end)]]
        for _, body in ipairs { "sys.wait(60000)", "sys.taskInit(function() while true do end end)" } do
            output = luatos("test endless_spec.lua; ls tmp", beginning, { ["endless_spec.lua"] = endless:format(body) })
            assert.equal("", output)
        end
    end)

    it("says what is wrong with the command line", function()
        for arguments, what in pairs {
            ["--console test"] = "--console: not for luatos test",
            ["test --verbose"] = "--verbose: there is no such option; those of busted stand behind --",
            ["--instant=x test"] = '--instant: milliseconds from 0 to 60000 expected, got "x"',
        } do
            local output, status = luatos(arguments)
            assert.equal(2, status)
            assert.truthy(output:find(what, 1, true), output)
        end
        local output, status = runner.run_with("cd / && $OLDPWD/target/release/luatos test 2>&1; true", "")
        assert.truthy(output:find("there is no folder spec, tests, test here", 1, true), output)
        assert.equal(0, status)
    end)
end)
