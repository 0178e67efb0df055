--- The examples, run both ways; those that have a scenario, with that.
require "luatos"
local peer = require "peer"
local json = require "json"

local WAYS = {
    luatos = function(options, path)
        return ("target/release/luatos --strict %s %s"):format((options:gsub("%-%-instant 1", "--instant")), path)
    end,
    ["luatos --vm 5.1"] = function(options, path)
        return ("target/release/luatos --vm 5.1 --strict %s %s"):format(
            (options:gsub("%-%-instant 1", "--instant")), path)
    end,
    ["lua5.3 -l luatos"] = function(options, path)
        local environment = { "LUATOS_MODEM=register_after=0" }
        for name, value in options:gmatch "%-%-(%S+) (%S+)" do
            environment[#environment + 1] = ("LUATOS_%s=%s"):format(name:upper():gsub("%-", "_"), value)
        end
        return ("env %s lua5.3 -l luatos %s/main.lua"):format(table.concat(environment, " "), path)
    end,
}

--- The modem of a device takes its time for each message: nobody waits for it.
local SWIFTLY = " --instant 1"

--- A program that runs until `stop`, and what it has printed so far.
local function start(command)
    local log = os.tmpname()
    local pid_file = os.tmpname()
    local shell = ("sh -c 'echo $$ > %s; exec env %s' > %s 2>&1"):format(pid_file, command, log)
    local process = io.popen(shell, "w")
    return {
        text = function()
            local file = assert(io.open(log))
            local text = file:read "a"
            file:close()
            return text
        end,
        stop = function()
            local file = assert(io.open(pid_file))
            os.execute("kill -9 " .. file:read "n" .. " 2>/dev/null")
            file:close()
            process:close()
            os.remove(log)
            os.remove(pid_file)
        end,
    }
end

--- Waits until a program has printed all of these texts.
local function prints(program, texts)
    for _, text in ipairs(texts) do
        local ok = pcall(peer.eventually, function() return program.text():find(text, 1, true) end, text)
        assert.is_true(ok, "missing: " .. text .. "\n" .. program.text())
    end
    assert.is_nil(program.text():find("[E]", 1, true), program.text())
end

--- Runs a program until its scenario ends.
-- @return what it has printed
local function plays(command)
    local process = io.popen("timeout -s KILL 120 " .. command .. " 2>&1")
    local output = process:read "a"
    assert.is_true(process:close(), output)
    assert.is_nil(output:find("[E]", 1, true), output)
    return output
end

for name, command in pairs(WAYS) do
    describe("under " .. name, function()
        local data, program

        before_each(function()
            data = os.tmpname()
            os.remove(data)
        end)

        after_each(function()
            if program then
                program.stop()
                program = nil
            end
            os.execute("rm -rf " .. data)
        end)

        it("examples/files keeps what it has stored", function()
            for boot = 1, 2 do
                local process = io.popen(command("--data " .. data, "examples/files") .. " 2>&1")
                local output = process:read "a"
                process:close()
                for _, text in ipairs {
                    "[I]-[files] boot " .. boot .. " earlier records " .. 3 * (boot - 1),
                    "[I]-[files] records " .. 3 * boot .. " free true",
                    "[I]-[files] greeting hello from the flash image",
                } do
                    assert.truthy(output:find(text, 1, true), text .. " in\n" .. output)
                end
            end
        end)

        it("examples/sockets reports to a server and comes back when it does", function()
            local server = peer.start "line_echo.py"
            local rule = ("--connect-to report.example:7007:127.0.0.1:%d"):format(server.port)
            program = start(command(rule .. " --data " .. data, "examples/sockets"))
            prints(program, { "[I]-[report] connected", '[I]-[report] answer {"' })
            server:stop()
            prints(program, { "[W]-[report] no connection" })
            local before = select(2, program.text():gsub("report%] connected", ""))
            server:run(server.port)
            peer.eventually(function()
                return select(2, program.text():gsub("report%] connected", "")) > before
            end, "the second connection")
            server:stop()
        end)

        it("examples/mqtt obeys a broker", function()
            local broker = peer.start "mosquitto.py"
            local options = ("--connect-to broker.example:1883:127.0.0.1:%d --lib examples/sockets --data %s"):format(
                broker.port, data)
            program = start(command(options, "examples/mqtt"))
            prints(program, { "[I]-[lamp] subscribed" })
            assert(os.execute(("mosquitto_pub -p %d -t lamp/set -m on"):format(broker.port)))
            prints(program, { "[I]-[lamp] lamp/set on", "[I]-[lamp] on" })
            peer.eventually(function()
                return #broker:log "lamp/state" >= 2
            end, "the lamp's state at the broker")
            broker:stop()
        end)

        it("examples/sms-forwarder hands every message on, whole", function()
            -- The first two attempts fail.
            program = start "python3 examples/sms-forwarder/hook.py 0 2"
            peer.eventually(function() return program.text():find "\n" end, "the port of the hook")
            local options = ("--data %s --connect-to hook.example:80:%s --lib examples/sockets"):format(data,
                program.text():match "listening on (%S+)")
            plays(command(options .. SWIFTLY .. " --scenario examples/sms-forwarder/scenario.lua",
                "examples/sms-forwarder"))
            local texts, ids = {}, {}
            for body in program.text():gmatch "{[^\n]*}" do
                local message = json.decode(body)
                texts[message.text], ids[#ids + 1] = message, message.id
            end
            local expected = {
                "hello {world} €", "您的验证码是 123456，五分钟内有效。",
                ("今天天气很好，我们一起去公园散步吧！😀"):rep(24), "during the loss of the network", "after it",
            }
            for number = 1, 30 do
                expected[#expected + 1] = ("message %d "):format(number):rep(20)
            end
            for _, text in ipairs(expected) do
                assert.truthy(texts[text], text)
            end
            -- Each of them once, and nothing else.
            assert.equal(#expected, #ids)
            assert.equal("Bank", texts[expected[3]].from)
            assert.truthy(texts[expected[1]].time:find "^20%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%+08:00$")
        end)

        it("examples/door-opener opens for whom it knows", function()
            local options = "--data " .. data .. " --lib examples/sms-forwarder"
            local output = plays(command(options .. SWIFTLY .. " --scenario examples/door-opener/scenario.lua",
                "examples/door-opener"))
            assert.equal(3, select(2, output:gsub("door%] open", "")))
        end)
    end)
end
