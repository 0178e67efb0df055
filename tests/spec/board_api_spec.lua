--- `luatos --board`: the device over HTTP and WebSocket.
require "luatos"
local json = require "json" or json
require "sys"
local websocket = require "websocket"
local board_server = require "board_server"
local peer = require "peer"

--- A project that does what a test has it do by a message.
local PROJECT = [[
    PROJECT, VERSION = "BOARD_SPEC", "1.0.0"
    require "log"
    require "pins"
    require "sms"
    require "sys"
    local lamp = pins.setup(pio.P0_10, 0)
    local TODO = {
        on = function() lamp(1) end,
        off = function() lamp(0) end,
        echo = function() sms.send("10086", "answer") end,
        publish = function() sys.publish("SPEC", 1.5, "\255", { a = 1 }, nil) end,
        odd = function()
            local shared, chain = {}, {}
            for _ = 1, 30 do shared = { shared, shared } end
            chain.next = chain
            sys.publish("ODD", print, chain, shared, "last")
        end,
        fail = function() error "on purpose" end,
        flood = function()
            for number = 1, 20000 do print("line " .. number .. (" "):rep(200)) end
        end,
    }
    sms.setNewSmsCb(function(_, text)
        log.info("todo", text)
        sys.taskInit(TODO[text])
    end)
    uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
    uart.on(1, "receive", function() uart.write(1, uart.read(1, "*l")) end)
    uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
    uart.on(2, "receive", function() sys.restart("asked for") end)
    sys.taskInit(function() sys.waitUntil "NEVER" end)
    sys.init(0, 0)
    sys.run()
]]

local CONFIGURATION = [[
[pins]
P0_10 = "lamp"
P0_1 = "bell"

[keys]
"1,2" = "OK"
]]

local FILES = { ["main.lua"] = PROJECT, ["luatos.toml"] = CONFIGURATION }

local run

--- What becomes of hostile clients takes some seconds: they come to another run, beside the tests.
local attacked, hostile

setup(function()
    run = board_server.start(FILES)
    attacked = board_server.start { ["main.lua"] = 'print "main"' }
    local command = "/usr/bin/python3 tests/support/hostile_clients.py %s %s"
    hostile = io.popen(command:format(attacked.host, attacked.token))
end)

teardown(function()
    run:stop()
    attacked:stop()
end)

--- Opens the WebSocket, and returns a function that waits for a message that a function accepts, and the WebSocket.
local function watch(more)
    local ws = websocket.new(run:changes(more))
    assert.is_true(ws:connect(20000))
    return function(accepts, what)
        local give_up = os.time() + 20
        repeat
            local ok, text = ws:recv(20000)
            assert(ok, what)
            local change = json.decode(text)
            if accepts(change) then
                return change
            end
        until os.time() > give_up
        error("never came: " .. what)
    end, ws
end

local function has_name(name)
    return function(change) return change.name == name end
end

local function todo(what)
    assert.equal("[]", (run:call("sms", ('["10000", "%s"]'):format(what))))
end

describe("the page", function()
    it("is at the address that is printed", function()
        local status, body, head = run:request("/?token=" .. run.token, { token = false })
        assert.equal(200, status)
        assert.truthy(body:find("<!doctype html>", 1, true))
        assert.truthy(head:find("content-type: text/html; charset=utf-8\r\n", 1, true), head)
    end)

    it("tells nobody the token", function()
        for _, path in ipairs { "/", "/?token=wrong", "/index.html" } do
            local status, body = run:request(path, { token = false })
            assert.equal(200, status)
            assert.is_nil(body:find(run.token, 1, true))
        end
    end)

    it("has its parts without a token, each with its type, and nothing else", function()
        for path, kind in pairs { ["/main.js"] = "text/javascript", ["/style.css"] = "text/css" } do
            local status, _, head = run:request(path, { token = false })
            assert.equal(200, status)
            assert.truthy(head:find("content-type: " .. kind, 1, true), head)
        end
        for _, path in ipairs { "/nothing", "/../mod.rs", "/%2e%2e/mod.rs", "//etc/passwd", "/main.js/" } do
            assert.equal(404, (run:request(path, { token = false })), path)
        end
    end)

    it("may load and run nothing from elsewhere, nor be in a frame", function()
        for _, path in ipairs { "/main.js", "/api/state", "/api/nothing", "/nothing" } do
            local _, _, head = run:request(path)
            local policy = head:match "content%-security%-policy: ([^\r]*)"
            for _, part in ipairs { "default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'" } do
                assert.truthy(policy:find(part, 1, true), policy)
            end
            assert.is_nil(policy:find("unsafe", 1, true))
            assert.truthy(head:find("x-content-type-options: nosniff", 1, true))
            assert.truthy(head:find("referrer-policy: no-referrer", 1, true))
            assert.truthy(head:find("cache-control: no-store", 1, true))
        end
    end)
end)

describe("the token", function()
    it("is in the query or in a header", function()
        assert.equal(200, (run:request "/api/state"))
        assert.equal(200, (run:request("/api/state?token=" .. run.token, { token = false })))
    end)

    it("is asked for by everything of the API", function()
        for _, path in ipairs {
            "/api/state", "/api/state?token=", "/api/state?token=" .. run.token .. "x", "/api/changes", "/api/files/x",
            "/api/picture", "/api/openapi.json", "/api/nothing", "/api/",
        } do
            local status, body = run:request(path, { token = false })
            assert.equal(401, status, path)
            assert.truthy(json.decode(body).error:find("token", 1, true))
        end
        assert.equal(401, (run:request("/api/state", { token = "wrong" })))
        assert.equal(401, (run:request("/api/sms", { token = "wrong", method = "POST", body = '["1","x"]' })))
    end)

    it("is a new one for each run, unless it is given", function()
        local other = board_server.start({ ["main.lua"] = "" }, { environment = "LUATOS_BOARD_TOKEN=" })
        local token = other.token
        other:stop()
        assert.truthy(token:find("^" .. ("%x"):rep(32) .. "$"), token)
        local output = io.popen("LUATOS_BOARD_TOKEN='a b' target/release/luatos --board - </dev/null 2>&1"):read "*a"
        assert.truthy(output:find("LUATOS_BOARD_TOKEN: 8 or more", 1, true), output)
        assert.is_nil(output:find("a b", 1, true))
    end)
end)

describe("pages of other sites", function()
    it("have no access, whatever they send", function()
        local POST = { method = "POST", body = '["10086","evil"]' }
        local ours = "http://" .. run.host
        for _, origin in ipairs { "http://evil.example", "null", "https://" .. run.host, ours .. ".evil" } do
            POST.headers = { "Origin: " .. origin, "Content-Type: application/json" }
            assert.equal(403, (run:request("/api/sms", POST)), origin)
            assert.equal(403, (run:request("/api/changes", { headers = { "Origin: " .. origin } })))
            assert.equal(403, (run:request("/api/state", { headers = { "Origin: " .. ours, "Origin: " .. origin } })))
        end
        assert.equal(200, (run:request("/api/state", { headers = { "Origin: " .. ours } })))
    end)

    it("have none by a name that leads here", function()
        local port = run.host:match ":%d+"
        local function status(host)
            return (run:request("/api/state", { headers = { "Host: " .. host } }))
        end
        local OTHERS = { "evil.example", "evil.example" .. port, "127.0.0.1:1", "127.0.0.1", "127.0.0.1.evil" .. port }
        for _, host in ipairs(OTHERS) do
            assert.equal(403, status(host), host)
        end
        assert.equal(200, status("localhost" .. port))
    end)
end)

describe("a call", function()
    it("returns what the function returns", function()
        assert.equal("[]", (run:call("signal", "[20]")))
        assert.equal('[""]', (run:call("uart.read", "[1, 0]")))
        assert.equal("[]", (run:call("wait", '["dtmf", 1]')))
    end)

    it("may wait, while others go on", function()
        local answer = run.project.path "waited"
        local command = [[curl -s -H 'Content-Type: application/json' -d '["pin", 20000]' -o %s %s/api/wait?token=%s &]]
        os.execute(command:format(answer, run.host, run.token))
        local text = peer.eventually(function()
            todo "on"
            todo "off"
            local file = io.open(answer)
            local text = file and file:read "*a"
            return text ~= "" and text
        end, "the pin")
        assert.truthy(text:find '^%[10,[01],"output"%]$', text)
    end)

    it("takes and returns any bytes", function()
        assert.equal("[]", (run:call("uart.write", '[1, {"base64": "/wAK"}]')))
        assert.equal('[{"base64":"/wAK"}]', (run:call("uart.read", "[1, 20000]")))
        assert.equal("[]", (run:call("uart.write", '[1, "灯\\n"]')))
        assert.equal('["灯\\n"]', (run:call("uart.read", "[1, 20000]")))
    end)

    it("that has been given up takes nothing from the next", function()
        local command = "curl -s -m 0.3 -H 'Content-Type: application/json' -d '[1, 20000]' %s/api/uart.read?token=%s"
        os.execute(command:format(run.host, run.token))
        assert.equal("[]", (run:call("uart.write", '[1, "late\\n"]')))
        assert.equal('["late\\n"]', (run:call("uart.read", "[1, 5000]")))
    end)

    it("fails with the error's text, and no traceback", function()
        for arguments, problem in pairs {
            ["[99, 1]"] = "device.input: pin: 0 to 95 expected, got 99",
            ["[]"] = "device.input: pin: 0 to 95 expected, got nil",
            ['[1, "high"]'] = 'device.input: level: 0 or 1 expected, got "high"',
            ["[1, {}]"] = "device.input: level: 0 or 1 expected, got table: ",
        } do
            local body, status = run:call("input", arguments)
            assert.equal(400, status)
            local text = json.decode(body).error:gsub("0x%x+", "")
            assert.equal(problem, text)
        end
    end)

    it("has arguments in a JSON array", function()
        for _, body in ipairs { "{}", "1", '"x"', "[1", "nonsense", "[1] [2]", '[{"base64": "?"}]', ("["):rep(1000) } do
            local answer, status = run:call("signal", body)
            assert.equal(400, status, body)
            assert.truthy(json.decode(answer).error, answer)
        end
        assert.equal(415, (run:request("/api/signal", { method = "POST", body = "[20]" })))
        assert.equal(413, (run:request("/api/signal", { method = "POST", body = (" "):rep(5 * 1024 * 1024) })))
        assert.equal(200, (run:request("/api/reset_connections", { method = "POST" })))
    end)

    it("is one of the table device", function()
        local body, status = run:call("batery", "[]")
        assert.equal(404, status)
        local problem = json.decode(body).error
        assert.truthy(problem:find("did you mean battery?", 1, true) and problem:find("uart.read", 1, true), problem)
        for _, name in ipairs { "__index", "toString", "", "sms/x" } do
            assert.equal(404, select(2, run:call(name, "[]")), name)
        end
        assert.equal(405, (run:request "/api/sms"))
        assert.equal(405, (run:request("/api/state", { method = "DELETE" })))
        assert.equal(405, (run:request("/", { method = "POST", body = "x" })))
    end)

    it("has no functions among its arguments and results, and says so", function()
        for _, name in ipairs { "on", "i2c", "spi", "uart" } do
            local body, status = run:call(name, "[1]")
            assert.equal(400, status)
            assert.truthy(json.decode(body).error:find("here: ", 1, true), body)
        end
    end)
end)

describe("the state", function()
    it("is what device.state() returns, with lists and objects told apart", function()
        local status, body = run:request "/api/state"
        assert.equal(200, status)
        for _, part in ipairs {
            '"leds":{', '"calls":[]', '"parts":[]', '"displays":[]', '"10":{"level":',
            '"names":{"1":"bell","10":"lamp"}', '"keys":{"1,2":"OK"}', '"restarts":0', '"is_simulated":false',
            '"rate":null',
        } do
            assert.truthy(body:find(part, 1, true), part .. " in " .. body)
        end
        assert.equal("[" .. body:gsub('"run":%b{}', ""):gsub("%%", "%%%%") .. "]",
            (run:call "state":gsub('"run":%b{}', "")))
    end)
end)

describe("files", function()
    it("are written, read and removed", function()
        local bytes = "\0\255\r\n灯"
        assert.equal(204, (run:request("/api/files/a%20%E7%81%AF.bin", { method = "PUT", body = bytes })))
        local status, body, head = run:request "/api/files/a%20%E7%81%AF.bin"
        assert.equal(200, status)
        assert.equal(bytes, body)
        assert.truthy(head:find("content-type: application/octet-stream", 1, true))
        assert.truthy(select(2, run:request "/api/state"):find('"path":"/a 灯.bin","size":7', 1, true))
        assert.equal(204, (run:request("/api/files/a%20%E7%81%AF.bin", { method = "DELETE" })))
        assert.equal(404, (run:request("/api/files/a%20%E7%81%AF.bin", { method = "DELETE" })))
        assert.equal(404, (run:request "/api/files/a%20%E7%81%AF.bin"))
    end)

    it("are read as they are, texts too", function()
        local _, body = run:request "/api/files/lua/main.lua"
        assert.equal(PROJECT, body)
        local status, problem = run:request("/api/files/lua/main.lua", { method = "PUT", body = "" })
        assert.equal(400, status)
        assert.truthy(problem:find("Read-only file system", 1, true), problem)
    end)

    it("are those of the device alone", function()
        for _, path in ipairs { "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "/", "/%00" } do
            local status, body = run:request("/api/files" .. path)
            assert(status == 404 or status == 400, path .. ": " .. status)
            assert.is_nil(body:find("root:", 1, true))
        end
    end)
end)

it("the description of the API is there", function()
    local status, body = run:request "/api/openapi.json"
    assert.equal(200, status)
    assert.equal("3.1.0", json.decode(body).openapi)
end)

it("a display that is not there has no picture", function()
    assert.equal(404, (run:request "/api/picture"))
    assert.equal(404, (run:request "/api/picture?display=none"))
end)

describe("changes", function()
    it("begin with the state and the last lines of the log", function()
        todo "on"
        run:expect "[I]-[todo] on"
        local _, ws = watch "&log=2"
        local first = json.decode(select(2, ws:recv(20000)))
        assert.equal("state", first.name)
        assert.equal("output", first.values[1].pins["10"].use)
        for _ = 1, 2 do
            local _, text = ws:recv(20000)
            local line = json.decode(text)
            assert.equal("log", line.name)
            assert.equal("stdout", line.values[2])
            assert.equal(line.values[1], line.text)
        end
        ws:close()
    end)

    it("begin with the log alone where the script does not wait", function()
        local busy = board_server.start { ["main.lua"] = 'print "busy" while true do end' }
        local ws = websocket.new(busy:changes())
        assert.is_true(ws:connect(20000))
        assert.equal("busy", json.decode(select(2, ws:recv(20000))).text)
        ws:close()
        busy:stop()
    end)

    it("tell of what is said last before the script exits", function()
        local other = board_server.start { ["main.lua"] = [[
            require "sys"
            uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
            uart.on(1, "receive", function()
                print "said last"
                os.exit(0)
            end)
            sys.run()]] }
        local ws = websocket.new(other:changes "&log=0")
        assert.is_true(ws:connect(20000))
        assert.equal("state", json.decode(select(2, ws:recv(20000))).name)
        other:call("uart.write", '[1, "x"]')
        local texts = {}
        repeat
            local ok, text = ws:recv(20000)
            texts[#texts + 1] = ok and json.decode(text).text or ""
        until not ok
        assert.truthy(table.concat(texts, "\n"):find("said last", 1, true))
        assert.is_true((other:ended()))
        other:stop()
    end)

    it("have name, values, number, time and the text of --trace", function()
        local wait, ws = watch "&log=0"
        wait(has_name "state", "the state")
        todo "off"
        todo "on"
        local pin = wait(function(change) return change.name == "pin" and change.values[2] == 1 end, "the pin")
        assert.same({ 10, 1, "output" }, pin.values)
        assert.equal("10 = 1", pin.text)
        assert.truthy(pin.number > 0 and pin.time > 0)
        local next_one = wait(function(change) return change.number end, "another change")
        assert.equal(pin.number + 1, next_one.number)
        ws:close()
    end)

    it("tell of actions, and of what is published", function()
        local wait, ws = watch "&log=0"
        wait(has_name "state", "the state")
        todo "publish"
        local action = wait(has_name "action", "the action")
        assert.same({ "sms", 'from 10000: "publish"' }, action.values)
        local published = wait(function(change)
            return change.name == "publish" and change.values[1] == "SPEC"
        end, "what is published")
        assert.equal(1.5, published.values[2])
        assert.equal("/w==", published.values[3].base64)
        assert.equal(1, published.values[4].a)
        ws:close()
    end)

    it("have a text in place of what JSON cannot have, and go on at once", function()
        local wait, ws = watch "&log=0"
        wait(has_name "state", "the state")
        todo "odd"
        local published = wait(function(change)
            return change.name == "publish" and change.values[1] == "ODD"
        end, "what is published")
        assert.same({ "ODD", "a function has no form in JSON", "a table that is too deep, or within itself",
            "a table of too many values", "last" }, published.values)
        ws:close()
    end)

    it("tell all who watch of the state that somebody has changed", function()
        local first, one = watch "&log=0"
        local second, two = watch "&log=0"
        assert.equal("[]", (run:call("battery", "[3456]")))
        for _, wait in ipairs { first, second } do
            wait(function(change)
                return change.name == "state" and change.values[1].power.battery == 3456
            end, "the battery")
        end
        one:close()
        two:close()
    end)

    it("that a client is too slow for are lost to it alone", function()
        local wait, ws = watch "&log=0"
        wait(has_name "state", "the state")
        local go = run.project.path "go"
        local command = ("/usr/bin/python3 tests/support/slow_watcher.py %s %s %s"):format(run.host, run.token, go)
        local slow = io.popen(command)
        assert.equal("ready", slow:read "*l")
        todo "flood"
        run:expect "line 20000 "
        io.open(go, "w"):close()
        local lost = json.decode(slow:read "*l")
        slow:close()
        assert.equal("lost", lost.name)
        assert.truthy(lost.values[1] > 0)
        ws:close()
    end)

    it("that are long take no more memory because somebody reads nothing", function()
        local talker = board_server.start {
            ["main.lua"] = [[
                PROJECT, VERSION = "TALKER", "1.0.0"
                require "sys"
                require "pins"
                sys.taskInit(function()
                    sys.waitUntil "NEWS"
                    for _ = 1, 200 do
                        for _ = 1, 5 do print(("x"):rep(150000)) end
                        sys.wait(1)
                    end
                    pins.setup(pio.P0_2, 1)
                end)
                uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
                uart.on(1, "receive", function() sys.publish "NEWS" end)
                sys.init(0, 0)
                sys.run()
            ]],
        }
        finally(function() talker:stop() end)
        local command = "/usr/bin/python3 tests/support/slow_watcher.py %s %s %s"
        local slow = io.popen(command:format(talker.host, talker.token, talker.project.path "go"))
        assert.equal("ready", slow:read "*l")
        talker:call("uart.write", '[1, "begin"]')
        peer.eventually(function()
            return select(2, talker:request "/api/state"):find('"pins":{"2"', 1, true)
        end, "the end of the lines")
        local resident
        for line in io.lines("/proc/" .. talker.pid .. "/status") do
            resident = resident or tonumber(line:match "^VmRSS:%s+(%d+)")
        end
        assert.truthy(resident < 100 * 1024, resident .. " KiB")
        io.open(talker.project.path "go", "w"):close()
        assert.truthy(slow:read("*l"):find("lost", 1, true))
        slow:close()
    end)

    it("are told to at most 64 at once", function()
        local sockets = {}
        for index = 1, 64 do
            sockets[index] = websocket.new(run:changes "&log=0")
            assert.is_true(sockets[index]:connect(20000))
        end
        local status, body = run:request("/api/changes", { headers = {
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        } })
        assert.equal(503, status)
        assert.truthy(body:find("64", 1, true), body)
        for _, ws in ipairs(sockets) do
            ws:close()
        end
    end)

    it("are a WebSocket's, and nothing else", function()
        local status, body, head = run:request "/api/changes"
        assert.equal(426, status)
        assert.truthy(head:find("upgrade: websocket", 1, true), head)
        assert.truthy(body:find("WebSocket", 1, true))
        local HANDSHAKE = { "Upgrade: websocket", "Connection: Upgrade" }
        assert.equal(426, (run:request("/api/changes", { headers = HANDSHAKE })))
        HANDSHAKE[3] = "Sec-WebSocket-Version: 13"
        assert.equal(400, (run:request("/api/changes", { headers = HANDSHAKE })))
        HANDSHAKE[4] = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
        assert.equal(400, (run:request("/api/changes?log=x", { headers = HANDSHAKE })))
    end)
end)

describe("a run", function()
    it("keeps its address over a restart", function()
        local wait, ws = watch "&log=0"
        wait(has_name "state", "the state")
        run:call("uart.write", '[2, "restart"]')
        peer.eventually(function()
            local status, body = run:request "/api/state"
            return status == 200 and body:find('"restarts":1', 1, true)
        end, "the restart")
        ws:close()
        assert.equal(1, select(2, run:log():gsub("board: http", "")))
    end)

    it("ends by Ctrl-C, whoever watches", function()
        local other = board_server.start({ ["main.lua"] = 'print "main"' })
        local ws = websocket.new(other:changes())
        assert.is_true(ws:connect(20000))
        os.execute("kill -INT " .. other.pid)
        local _, how, signal = other:ended()
        assert.same({ "signal", 2 }, { how, signal })
        ws:close()
        other:stop()
    end)

    it("answers calls that wait, and closes WebSockets, when the script ends it", function()
        for _, script in ipairs { "os.exit(0)", "rtos.poweroff()" } do
            local other = board_server.start { ["main.lua"] = [[
                require "sys"
                uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
                uart.on(1, "receive", function() ]] .. script .. [[ end)
                sys.run()
            ]] }
            local answer = other.project.path "waited"
            local command = [[curl -s -H 'Content-Type: application/json' -d '["dtmf", 30000]' -o %s ]]
                .. "%s/api/wait?token=%s &"
            os.execute(command:format(answer, other.host, other.token))
            local ws = websocket.new(other:changes())
            local code
            ws:on("close", function(number) code = number end)
            assert.is_true(ws:connect(20000))
            peer.eventually(function() return select(2, other:request "/api/state") end, "the state")
            other:call("uart.write", '[1, "end"]')
            assert.is_true((other:ended()))
            local text = peer.eventually(function()
                local file = io.open(answer)
                return file and file:read "*a"
            end, "the answer")
            assert.equal('{"error":"the run has ended"}', text)
            repeat until not ws:recv(20000)
            assert.not_equal(1006, code)
            other:stop()
        end
    end)

    it("ends as its scenario does, or by an error of the main script", function()
        local FILES_OF_SCENARIO = { ["main.lua"] = "", ["s.lua"] = "sys.wait(10)" }
        local scenario = board_server.start(FILES_OF_SCENARIO, { words = "--scenario s.lua" })
        assert.is_true((scenario:ended()))
        scenario:stop()
        local failing = board_server.start { ["main.lua"] = 'error "on purpose"' }
        local _, how, status = failing:ended()
        assert.same({ "exit", 1 }, { how, status })
        failing:stop()
    end)

    it("serves with time that passes over waits, on the device's Lua, and at a prompt", function()
        local SCRIPT = 'require "sys" sys.timerLoopStart(function() end, 1000) sys.run()'
        for _, case in ipairs {
            { words = "--instant" },
            { words = "--vm 5.1" },
            { words = "", target = "repl </dev/null" },
            { words = "--console", target = "main.lua </dev/null" },
        } do
            local other = board_server.start({ ["main.lua"] = SCRIPT }, case)
            local status, body = other:request "/api/state"
            assert.equal(200, status)
            assert.equal(case.words == "--instant", body:find('"is_simulated":true', 1, true) ~= nil)
            other:stop()
        end
    end)

    it("says why it cannot listen", function()
        local output = io.popen(("target/release/luatos --board=%s - </dev/null 2>&1"):format(run.host)):read "*a"
        assert.truthy(output:find("--board: cannot listen on " .. run.host, 1, true), output)
        output = io.popen "target/release/luatos --board=nowhere - 2>&1":read "*a"
        assert.truthy(output:find('PORT or HOST:PORT expected, got "nowhere"', 1, true), output)
    end)
end)

it("clients that mean no good are refused or let go, and the others served", function()
    local results = {}
    for line in hostile:lines() do
        local name, result = line:match "^(.-): (.*)$"
        results[name] = result
    end
    hostile:close()
    assert.same({
        ["says nothing"] = "nothing, closed",
        ["stops within the head"] = "nothing, closed",
        ["drips its head"] = "nothing, closed",
        ["has an endless head"] = "431, closed",
        ["has too many headers"] = "431, closed",
        ["speaks no HTTP"] = "400, closed",
        ["has two hosts"] = "403, closed",
        ["has no host"] = "403, closed",
        ["has two lengths"] = "400, closed",
        ["has a length and chunks"] = "400, closed",
        ["sends a frame without a mask"] = "101, closed",
        ["sends an endless message"] = "101, closed",
    }, results)
    assert.equal(200, (attacked:request "/api/state"))
end)
