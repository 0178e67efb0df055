-- luv (libuv) in a coroutine. Usage: luv.lua WORKLOAD PORT COUNT; see benches/run.
local uv = require "luv"
local workload, port, count = arg[1], tonumber(arg[2]), tonumber(arg[3])

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local function exchange(data, rounds)
    local task = coroutine.running()
    local connection = uv.new_tcp()
    connection:nodelay(true)
    connection:connect("127.0.0.1", port, function(problem)
        assert(not problem, problem)
        coroutine.resume(task)
    end)
    coroutine.yield()
    connection:read_start(function(problem, part)
        assert(not problem, problem)
        coroutine.resume(task, part)
    end)
    mark "begin"
    for _ = 1, count * rounds do
        connection:write(data)
        local left = #data
        while left > 0 do
            left = left - #coroutine.yield()
        end
    end
    mark "end"
    connection:close()
end

local workloads = {
    tcp = function() exchange(("x"):rep(64), 1) end,
    tcp_big = function() exchange(("x"):rep(64 << 10), 16) end,
}

assert(coroutine.resume(coroutine.create(workloads[workload])))
uv.run()
