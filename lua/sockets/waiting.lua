--- How the task of a socket waits: for a condition, looked at whenever the core has told something of the socket.
local use = ...
local host = use "native.host"
local waits = use "device.waits"

local milliseconds = host.milliseconds
local error = error

local waiting = {}

--- Waits until a condition holds, in a task or outside one.
-- @tab socket
-- @function condition called with the socket
-- @number ms nil for no limit
-- @string call the method, for errors
-- @return whether it holds
function waiting.wait_until(socket, condition, ms, call)
    if condition(socket) then
        return true
    end
    local give_up, left = ms and milliseconds() + ms, ms
    while true do
        if left and left <= 0 then
            return false
        end
        local wait = waits.new()
        socket.pending = wait
        local problem = waits.wait(wait, left, "socket:" .. call)
        socket.pending = nil
        if problem then
            error(problem, 0)
        elseif condition(socket) then
            return true
        end
        left = give_up and give_up - milliseconds()
    end
end

--- Ends the wait of a socket's task, which looks then whether it has what it waits for.
function waiting.wake(socket)
    local wait = socket.pending
    if wait then
        socket.pending = nil
        waits.finish(wait)
    end
end

return waiting
