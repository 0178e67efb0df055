--- What the device keeps over a restart.
local project = require "project"

--- Runs a script beside a scenario, with a folder of its own for temporary files.
-- @string script
-- @string scenario
-- @string[opt] shell what the shell does before it becomes `luatos`; `@` is the folder
-- @return what both print, without the line about the restart, and whether the folder is empty then
local function run(script, scenario, shell)
    local output, is_empty
    project.with({
        ["main.lua"] = 'PROJECT, VERSION, LOG_LEVEL = "KEPT", "1.0.0", 4\nrequire "log" require "sys" require "ril"\n'
            .. script .. "\nsys.init(0, 0)\nsys.run()\n",
        ["outside.scenario"] = scenario,
        ["tmp/none"] = "",
    }, function(this)
        os.remove(this.path "tmp/none")
        local command = ("TMPDIR=@/tmp timeout -s KILL 60 sh -c '%s exec target/release/luatos --timeout 30"
            .. " --lib-version 2.4.3 --modem register_after=0 --scenario @/outside.scenario @/main.lua' 2>&1")
            :format(shell or "")
        local process = io.popen((command:gsub("@", this.folder)))
        output = process:read "a":gsub("%[W%]%-%[sys%.restart%][^\n]*\n", "")
        process:close()
        is_empty = os.execute("rmdir " .. this.path "tmp") == true
    end)
    return output, is_empty
end

--- A scenario: what happens before the restart, and after it.
local function around(before, after)
    return ("if device.state().restarts == 0 then %s\nsys.restart 'test' end\n%s"):format(before, after)
end

it("messages are on the card, and with the network", function()
    assert.same({ "10086 stored\n10010 waiting\n", true }, { run([[
        sys.subscribe("WANTED", function()
            require "sms"
            sms.setNewSmsCb(function(from, text) print(from, text) sys.publish("COME") end)
        end)
    ]], around([[
        device.sms("10086", "stored")
        ril.request "AT+CNMI=2,1,0,0,0"
        while not device.state().messages.stored[1] do sys.wait(5) end
        device.network(false)
        device.sms("10010", "waiting")
    ]], [[
        local messages, network = device.state().messages, device.state().network
        assert(#messages.stored == 1 and messages.stored[1].text == "stored" and messages.waiting == 1)
        assert(not network.up)
        device.network(true)
        sys.publish "WANTED"
        for _ = 1, 2 do assert(sys.waitUntil("COME", 10000)) end
    ]])) })
end)

it("cards, their books and PINs, signal and answers of the user's are as before", function()
    assert.same({ "true 10086 mobile\n", true }, { run("", around([[
        device.sim { number = "+8613900000001", pin = "1234" }
        device.signal(7)
        device.at("AT+X", "+X: mine\r\nOK")
        ril.request 'AT+CPIN="1234"'
        ril.request('AT+CPBW=3,"10086",129,"mobile"', nil, function() sys.publish "WRITTEN" end)
        assert(sys.waitUntil("WRITTEN", 10000))
    ]], [[
        local sim = device.state().sim
        assert(sim.locked and sim.number == "+8613900000001")
        ril.request 'AT+CPIN="1234"'
        ril.request("AT+CPBR=3", nil, function(_, _, _, text)
            sys.publish("READ", text:match ',"(%d+)",%d+,"(%a+)"')
        end)
        print(sys.waitUntil("READ", 10000))
        assert(device.state().network.signal == 7)
        ril.request("AT+X", nil, function(_, ok, _, text) sys.publish("ANSWER", ok) end)
        assert(select(2, sys.waitUntil("ANSWER", 10000)))
    ]])) })
end)

it("a script that the soft dog has ended finds what there was when it was fed last", function()
    local output, is_empty = run([[
        sys.subscribe("HANG", function()
            rtos.openSoftDog(50)
            while true do end
        end)
    ]], [[
        if device.state().restarts == 0 then
            device.signal(9)
            sys.publish "HANG"
            sys.wait(5000)
        end
        print(device.state().network.signal)
    ]])
    assert.truthy(output:find "the device restarts\n9\n$", output)
    assert.is_true(is_empty)
end)

it("a text that has lost its end is not used, and that of another process is not touched", function()
    local print_signal = "print(device.state().network.signal)"
    local function found(process)
        return (run("", print_signal, [[echo "{\"slots\":[" >@/half; exec 9<@/half; export LUATOS_HANDOVER="]]
            .. process .. [[:9";]]))
    end
    local output = found "$$"
    local WARNING = "^%[W%]%-%[luatos%] the device has forgotten all over the restart: [^\n]+\n24\n$"
    assert.truthy(output:find(WARNING), output)
    assert.equal("24\n", found "$PPID")
    assert.equal("24\n", run("", print_signal, 'export LUATOS_HANDOVER="nonsense";'))
end)

it("a run that is killed while it restarts leaves nothing", function()
    project.with({ ["main.lua"] = 'require "sys" sys.restart "again"', ["tmp/none"] = "" }, function(this)
        os.remove(this.path "tmp/none")
        for round = 1, 5 do
            os.execute(("TMPDIR=%s timeout -s KILL %.3f target/release/luatos %s >%s 2>&1"):format(
                this.path "tmp", 0.06 + round * 0.007, this.path "main.lua", this.path "output"))
        end
        assert.is_true(os.execute("rmdir " .. this.path "tmp"))
    end)
end)

it("programs that have ended before it are not left over", function()
    project.with({ ["main.lua"] = [[
        PROJECT, VERSION = "CHILDREN", "1.0.0"
        require "sys"
        local file = io.open "/runs"
        local runs = file and file:read "*n" or 0
        file = io.open("/runs", "w")
        file:write(runs + 1)
        file:close()
        if runs < 4 then
            io.popen("true"):read "*a"
            rtos.restart()
        end
        local children = io.popen("ps -o stat= --ppid $PPID"):read "*a"
        print("left", select(2, children:gsub("Z", "")))
    ]] }, function(this)
        local output = this.luatos()
        -- The last one may have ended a little late.
        assert.truthy(output:match "left [01]\n", output)
    end)
end)
