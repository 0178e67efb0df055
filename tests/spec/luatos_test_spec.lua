--- `luatos.test`: what a test does with its project.
local inner_tests = require "inner_tests"
local runner = require "runner"

local run, assert_ok = inner_tests.run, inner_tests.assert_ok

describe("a project", function()
    it("begins anew in each test, with empty files", function()
        assert_ok(3, [[
            for _ = 1, 3 do
                it("starts", function()
                    test.project(folder)
                    assert.equal("1", test.expect_log "beat (%d+)")
                    local file = io.open "/starts.txt"
                    assert.equal("start\n", file:read "*a")
                    file:close()
                    assert.equal("HEART", PROJECT)
                end)
            end]])
    end)

    it("lives through hours at once", function()
        assert_ok(1, [[
            it("beats", function()
                test.project(folder)
                test.clock.advance(3600000)
                local beats = 0
                for _, line in ipairs(test.log()) do
                    beats = beats + (line:find "beat" and 1 or 0)
                end
                assert.equal(61, beats)
            end)]])
    end)

    it("fails its test by an error in a task or callback", function()
        local output, status = run [[
            local test = require "luatos.test"
            it("fails", function()
                test.project(os.getenv "FOLDER")
                sys.publish "FAIL"
                test.clock.advance(1000)
            end)
            it("is not disturbed", function() end)]]
        assert.equal(1, status)
        assert.truthy(output:find("not ok 1", 1, true) and output:find("main.lua:13: as I was told", 1, true), output)
        assert.truthy(output:find("\nok 2", 1, true), output)
    end)

    it("fails its test where it ends the program, and the next test runs", function()
        local output, status = run [[
            local test = require "luatos.test"
            for name, library in pairs { exit = "os", restart = "rtos", poweroff = "rtos" } do
                it("ends", function()
                    test.project(os.getenv "FOLDER")
                    sys.publish("END", library, name)
                    test.clock.advance(1000)
                end)
            end
            it("can be asked whether it would", function()
                test.project(os.getenv "FOLDER")
                stub(rtos, "restart")
                sys.publish("END", "rtos", "restart")
                test.clock.advance(1000)
                assert.stub(rtos.restart).was.called(1)
            end)
            it("ends no more", function() assert.is_nil(getmetatable(rtos.restart)) end)]]
        assert.equal(1, status)
        for _, call in ipairs { "os.exit", "rtos.restart", "rtos.poweroff" } do
            assert.truthy(output:find(call .. ": it would end the tests too", 1, true), output)
        end
        assert.truthy(output:find("\nok 4 .*\nok 5 .*\n1%.%.5\n"), output)
    end)

    it("whose main script fails behind a wait, fails its test", function()
        local output, status = run([[
            local test = require "luatos.test"
            it("fails", function()
                test.project(os.getenv "FOLDER")
                test.clock.advance(10000)
            end)]], nil, { ["main.lua"] = 'require "sys" sys.wait(5000) error "late"' })
        assert.equal(1, status)
        assert.truthy(output:find("a task or callback has failed in this test: .*main.lua:1: late"), output)
    end)

    it("that is not there, or an option that is none, is named", function()
        assert_ok(1, [[
            it("raises", function()
                local function problem(...)
                    local ok, text = pcall(test.project, ...)
                    assert.is_false(ok)
                    return text
                end
                local ok, text = pcall(function() test.project(folder .. "/none.lua") end)
                assert.is_false(ok)
                assert.truthy(text:find("^[^:]*a_spec.lua:%d+: test.project: .*none.lua"), text)
                assert.truthy(problem(folder, { moden = {} }):find('moden', 1, true))
                assert.truthy(problem(folder, { modem = 5 }):find('modem: table expected, got 5', 1, true))
                assert.truthy(problem(folder, { modem = { imie = 1 } }):find('"imie"', 1, true))
                assert.truthy(problem(nil):find("test.project: path", 1, true))
                -- A device is there all the same.
                assert.is_table(test.device.state())
                test.project(folder)
                test.expect_log "beat"
            end)]])
    end)

    it("has the properties that the test wants", function()
        assert_ok(1, [[
            it("has them", function()
                test.project(folder, { modem = { imei = "862991419835241", battery = 3500 }, lib_version = "2.4.3" })
                require "misc"
                test.clock.advance(10000)
                assert.equal("862991419835241", misc.getImei())
                assert.equal(3500, test.device.state().power.battery)
                assert.equal("2.4.3", sys.SCRIPT_LIB_VER)
            end)]], "LUATOS_MODEM=imei=862991419835999")
    end)
end)

it("expect_log says what was printed instead", function()
    local output = run [[
        local test = require "luatos.test"
        it("waits", function()
            test.clock.instant()
            test.project(os.getenv "FOLDER")
            test.expect_log("never said", 150000)
        end)]]
    local beginning = 'expect_log: no line with "never said" within 150000 ms; the log ends so:'
    assert.truthy(output:find(beginning, 1, true), output)
    assert.truthy(output:find("[I]-[heart] beat 3", 1, true), output)
end)

it("the program's own prints are its own between the tests", function()
    local output = run [[
        local test = require "luatos.test"
        it("is quiet", function() print "in the test" assert.same({ "in the test" }, test.log()) end)
        teardown(function() print "behind the tests" end)]]
    assert.is_nil(output:find("in the test", 1, true), output)
    assert.truthy(output:find("behind the tests", 1, true), output)
end)

it("outside busted it says what it is for", function()
    local output, status = runner.lua 'require "luatos.test"'
    assert.equal(1, status)
    assert.truthy(output:find("luatos.test: it is for tests with busted", 1, true), output)
end)
<<<<<<< HEAD

describe("luatos test", function()
    local TEST = [[
        local test = require "luatos.test"
        it("beats", function()
            test.project(os.getenv "FOLDER")
            test.clock.advance(180000)
            test.expect_log "beat 4"
        end)]]
    local FILES = {
        ["main.lua"] = MAIN, ["helper.lua"] = HELPER, ["spec/a_spec.lua"] = TEST, ["spec/b_spec.lua"] = TEST,
    }

    --- Runs it in the project's folder.
    -- @tab[opt] files in place of the specs above
    local function luatos(arguments, environment, files)
        local output, status
        project.with(files or FILES, function(this)
            local command = "cd @ && export FOLDER=@ && %s timeout -s KILL 60 $OLDPWD/target/release/luatos %s 2>&1"
            local process = io.popen((command:format(environment or "", arguments):gsub("@", this.folder)))
            output = process:read "a"
            status = select(3, process:close())
        end)
        return output, status
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

describe("servers of a test", function()
    it("answer, stall, drop, and say what came instead", function()
        assert_ok(4, [[
            local function connect(server)
                require "socket"
                local client = socket.tcp()
                assert.is_true(client:connect("127.0.0.1", server.port))
                return client
            end
            local function in_task(body)
                local is_done
                sys.taskInit(function() body() is_done = true end)
                for _ = 1, 100 do
                    if is_done then return end
                    sys.wait(100)
                end
                error "the task has not ended"
            end
            before_each(function()
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                require "sys" require "socket"
                sys.init(0, 0)
                for _ = 1, 100 do
                    if socket.isReady() then return end
                    sys.wait(100)
                end
            end)
            it("answer", function()
                local server = test.tcp(function(peer)
                    peer:expect "ping"
                    assert.equal("a line", peer:receive_line())
                    peer:stall(200)
                    peer:reply "pong"
                    assert.same({ nil, "closed" }, { peer:receive() })
                    peer:close()
                end)
                in_task(function()
                    local client = connect(server)
                    client:send "pinga line\r\n"
                    local ok, data = client:recv(5000)
                    assert.same({ true, "pong" }, { ok, data })
                    client:close()
                end)
                assert.is_table(server:connection())
            end)
            it("drop", function()
                local server = test.tcp(function(peer) peer:receive() peer:drop() end)
                in_task(function()
                    local client = connect(server)
                    client:send "x"
                    assert.is_false((client:recv(5000)))
                    client:close()
                end)
            end)
            it("say what came", function()
                local problem
                local server = test.tcp(function(peer)
                    local ok, text = pcall(peer.expect, peer, "hello")
                    problem = not ok and text
                end)
                in_task(function() local client = connect(server) client:send "help" sys.wait(200) client:close() end)
                assert.truthy(problem:find('peer:expect: "hello" expected, got "help"', 1, true), problem)
            end)
            it("stop, and come back on the same port", function()
                local server = test.tcp()
                local port = server.port
                server:stop()
                in_task(function() require "socket" assert.is_false(socket.tcp():connect("127.0.0.1", port)) end)
                server:restart()
                assert.equal(port, server.port)
                in_task(function() connect(server):close() end)
            end)]])
    end)

    it("speak WebSocket", function()
        assert_ok(4, [[
            local websocket = require "websocket"
            local function connect(server)
                local ws = websocket.new(("ws://127.0.0.1:%d/path"):format(server.port))
                assert.is_true(ws:connect(20000))
                return ws
            end
            it("sends back what comes, of every length", function()
                local server = test.websocket()
                local ws = connect(server)
                assert.equal("/path", server:client().path)
                for _, size in ipairs { 0, 1, 125, 126, 65535, 65536, 200000 } do
                    ws:send(("x"):rep(size), size % 2 == 0)
                    local ok, data = ws:recv(20000)
                    assert.is_true(ok)
                    assert.equal(size, #data)
                end
                ws:ping "are you there"
                ws:close(4001, "enough")
                assert.equal("CLOSED", ws:state())
            end)
            it("closes with a code", function()
                local server = test.websocket(function(peer)
                    local text, kind = peer:receive()
                    peer:send(text .. kind)
                    peer:close(4321, "told to")
                end)
                local ws, code, reason = connect(server)
                ws:on("close", function(...) code, reason = ... end)
                ws:send("text", true)
                assert.same({ true, "text1" }, { ws:recv(20000) })
                assert.is_false((ws:recv(20000)))
                assert.same({ 4321, "told to" }, { code, reason })
            end)
            it("sees the device's close", function()
                local why
                local server = test.websocket(function(peer) why = select(2, peer:receive()) end)
                local ws = connect(server)
                ws:close(4002, "")
                assert.equal("closed 4002", why)
            end)
            it("breaks off", function()
                local server = test.websocket(function(peer) peer:receive() peer:drop() end)
                local ws = connect(server)
                ws:send "x"
                assert.is_false((ws:recv(20000)))
            end)]])
    end)

    it("outlive the start of the project, and get its requests", function()
        local output, status
        project.with({
            ["main.lua"] = [[
                PROJECT, VERSION = "POSTER", "1.0.0"
                require "sys" require "http" require "log"
                sys.taskInit(function()
                    while not socket.isReady() do sys.waitUntil("IP_READY_IND", 1000) end
                    http.request("POST", "http://hook.example/in?a=1", nil, { ["X-Id"] = "7" }, "the body", 5000,
                        function(ok, status, _, body) log.info("hook", ok, status, body) end)
                end)
                sys.init(0, 0)
                sys.run()]],
            ["spec/a_spec.lua"] = [[
                local test = require "luatos.test"
                it("posts", function()
                    local hook = test.http(function(request) return 201, "made " .. request.head["x-id"] end)
                    test.project(".", { connect_to = { hook:at "hook.example:80" }, modem = { register_after = 0 } })
                    local request = hook:request(30000)
                    assert.equal("POST /in?a=1 the body", request.method .. " " .. request.path .. " " .. request.body)
                    assert.equal("201", test.expect_log "%[hook%] true (%d+) made 7")
                end)]],
        }, function(this)
            local command = "timeout -s KILL 60 $OLDPWD/target/release/luatos --instant test -- --output=TAP 2>&1"
            local process = io.popen(("cd %s && %s"):format(this.folder, command))
            output = process:read "a"
            status = select(3, process:close())
        end)
        assert.equal(0, status, output)
    end)
end)
=======
>>>>>>> 01a81b6 (wip)
