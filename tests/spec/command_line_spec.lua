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
        for line in short:match "^(.-)\nCommands:":gmatch "[^\n]+" do
            assert.truthy(#line <= 80, line)
        end
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
        assert.equal("always auto", offered "luatos --color a")
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
        output = runner.output("fish --no-config -c 'target/release/luatos completion fish | source; "
            .. 'complete -C "luatos completion z"; complete -C "luatos --vm 5"\'')
        has(output, "zsh")
        has(output, "5.1")
    end)

    --- What zsh makes of a line at the first prompt.
    local function completed(line)
        local result
        project.with({ ["main.lua"] = "", [".zshrc"] = [[
            cd $ZDOTDIR
            fpath=($PWD $fpath)
            autoload -U compinit
            compinit -u -D
            zle-line-init() { BUFFER=$LINE CURSOR=$#LINE; zle complete-word; print -r -- $BUFFER > completed; exit }
            zle -N zle-line-init
        ]] }, function(this)
            runner.output(LUATOS .. "completion zsh > " .. this.path "_luatos")
            runner.output(("LINE='%s' ZDOTDIR=%s timeout -s KILL 60 zsh -f -c 'zmodload zsh/zpty; zpty shell zsh -i; "
                .. "while zpty -r shell text; do :; done'"):format(line, this.folder))
            local file = assert(io.open(this.path "completed"))
            result = file:read "*a"
            file:close()
        end)
        return result
    end

    it("of zsh completes commands, projects, and what commands have", function()
        assert.equal("luatos --strict check \n", completed "luatos --strict che")
        assert.equal("luatos main.lua \n", completed "luatos mai")
        assert.equal("luatos check main.lua \n", completed "luatos check m")
        assert.equal("luatos completion zsh \n", completed "luatos completion z")
        assert.equal("luatos --color always \n", completed "luatos --color al")
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

describe("a device that takes nothing", function()
    for _, arguments in ipairs { "--help", "--version", "doctor", "check @/main.lua", "types @/.types", "man",
        "completion zsh", "new @/new" } do
        it("is an error that luatos " .. arguments .. " names", function()
            project.with({ ["main.lua"] = "" }, function(this)
                local output, status = runner.output(("(%s%s 2>&1 >/dev/full)"):format(
                    LUATOS, (arguments:gsub("@", this.folder))))
                assert.equal(1, status, output)
                has(output, "luatos: standard output takes nothing: ")
            end)
        end)
    end
end)

describe("a project", function()
    it("may be in a folder whose name is no UTF-8, or has spaces", function()
        for _, name in ipairs { "d\xff", "a b", "\u{9879}\u{76EE}" } do
            project.with({ [name .. "/main.lua"] = "print 'runs'" }, function(this)
                assert.same({ "runs\n", 0 }, { this.luatos("'@/" .. name .. "'") })
            end)
        end
    end)

    it("has no library where LUATOS_LIB names a folder that is not there", function()
        project.with({ ["main.lua"] = "print 'runs'" }, function(this)
            local output, status = runner.output(("LUATOS_LIB=%s:%s %s %s"):format(
                this.folder, this.path "nope", LUATOS, this.path "main.lua"))
            has(output, 'luatos: LUATOS_LIB: a folder expected, got "' .. this.path "nope" .. '", which is not there')
            assert.equal(2, status)
        end)
    end)

    it("that is an empty word is none", function()
        local output, status = runner.output(LUATOS .. "''")
        has(output, "which script?")
        assert.equal(2, status)
    end)

    it("that is new is named as a shell reads it", function()
        project.with({ ["a b/none"] = "" }, function(this)
            has(this.luatos "new '@/a b/lamp'", ("\n    cd '%s/a b/lamp'\n"):format(this.folder))
        end)
    end)
end)

describe("a second runner with the wrong Lua", function()
    it("is an error", function()
        project.with({ ["main.lua"] = "" }, function(this)
            assert(os.execute(("cp target/release/luatos %s && ln -s luatos %s"):format(
                this.path "luatos", this.path "luatos-lua51")))
            local output, status = runner.output(("timeout -s KILL 10 %s --vm 5.1 %s 2>&1"):format(
                this.path "luatos", this.path "main.lua"))
            has(output, "luatos-lua51 has Lua 5.3; ")
            assert.equal(1, status)
        end)
    end)
end)

describe("the manual page", function()
    it("is rendered without a warning", function()
        project.with({}, function(this)
            local page = this.path "luatos.1"
            assert.equal(0, (select(2, runner.output(LUATOS .. "man > " .. page))))
            assert.same({ "", 0 }, { runner.output("(man --warnings -l " .. page .. " 2>&1 >/dev/null)") })
            local text = runner.output("MANWIDTH=100 man -l " .. page)
            for _, part in ipairs { "SYNOPSIS", "--connect-to", "luatos check", "ENVIRONMENT", "EXIT STATUS" } do
                has(text, part)
            end
        end)
    end)
end)
