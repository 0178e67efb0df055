--- `errDump`: errors that are kept from start to start, and reported.
local project = require "project"
local peer = require "peer"

--- A project whose script is given with each run.
local function with(body)
    project.with({}, function(this)
        body(function(script, options)
            local file = assert(io.open(this.path "main.lua", "w"))
            file:write('PROJECT, VERSION = "DUMP", "1.0.0"\nrequire "sys" require "errDump"\n' .. script)
            file:close()
            return this.luatos("--modem register_after=0 " .. (options or "") .. " @/main.lua")
        end)
    end)
end

--- A server that keeps what it gets, one record a line, and answers.
local function server(kind, answer)
    local this = peer.start("dump_server.py", 0, kind .. " '" .. (answer or "OK") .. "'")
    function this.reports()
        local list = {}
        for _, record in ipairs(this:log "report") do
            list[#list + 1] = (record[3]:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
        end
        return list
    end
    return this
end

it("keeps errors of tasks, restarts and the main script", function()
    with(function(run)
        local output = run [[
            errDump.appendErr "first"
            sys.taskInit(function() error "in a task" end)
            sys.timerStart(function() error "in a callback" end, 5)
            sys.run()
            if rtos.poweron_reason() == rtos.POWERON_KEY then sys.restart "to see" end
            error "at the end"
        ]]
        assert.truthy(output:find("[E]-[errDump.appendErr] first", 1, true), output)
        output = run ""
        for _, text in ipairs { "first", "in a task", "in a callback", "restart[to see];", "at the end" } do
            assert.truthy(output:find(text, 1, true), text .. "\nin\n" .. output)
        end
        -- Nobody looks for the fault in today's script.
        local note = "[W]-[errDump.luaErr] this is of an earlier start; /luaerrinfo.txt has it"
        assert.truthy(output:find(note, 1, true), output)
    end)
end)

it("stores five KiB and no more", function()
    with(function(run)
        local output = run [[
            LOG_LEVEL = log.LOG_SILENT
            print(errDump.appendErr(("x"):rep(5 * 1024 - 2)), errDump.appendErr "y", errDump.appendErr(nil))
        ]]
        assert.equal("true nil nil\n", output)
    end)
end)

for _, kind in ipairs { "udp", "tcp" } do
    it("reports by " .. kind .. " and forgets what was reported", function()
        local this = server(kind)
        with(function(run)
            local script = ('errDump.request("%s://127.0.0.1:%d") sys.init(0, 0) sys.run() print "over"'):format(
                kind, this.port)
            run 'errDump.appendErr "the fault"'
            local output = run(script)
            assert.truthy(output:find "over\n$", output)
            peer.eventually(function() return #this.reports() == 1 end, "a report")
            local text = this.reports()[1]
            assert.truthy(text:find("^DUMP_Luat_V[^,]+,1.0.0,%d+,[^,]*,\r\npoweron reason:%d\r\nthe fault\r\n"), text)
            -- There is nothing to report any more.
            assert.truthy(run(script):find "over\n$")
            assert.equal(1, #this.reports())
        end)
        this:stop()
    end)
end

it("reports by HTTP, with user and password, to a server that takes it", function()
    local this = server("http", "204")
    with(function(run)
        run 'errDump.appendErr "the fault"'
        local script = ('errDump.request("http://a:b@127.0.0.1:%d/x") sys.init(0, 0) sys.run() print "over"'):format(
            this.port)
        assert.truthy(run(script):find "over\n$")
        assert.truthy(this.reports()[1]:find("the fault", 1, true))
        assert.falsy(run "":find("the fault", 1, true))
    end)
    this:stop()
    -- The user's name is not taken for the host.
    with(function(run)
        run 'errDump.appendErr "the fault"'
        local output = run 'errDump.request "http://user:b@ota.airm2m.com/" sys.init(0, 0) sys.run()'
        assert.truthy(output:find("ota.airm2m.com:80 is not reached", 1, true), output)
    end)
end)

it("keeps what a server of HTTP has refused", function()
    local this = server("http", "503")
    with(function(run)
        run 'errDump.appendErr "the fault"'
        local output = run(('errDump.request("http://127.0.0.1:%d/") sys.init(0, 0) sys.run()'):format(this.port),
            "--timeout 2")
        assert.truthy(output:find("the server answers with status 503", 1, true), output)
        assert.truthy(run "":find("the fault", 1, true))
    end)
    this:stop()
end)

it("keeps what no server has taken", function()
    local this = server("udp", "NO")
    with(function(run)
        run 'errDump.appendErr "the fault"'
        run(('errDump.request "udp://127.0.0.1:%d" sys.init(0, 0) sys.run()'):format(this.port), "--timeout 3")
        assert.truthy(run "":find("the fault", 1, true))
    end)
    this:stop()
end)

it("does not call home unless it is asked to", function()
    local this = server "udp"
    with(function(run)
        run 'errDump.appendErr "the fault"'
        local script = 'errDump.request "udp://ota.airm2m.com:9072" sys.init(0, 0) sys.run() print "over"'
        local output = run(script)
        local refusal = "ota.airm2m.com:9072 is not reached: --online permits it, and --connect-to leads to "
            .. "another server"
        assert.truthy(output:find(refusal, 1, true), output)
        assert.truthy(output:find "over\n$", output)
        output = run(script, ("--connect-to ota.airm2m.com:9072:127.0.0.1:%d"):format(this.port))
        assert.falsy(output:find(refusal, 1, true), output)
        peer.eventually(function() return #this.reports() == 1 end, "a report")
    end)
    this:stop()
end)

it("notes events of the network if that is wanted", function()
    with(function(run)
        run [[
            errDump.setNetworkLog(true)
            sys.publish("FLYMODE", true)
            sys.publish("LIB_SOCKET_CONNECT_FAIL_IND", false, "tcp", "host", 80)
            sys.publish("SIM_IND", "RDY")
            sys.run()
            errDump.setNetworkLog(true)
            sys.publish("SIM_IND", "NIST")
            sys.run()
        ]]
        local output = run ""
        assert.truthy(output:find("[E]-[errDump.libNetErr]", 1, true), output)
        for _, pattern in ipairs { "FLYMODE@%d%d_%d%d:%d%d:%d%d", "SIM_IND@[^\n]+:NIST", "tcp://host:80@[^\n]+fail" } do
            assert.truthy(output:find(pattern), output)
        end
        run 'errDump.setNetworkLog(false) sys.publish("FLYMODE", true) sys.run()'
        assert.equal("", run "")
    end)
end)

it("notes the newest events of the network, in five KiB", function()
    with(function(run)
        run [[
            errDump.setNetworkLog(true)
            for number = 1, 200 do
                sys.publish("LIB_SOCKET_CONNECT_FAIL_IND", false, "tcp", "host", number)
                sys.publish("LIB_SOCKET_CONNECT_FAIL_IND", false, "tcp", "often", 1)
            end
            sys.run()
        ]]
        local output = run [[
            local text = io.readFile "/lib_network_err.txt"
            print(#text <= 5 * 1024, text:find("host:200@", 1, true) ~= nil, text:find("host:1@", 1, true))
            print(select(2, text:gsub("often:1@", "")))
        ]]
        assert.truthy(output:find "\ntrue true nil\n1\n$", output)
    end)
end)

it("keeps earlier errors where the flash is full", function()
    with(function(run)
        run('errDump.appendErr "the first"', "--modem flash=8192")
        run([[
            local file = io.open("/full", "wb")
            while file:write(("x"):rep(16)) and file:flush() do end
            file:close()
            print(errDump.appendErr(("y"):rep(1000)))
        ]], "--modem flash=8192")
        assert.truthy(run "":find("the first", 1, true))
    end)
end)

it("refuses what is no address", function()
    with(function(run)
        local output = run [[
            print(select(2, pcall(errDump.request)))
            print(select(2, pcall(errDump.request, "udp://h:1", 0)))
            print(errDump.request "ftp://host:1", errDump.request "udp://host")
            print(errDump.request "tcp://host:65536", errDump.request "http://")
        ]]
        local address = 'errDump.request: address such as "udp://host:port" expected, got nil'
        assert.truthy(output:find(address, 1, true), output)
        assert.truthy(output:find("errDump.request: period in ms expected, got 0", 1, true), output)
        assert.truthy(output:find "\nnil nil\n[^\n]+\n[^\n]+\nnil nil\n$", output)
    end)
end)
