--- `luatos.toml` beside the main script.
local project = require "project"

local MAIN = [[
    uart.setup(uart.ATC, 0, 0, uart.PAR_NONE, uart.STOP_1)
    uart.write(uart.ATC, "AT+CGSN\rAT+CIMI\r")
    while true do
        local id = rtos.receive(1000)
        if id == rtos.WAIT_MSG_TIMEOUT then break end
        for line in uart.read(uart.ATC, 4096):gmatch "%d%d%d%d%d%d+" do
            print(line)
        end
    end
]]

--- Runs a script that says IMEI and IMSI, with a file beside it.
local function run(toml, arguments)
    local output, status
    project.with({ ["p/main.lua"] = MAIN, ["p/luatos.toml"] = toml, ["p/lib/other.lua"] = "" }, function(this)
        output, status = this.luatos(arguments or "@/p")
        output = output:gsub(this.folder, "FOLDER")
    end)
    return output, status
end

it("sets properties of the device, as numbers or texts", function()
    local output, status = run 'imei = "111111111111111"\nimsi = 460222222222222\nregister_after = 0\n'
    assert.equal(0, status, output)
    assert.truthy(output:find "111111111111111\n460222222222222\n", output)
end)

it("gives way to the environment, and that to the command line", function()
    local FILE = 'imei = "111111111111111"\nimsi = "460222222222222"\n'
    project.with({ ["main.lua"] = MAIN, ["luatos.toml"] = FILE }, function(this)
        local output = this.luatos "--modem imei=333333333333333 @/main.lua"
        assert.truthy(output:find "333333333333333\n460222222222222\n", output)
    end)
end)

it("finds libraries beside itself, wherever the runner is started", function()
    project.with({
        ["p/main.lua"] = 'require "other" print(OTHER)',
        ["p/luatos.toml"] = 'lib = "../lib"',
        ["lib/other.lua"] = "OTHER = 'found'",
    }, function(this)
        assert.equal("found\n", (this.luatos "@/p"))
        local output, status = this.luatos "check @/p"
        assert.equal(0, status)
        assert.truthy(output:find("lib/other.lua", 1, true), output)
    end)
end)

it("counts under the system's Lua too", function()
    project.with({ ["main.lua"] = 'require "other" print(OTHER)', ["luatos.toml"] = 'lib = ["l"]',
        ["l/other.lua"] = "OTHER = 'found'" }, function(this)
        assert.equal("found\n", (this.lua()))
    end)
end)

describe("what is wrong in it is named with its line, status 2:", function()
    for toml, problem in pairs {
        ["signal = 24\nsignal2 = 1"] = '2: one of lib, ours, .* expected, got "signal2"',
        ["\nsignal = 32"] = '2: signal: 0 to 31, or 99 expected, got "32"',
        ["[modem]\nsignal = 1"] = '1: one of lib, ours, .* expected, got "modem"',
        ['flash = "big"'] = '1: flash: a size in KiB expected, got "big"',
        ["imei = "] = "1: ",
        ["imei = [1]"] = "1: imei: a text or a number expected, got a list",
        ['lib = "none"'] = "1: lib: a folder expected, got FOLDER/p/none",
        ['ours = "none"'] = '1: ours: name of a module of this program, or all, expected, got "none"',
        ["uart = 1"] = '1: uart: a table of ports, such as 1 = "pty", expected, got "1"',
        ['[uart]\n9 = "pty"'] = '1: uart: .*got "9=pty"',
        ['trace = ["att"]'] = '1: trace: .*got "att"',
        ["online = 1"] = '1: online: true or false expected, got "1"',
        ['connect_to = "here"'] = '1: connect_to: bad redirection "here"',
        ["\xff"] = " not UTF%-8",
    } do
        it(("%q"):format(toml), function()
            local output, status = run(toml)
            assert.equal(2, status, output)
            assert.truthy(output:find("luatos: FOLDER/p/luatos.toml:" .. problem), output)
        end)
    end
end)

it("may begin with a byte order mark", function()
    local output, status = run '\xef\xbb\xbfimei = "111111111111111"\n'
    assert.equal(0, status, output)
    assert.truthy(output:find "111111111111111", output)
end)
