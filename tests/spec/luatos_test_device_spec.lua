--- `luatos.test`: the device of each test.
local inner_tests = require "inner_tests"

local assert_ok = inner_tests.assert_ok

local server = require("servers").peer()

describe("a device of a test", function()
    it("is the present one for modules that the file has required", function()
        assert_ok(2, [[
            local sys, pins = require "sys", require "pins"
            local luatos = require "luatos"
            local heard = 0
            for _ = 1, 2 do
                it("hears", function()
                    test.clock.instant()
                    pins.setup(3, function() heard = heard + 1 end)
                    test.device.input(3, 1)
                    luatos.device.input(3, 0)
                    local begin = os.time()
                    sys.wait(86400000)
                    assert.is_true(os.time() - begin >= 86400)
                    assert.equal(2, heard)
                    heard = 0
                end)
            end]])
    end)

    it("has the globals of what the file has required, and leaves others to the project", function()
        assert_ok(4, [[
            require "sys" require "net"
            it("has them", function() assert.is_table(sys) assert.is_table(net) assert.is_nil(http) end)
            it("has them beside a project", function()
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                test.project(folder)
                assert.equal(require "sys", sys)
                assert.is_table(net)
                require "http"
            end)
            describe("a part of the file", function()
                require "pins"
                it("adds some", function() assert.is_table(pins) assert.is_table(net) assert.is_nil(http) end)
                teardown(function() sys.publish "END OF ALL" end)
            end)
            it("still has them", function() sys.wait(1) assert.is_table(net) end)]])
    end)

    it("leaves neither globals nor modules nor subscriptions to the next test", function()
        assert_ok(2, [[
            it("leaves", function()
                test.project(folder)
                sys.subscribe("NEWS", function() error("heard of the test before") end)
                sys.timerStart(function() error("a timer of the test before") end, 1000)
                assert.is_table(helper)
            end)
            it("finds nothing", function()
                assert.is_nil(helper)
                assert.is_nil(package.loaded.helper)
                require "sys"
                sys.publish "NEWS"
                test.clock.advance(5000)
            end)]])
    end)

    it("lets no time pass, or some, without a word in the log", function()
        assert_ok(1, [[
            it("is quiet", function()
                test.clock.advance(0)
                test.clock.advance(1000)
                assert.same({}, test.log())
            end)]])
    end)

    it("leaves no memory behind", function()
        assert_ok(30, [[
            local first
            for index = 1, 30 do
                it("is small", function()
                    test.project(folder)
                    collectgarbage()
                    collectgarbage()
                    first = index == 5 and collectgarbage "count" or first
                    assert.is_true(index < 30 or collectgarbage "count" - first < 2000)
                end)
            end]])
    end)

    it("breaks the connections of the test before", function()
        assert_ok(2, [[
            local websocket = require "websocket"
            local ws
            it("connects", function()
                ws = websocket.new(os.getenv "SERVER")
                assert.is_true(ws:connect(20000))
            end)
            it("is another one", function()
                assert.is_false(ws:online())
                local own = websocket.new(os.getenv "SERVER")
                assert.is_true(own:connect(20000))
                own:close()
            end)]], "SERVER=" .. server:url "/echo")
    end)

    it("has a soft dog that counts the time that is passed over", function()
        assert_ok(2, [[
            require "sys" require "log"
            it("bites, and the test fails unless it expects that", function()
                rtos.openSoftDog(10000)
                sys.taskInit(function() sys.wait(15000) log.info("task", "after it") end)
                test.clock.advance(60000)
                local failures = require "luatos".take_failures()
                assert.equal(1, #failures)
                assert.truthy(failures[1]:find "not fed for 10000 ms")
                test.expect_log "rtos.openSoftDog%] not fed"
                test.expect_log "after it"
            end)
            it("is fed in time", function()
                rtos.openSoftDog(10000)
                sys.timerLoopStart(rtos.eatSoftDog, 9000)
                test.clock.advance(3600000)
                rtos.closeSoftDog()
                test.clock.advance(3600000)
            end)]])
    end)

    it("that only talks to servers of its test is not waited for", function()
        assert_ok(2, [[
            require "sys" require "socket"
            local websocket = require "websocket"
            it("waits", function()
                local server = test.websocket()
                local ws = websocket.new(("ws://127.0.0.1:%d/"):format(server.port))
                assert.is_true(ws:connect(20000))
                local answers = 0
                ws:on("message", function() answers = answers + 1 end)
                sys.timerLoopStart(function() ws:send "x" end, 1000)
                test.clock.advance(200500)
                while answers < 200 do ws:recv(1) end
            end)
            it("waits, with a socket", function()
                _G.PROJECT, _G.VERSION = "TEST", "1.0.0"
                local server, answer = test.tcp(function(peer)
                    for data in function() return peer:receive(nil, 0x7fffffff) end do peer:reply(data) end
                end)
                sys.taskInit(function()
                    local client = socket.tcp()
                    while not socket.isReady() do sys.wait(1000) end
                    assert(client:connect("127.0.0.1", server.port))
                    for _ = 1, 100 do
                        client:send "x"
                        answer = select(2, client:recv(5000))
                        sys.wait(1000)
                    end
                    client:close()
                end)
                sys.init(0, 0)
                test.clock.advance(150000)
                assert.equal("x", answer)
            end)]])
    end)
end)
