--- What the command line says and prints: help, completion, the manual page, and options that stand in the wrong place.
local project = require "project"
local runner = require "runner"

local LUATOS = "timeout -s KILL 60 target/release/luatos "

local function has(text, part)
    assert.truthy(text:find(part, 1, true), ("%q in:\n%s"):format(part, text))
end

local function lacks(text, part)
    assert.is_nil(text:find(part, 1, true), ("%q in:\n%s"):format(part, text))
end

describe("the help", function()
    it("is short enough for a screen, by headings, and long where that is asked for", function()
        local short, status = runner.output(LUATOS .. "-h")
        assert.equal(0, status)
        local _, lines = short:gsub("\n", "")
        assert.truthy(lines <= 60, lines .. " lines")
        for _, heading in ipairs { "Commands", "Project", "Network", "Device", "Time", "Output", "Running" } do
            has(short, "\n" .. heading .. ":\n")
        end
        for line in short:gmatch "[^\n]+" do
            assert.truthy(#line <= 100, line)
        end
        local long = runner.output(LUATOS .. "--help")
        for option in short:gmatch "%-%-%w[%w-]*" do
            has(long, option)
        end
        has(long, "LUATOS_DATA")
        lacks(short, "LUATOS_DATA")
    end)

    it("of a command has its options", function()
        has(runner.output(LUATOS .. "check --help"), "--lib")
        lacks(runner.output(LUATOS .. "check --help"), "--console")
        assert.equal(runner.output(LUATOS .. "test --help"), runner.output(LUATOS .. "help test"))
    end)
end)

describe("options of ours behind the script", function()
    local function say(arguments)
        local output, status
        project.with({ ["main.lua"] = "io.write(table.concat({ ... }, '|'), '\\n')" }, function(this)
            output, status = this.luatos(arguments)
            output = output:gsub(this.folder, "@")
        end)
        assert.equal(0, status)
        return output
    end

    it("are its arguments, with a warning that has the line that is meant", function()
        local output = say "--lib /tmp @/main.lua --trace=at 'a b' --timeout 3 x"
        has(output, "--trace=at|a b|--timeout|3|x\n")
        has(output, "luatos: --trace stands behind @/main.lua, so that it is an argument of the script. If it is "
            .. "meant for luatos: luatos --lib /tmp --trace=at --timeout 3 @/main.lua 'a b' x\n")
    end)

    it("are not warned of behind --, nor are others", function()
        assert.equal("-x|--traces|--|--trace\n", say "@/main.lua -x --traces -- --trace")
    end)

    it("are warned of once, not at each restart", function()
        project.with({ ["main.lua"] = "if rtos.poweron_reason() == 0 then rtos.restart() end" }, function(this)
            local _, count = this.luatos("@/main.lua --strict"):gsub("stands behind", "")
            assert.equal(1, count)
        end)
    end)
end)

describe("completion", function()
    --- What bash offers for the last of the words.
    local function offered(words)
        local list = {}
        project.with({ ["main.lua"] = "", ["spec/a.lua"] = "" }, function(this)
            local output = runner.output(("luatos=$PWD/target/release/luatos; cd %s && bash -c '"
                .. 'source <("$0" completion bash); COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
                .. '_luatos_and_files luatos "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null; '
                .. 'printf "%%s\\n" "${COMPREPLY[@]}"\' "$luatos"'):format(this.folder, words))
            for word in output:gmatch "[^\n]+" do
                list[#list + 1] = word
            end
        end)
        table.sort(list)
        return table.concat(list, " ")
    end

    it("of bash offers commands, options, shells and projects", function()
        assert.equal("main.lua man", offered "luatos ma")
        assert.equal("--strict", offered "luatos --str")
        assert.equal("--lib --lib-version", offered "luatos check --li")
        assert.equal("bash", offered "luatos completion ba")
    end)

    for _, shell in ipairs { "zsh", "fish" } do
        it("of " .. shell .. " is a script that it can read", function()
            assert.same({ "", 0 }, { runner.output(LUATOS .. "completion " .. shell .. " | " .. shell .. " -n") })
        end)
    end

    it("of fish offers commands and options", function()
        local output = runner.output("fish --no-config -c 'target/release/luatos completion fish | source; "
            .. 'complete -C "luatos --str"; complete -C "luatos com"\'')
        has(output, "--strict\tStatus 1")
        has(output, "completion\tPrint")
    end)

    it("wants a shell that it knows", function()
        local output, status = runner.output(LUATOS .. "completion")
        has(output, "which shell?")
        assert.equal(2, status)
        output, status = runner.output(LUATOS .. "completion tcsh")
        has(output, "'tcsh'")
        has(output, "bash")
        assert.equal(2, status)
    end)
end)

describe("the manual page", function()
    it("is rendered without a warning", function()
        project.with({}, function(this)
            local page = this.path "luatos.1"
            assert.equal(0, (select(2, runner.output(LUATOS .. "man > " .. page))))
            assert.same({ "", 0 }, { runner.output("man --warnings -l " .. page .. " 2>&1 >/dev/null") })
            local text = runner.output("MANWIDTH=100 man -l " .. page)
            for _, part in ipairs { "SYNOPSIS", "--connect-to", "luatos check", "ENVIRONMENT", "EXIT STATUS" } do
                has(text, part)
            end
        end)
    end)
end)
