--- Long runs: a server that breaks connections at random, many reconnects, many objects. Nothing is lost,
-- and no file descriptor, thread or memory is left behind. Takes seconds; SOAK=long (`make soak`) takes
-- minutes.
require "luatos"
local sys = require "sys"
local websocket = require "websocket"
local peer = require "peer"
local interpreter = require "interpreter"

local SHORT = { seeds = 2, breaks = 8, reconnects = 200, objects = 2000 }
local LONG = { seeds = 20, breaks = 50, reconnects = 10000, objects = 100000 }

local soak = os.getenv "SOAK"
assert(soak == nil or soak == "" or soak == "long", "SOAK: long or nothing expected")
local size = soak == "long" and LONG or SHORT
local BREAKS = size.breaks

local server

-- A server for each test: its number of breaks starts anew.
before_each(function()
    server = peer.start "peer.py"
end)

after_each(function()
    server:stop()
end)

for seed = 1, size.seeds do
    it("what send accepted arrives once and in order across broken connections, seed " .. seed, function()
        local ws = websocket.new(server:url(("/chaos?seed=%d&breaks=%d"):format(seed, BREAKS)))
        -- Number of messages that the kernel has taken by the end of each connection.
        local sent, taken, is_open = 0, { 0 }, false
        ws:on("sent", function() sent = sent + 1 end)
        ws:on("open", function() is_open = true end)
        ws:on("close", function()
            if is_open then
                is_open = false
                taken[#taken + 1] = sent
            end
        end)
        local ended
        sys.taskInit(function() ended = ws:start(0, nil, 0.005) end)
        -- Numbered messages of all sizes, until after the last break, and 50 more.
        local number, last_number = 0, math.huge
        while number < last_number do
            local text = ("%d %s"):format(number + 1, ("x"):rep((number * 7919) % 20000))
            if ws:send(text, true) then
                number = number + 1
            else
                sys.wait(5)
            end
            if number % 8 == 0 then
                sys.wait(5)
            end
            if #taken > BREAKS and last_number == math.huge then
                last_number = number + 50
            end
        end
        peer.eventually(function() return sent == number end, "the last sent")
        -- The last connection does not break: everything that the kernel has taken there arrives.
        local received
        peer.eventually(function()
            received = {}
            for _, record in ipairs(server:log "frame") do
                local connection = tonumber(record[1])
                if record[4] == "1" then
                    local payload = record[6]:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
                    received[connection] = received[connection] or {}
                    table.insert(received[connection], tonumber(payload:match("^%d+")))
                end
            end
            local last = received[BREAKS + 1]
            return last and last[#last] == number
        end, "the last message")
        websocket.exit(ws)
        peer.eventually(function() return ended end, "the end of start")

        local missing = 0
        for connection = 1, BREAKS + 1 do
            local list = received[connection] or {}
            -- A connection begins with the first message that the kernel had not taken whole, ...
            if list[1] then
                assert.equal(taken[connection] + 1, list[1], "first message of connection " .. connection)
            end
            -- ... goes on without a gap ...
            for index = 2, #list do
                assert.equal(list[index - 1] + 1, list[index], "in connection " .. connection)
            end
            -- ... and what is missing at its end is what the kernel had taken.
            local last = list[#list] or taken[connection]
            local last_taken = taken[connection + 1] or number
            assert.is_true(last <= last_taken, ("message %d arrived, the last taken is %d"):format(last, last_taken))
            missing = missing + last_taken - last
        end
        assert.is_true(missing < number)
    end)
end

--- Runs a plain Lua script that calls `state "before"` and `state "after"`.
-- @string script its text, in which `REPEATS` is the number of its repetitions
-- @number repeats
-- @return by name of the state: number of `files` and `threads`, and resident `memory` in KiB
local function measure(script, repeats)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(([[
        local websocket = require "websocket"
        local url, REPEATS = "ws://127.0.0.1:%d/echo", %d
        local function count(folder)
            local stat = io.open "/proc/self/stat"
            local pid = stat:read("*n")
            stat:close()
            -- Not by a pipe: `ls` would count its ends, one or two depending on timing.
            local path = os.tmpname()
            os.execute("ls /proc/" .. pid .. "/" .. folder .. " | wc -l > " .. path)
            local result = io.open(path)
            local number = result:read("*n")
            result:close()
            os.remove(path)
            return number
        end
        local function state(name)
            collectgarbage() collectgarbage()
            -- Idle worker threads end after two seconds.
            for _ = 1, 100 do
                if count "task" == 1 then break end
                os.execute "sleep 0.1"
            end
            local status = io.open "/proc/self/status"
            local resident = status:read("*a"):match("VmRSS:%%s*(%%d+)")
            status:close()
            print(name, count "fd", count "task", resident)
        end
    ]]):format(server.port, repeats) .. script)
    file:close()
    local process = io.popen(interpreter.name .. " " .. path .. " 2>&1")
    local output = process:read("*a")
    process:close()
    os.remove(path)
    local states = {}
    for name, files, threads, memory in output:gmatch("(%w+)\t(%d+)\t(%d+)\t(%d+)") do
        states[name] = { files = tonumber(files), threads = tonumber(threads), memory = tonumber(memory) }
    end
    assert(states.before and states.after, output)
    return states
end

local function assert_nothing_left(states)
    assert.equal(states.before.files, states.after.files, "file descriptors")
    assert.same({ 1, 1 }, { states.before.threads, states.after.threads }, "threads")
    assert.is_true(states.after.memory - states.before.memory < 2000,
        states.after.memory - states.before.memory .. " KiB more")
end

it("many reconnects leave nothing behind", function()
    assert_nothing_left(measure([[
        local ws = websocket.new(url)
        local function round(times)
            for _ = 1, times do
                assert(ws:connect(20000))
                ws:send("x")
                assert(ws:recv(20000))
                ws:close()
            end
        end
        round(100)
        state "before"
        round(REPEATS)
        state "after"
    ]], size.reconnects))
end)

it("many objects, every hundredth connected, leave nothing behind", function()
    assert_nothing_left(measure([[
        local function round(times)
            for number = 1, times do
                local ws = websocket.new(url)
                ws:on("message", function() return ws end)
                ws:send("x")
                if number % 100 == 0 then
                    assert(ws:connect(20000))
                end
            end
        end
        -- Tables and the allocator's arenas reach their full size.
        for _ = 1, 5 do
            round(REPEATS)
        end
        state "before"
        round(REPEATS)
        state "after"
    ]], size.objects))
end)
