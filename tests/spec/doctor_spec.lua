--- `luatos doctor`: what is there, what is missing, and what to type.
local project = require "project"
local runner = require "runner"

--- Runs it in a folder with these files, with nothing of the environment but what is given.
-- @return what it printed, and its status
local function doctor(files, environment, arguments)
    local output, status
    project.with(files, function(this)
        local command = "luatos=$PWD/target/release/luatos; cd %s && env -i %s timeout 60 $luatos doctor %s"
        environment = (environment or ""):gsub("@", this.folder)
        output, status = runner.output(command:format(this.folder, environment, arguments or ""))
    end)
    return output, status
end

local function has(text, part)
    assert.truthy(text:find(part, 1, true), ("%q in:\n%s"):format(part, text))
end

describe("luatos doctor", function()
    it("says what to type for what is missing, and has status 0 where every project would run", function()
        local output, status = doctor { ["main.lua"] = "" }
        assert.equal(0, status)
        assert.is_nil(output:find("MISSING", 1, true), output)
        has(output, "ok      project: main.lua; the device's files can be kept in ./.luatos\n")
        has(output, "-       module: there is no lua5.3 on PATH")
        has(output, "sudo apt install lua5.3\n")
        has(output, "luatos completion bash > ")
        local is_there = output:find "ok +%-%-vm: 5%.1, /"
        assert.truthy(is_there or output:find "%-%-vm: there is no luatos%-lua51 beside", output)
        has(output, "luatos man > ")
    end)

    it("finds what is installed", function()
        local output = doctor({
            ["share/man/man1/luatos.1"] = "", ["share/zsh/site-functions/_luatos"] = "",
            ["bin/lua5.3"] = "#!/bin/sh\nprintf /where/websocket.so\n",
        }, "XDG_DATA_HOME=@/share SHELL=/bin/zsh PATH=/bin:@/bin")
        has(output, "ok      completion: ")
        has(output, "share/zsh/site-functions/_luatos\n")
        has(output, "ok      manual: ")
        -- The file is no program yet.
        has(output, "finds nothing in ")
    end)

    it("asks for no certificates of this computer, which nothing reads", function()
        local output, status = doctor({ ["main.lua"] = "" }, "SSL_CERT_FILE=/nowhere SSL_CERT_DIR=/nowhere")
        assert.equal(0, status)
        has(output, "ok      TLS: ")
        has(output, "caCert alone\n")
    end)

    it("has status 1 without a project, or settings that can be read", function()
        local output, status = doctor({}, "", "nowhere/main.lua")
        assert.equal(1, status)
        has(output, "MISSING project: nowhere/main.lua is not there\n          luatos new NAME")
        output, status = doctor({ ["luatos.toml"] = "signol = 3" })
        assert.equal(1, status)
        has(output, 'MISSING settings: luatos.toml:1: ')
        output, status = doctor({}, "LUATOS_SPEED=fast")
        assert.equal(1, status)
        has(output, "MISSING settings: LUATOS_SPEED: ")
    end)

    it("names the settings that are in force", function()
        has(doctor({ ["luatos.toml"] = "" }, "LUATOS_TIME=1 LUATOS_SPEED=2"),
            "ok      settings: luatos.toml, LUATOS_SPEED, LUATOS_TIME\n")
    end)
end)
