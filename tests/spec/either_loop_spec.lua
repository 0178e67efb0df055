--- Our modules under a message loop of the project's own: a `sys` that calls `rtos.receive` itself.
local servers = require "servers"
local runner = require "runner"

local server = servers.peer()

--- A `sys` in the style of the device's, but no more than a project needs: tasks, timers, messages, a loop that
-- waits for the core without a time limit and expects a message each time. A `link` beside it.
local PROJECT = [[
    package.preload.sys = function()
        local sys, timers, queue, subscribers, handlers, last = {}, {}, {}, {}, {}, 0
        local function start(what, ms)
            last = last + 1
            timers[last] = what
            assert(rtos.timer_start(last, ms) == 1)
        end
        function sys.taskInit(body, ...)
            local task = coroutine.create(body)
            assert(coroutine.resume(task, ...))
            return task
        end
        function sys.wait(ms)
            start(coroutine.running(), ms)
            return coroutine.yield()
        end
        function sys.timerStart(callback, ms)
            start(callback, ms)
        end
        function sys.publish(...)
            queue[#queue + 1] = { ... }
        end
        function sys.subscribe(id, callback)
            subscribers[id] = subscribers[id] or {}
            subscribers[id][callback] = true
        end
        function sys.unsubscribe(id, callback)
            subscribers[id][callback] = nil
        end
        function sys.waitUntil(id)
            local task = coroutine.running()
            sys.subscribe(id, task)
            local values = { coroutine.yield() }
            sys.unsubscribe(id, task)
            return table.unpack(values)
        end
        rtos.on = function(id, handler)
            handlers[id] = handler
        end
        local function call(callback, ...)
            if type(callback) == "thread" then
                assert(coroutine.resume(callback, ...))
            else
                callback(select(2, ...))
            end
        end
        function sys.run()
            while true do
                while #queue > 0 do
                    local message = table.remove(queue, 1)
                    local receivers = {}
                    for callback in pairs(subscribers[message[1] ] or {}) do
                        receivers[#receivers + 1] = callback
                    end
                    for _, callback in ipairs(receivers) do
                        call(callback, table.unpack(message))
                    end
                end
                local id, parameter = rtos.receive(rtos.INF_TIMEOUT)
                if id == rtos.MSG_TIMER and timers[parameter] then
                    local what = timers[parameter]
                    timers[parameter] = nil
                    if type(what) == "thread" then
                        assert(coroutine.resume(what))
                    else
                        what()
                    end
                elseif type(id) == "table" then
                    (handlers[id.id] or print)(id)
                else
                    local handler = handlers[id]
                    if handler then
                        handler(parameter)
                    end
                end
            end
        end
        return sys
    end
    package.preload.link = function()
        local link, is_ready = {}, false
        function link.isReady()
            return is_ready
        end
        function link.set(ready)
            is_ready = ready
            sys.publish(ready and "IP_READY_IND" or "IP_ERROR_IND")
        end
        return link
    end
    sys, link = require "sys", require "link"
    local websocket = require "websocket"
    local url = "%s"
    %s
    sys.run()
    print "sys.run has returned"
]]

local function project(body)
    -- Parentheses: without the number of replacements.
    return (PROJECT:format(server:url "/echo", body))
end

--- What `body` prints before the project's `sys.run`, in both ways of running.
local function prints(expected, body)
    for name, run in pairs { luatos = runner.run, lua = runner.lua } do
        local output, status = run(project(body), name == "luatos" and "--timeout 20" or nil)
        assert.equal(expected, output, name)
        assert.equal(0, status, name)
    end
end

describe("under a loop of the project's own", function()
    it("a WebSocket connects, and calls that wait let tasks and timers go on", function()
        prints("timer\nslept\ntrue\ntrue hello\nfalse timeout\ntrue later\nCLOSED\n", [[
            sys.timerStart(function() print "timer" end, 5)
            sys.taskInit(function()
                sys.wait(30)
                print "slept"
            end)
            sys.taskInit(function()
                local ws = websocket.new(url)
                sys.wait(60)
                print(ws:connect(20000))
                ws:send "hello"
                print(ws:recv(20000))
                print(ws:recv(20))
                sys.timerStart(function() ws:send "later" end, 20)
                print(ws:recv())
                ws:close()
                print(ws:state())
            end)
        ]])
    end)

    it("start waits for the project's link, its callbacks wait and publish, and exit ends it", function()
        prints("not yet\nopen\nheard OPENED 7\nmessage hello\nproc hello\nclose 1000 \nstart true\n"
            .. "active true false\n", [[
            local ws, active = websocket.new(url), {}
            ws:on("open", function()
                sys.wait(10)
                print "open"
                sys.publish("OPENED", 7)
                sys.wait(10)
                ws:send "hello"
            end)
            ws:on("message", function(text)
                print("message", text)
                sys.wait(10)
            end)
            ws:on("close", function(...)
                print("close", ...)
                sys.wait(10)
            end)
            sys.taskInit(function() print("heard", sys.waitUntil "OPENED") end)
            sys.taskInit(function()
                print("start", ws:start(60, function(text)
                    sys.wait(10)
                    print("proc", text)
                    websocket.exit(ws)
                end))
                print("active", table.unpack(active))
            end)
            sys.subscribe("SOCKET_ACTIVE", function(is_active) active[#active + 1] = tostring(is_active) end)
            sys.timerStart(function()
                print "not yet"
                link.set(true)
            end, 30)
        ]])
    end)

    it("the loss of the project's address ends connections", function()
        prints("true\nfalse connection lost: IP_ERROR_IND\n", [[
            sys.taskInit(function()
                local ws = websocket.new(url)
                ws:on("error", function(text) print(false, text) end)
                print(ws:connect(20000))
                sys.timerStart(function() link.set(false) end, 10)
                ws:recv()
            end)
        ]])
    end)

    it("a wait outside a task loses nothing of what the loop has to see", function()
        prints("true\nfalse timeout\ntrue hello\ntimer\ntask\n", [[
            sys.timerStart(function() print "timer" end, 5)
            sys.taskInit(function()
                sys.wait(10)
                print "task"
            end)
            local ws = websocket.new(url)
            print(ws:connect(20000))
            -- Longer than the timers of the project.
            print(ws:recv(100))
            ws:send "hello"
            print(ws:recv(20000))
            ws:close()
        ]])
    end)

    it("our own modules publish and subscribe by the project's sys, and their timers run", function()
        prints("ours FROM_PROJECT 1\nproject FROM_OURS 2\nwaited\n", [[
            -- A module of ours reaches its own `sys` as the modules of the runtime do.
            local ours = debug.getregistry()["luatos.use"] "modules.sys"
            ours.subscribe("FROM_PROJECT", function(value) print("ours", "FROM_PROJECT", value) end)
            sys.subscribe("FROM_OURS", function(value) print("project", "FROM_OURS", value) end)
            ours.timerStart(function()
                sys.publish("FROM_PROJECT", 1)
                ours.publish("FROM_OURS", 2)
            end, 5)
            ours.taskInit(function()
                ours.wait(20)
                print "waited"
            end)
        ]])
    end)

    it("an error in a task that a WebSocket resumes is logged, and ends only this task", function()
        local output, status = runner.run(project [[
            sys.taskInit(function()
                local ws = websocket.new(url)
                ws:connect(20000)
                ws:close()
                error "broken"
            end)
            sys.subscribe("SOCKET_ACTIVE", function(is_active) print("still here", is_active) end)
        ]], "--strict")
        assert.truthy(output:find("broken", 1, true) and output:find("still here false", 1, true), output)
        assert.equal(1, status)
    end)
end)

describe("rtos.receive", function()
    it("ends the run when nothing can ever happen again, through any pcall", function()
        prints("waits\n", [[
            sys.subscribe("NEVER", print)
            print "waits"
            while true do pcall(sys.run) end
        ]])
    end)

    it("ends the run when its time is up, also in a task", function()
        for _, loop in ipairs { "sys.run()", "while true do pcall(sys.run) end", "sys.taskInit(sys.run)" } do
            local output, status = runner.run(project([[
                local function tick() sys.timerStart(tick, 5) end
                tick()
            ]] .. loop), "--timeout 0.5")
            assert.equal("", output)
            assert.equal(0, status)
        end
    end)

    it("ends connections with the run, as any other end does", function()
        local output = runner.run(project [[
            setmetatable({}, { __gc = function() print "collected" end })
            print "waits"
        ]])
        assert.equal("waits\ncollected\n", output)
    end)

    it("with a time limit says that the time is up, also where nothing can come", function()
        local output, status = runner.run [[
            print(rtos.receive(10) == rtos.WAIT_MSG_TIMEOUT, rtos.receive(10) == rtos.WAIT_MSG_TIMEOUT)
            rtos.timer_start(7, 5)
            local id, parameter = rtos.receive(20000)
            print(id == rtos.MSG_TIMER, parameter)
            print(pcall(rtos.receive, {}))
        ]]
        assert.equal("true true\ntrue 7\nfalse rtos.receive: time in ms or rtos.INF_TIMEOUT expected, got table\n",
            (output:gsub("false .-rtos", "false rtos")))
        assert.equal(0, status)
    end)

    it("raises an error under busted, which fails the test and ends nothing else", function()
        local output, status = runner.busted [[
            require "luatos"
            it("waits for nothing", function() rtos.receive(rtos.INF_TIMEOUT) end)
            it("runs all the same", function() end)
        ]]
        assert.truthy(output:find("rtos.receive: would wait for ever", 1, true), output)
        assert.truthy(output:find("ok 2 - runs all the same", 1, true), output)
        assert.equal(1, status)
    end)
end)
