-- `socketcore` in a task, over a message loop as LuatOS-Air's `sys` has it. Usage: sockets.lua WORKLOAD PORT COUNT;
-- see benches/run.
local workload, port, count = arg[1], arg[2], tonumber(arg[3])
local rtos, socketcore = require "rtos", require "socketcore"
local receive, sock_recv = rtos.receive, socketcore.sock_recv

local function mark(what)
    io.write(what, "\n")
    io.flush()
    io.read()
end

local task
local handlers = {
    [rtos.MSG_SOCK_CONN_CNF] = function(message) coroutine.resume(task, message.result == 0) end,
    [rtos.MSG_SOCK_SEND_CNF] = function() end,
    [rtos.MSG_SOCK_RECV_IND] = function(message)
        coroutine.resume(task, sock_recv(message.socket_index, message.recv_len))
    end,
}

--- Sends `data` and reads as much, `rounds` times in each of COUNT operations.
local function exchange(data, rounds)
    local id = socketcore.sock_conn_ext(0, "127.0.0.1", port)
    assert(coroutine.yield())
    mark "begin"
    for _ = 1, count * rounds do
        socketcore.sock_send(id, data)
        local left = #data
        while left > 0 do
            left = left - #coroutine.yield()
        end
    end
    mark "end"
end

local workloads = {
    tcp = function() exchange(("x"):rep(64), 1) end,
    tcp_big = function() exchange(("x"):rep(65536), 16) end,
}

task = coroutine.create(workloads[workload])
assert(coroutine.resume(task))
while coroutine.status(task) ~= "dead" do
    local message = receive(rtos.INF_TIMEOUT)
    if type(message) == "table" then
        handlers[message.id](message)
    end
end
