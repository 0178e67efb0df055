--- What a script may give to the methods of a socket. Each function raises the error of its argument at the script's
-- call, and is called by the very method that the script calls.
local use = ...
local show = use("runtime.text").show

local running = coroutine.running
local type, error, tonumber = type, error, tonumber

local arguments = {}

--- How far the script's line is from `error`: past `bad`, the check and the method.
local CALLER = 4

local function bad(call, name, expected, value)
    error(("socket:%s: %s: %s expected, got %s"):format(call, name, expected, show(value)), CALLER)
end

--- Only the task that made a socket may wait for it.
function arguments.check_owner(socket, call)
    if type(socket) ~= "table" then
        error(("socket:%s: a socket before the colon expected, such as client:%s(...), got %s"):format(call, call,
            show(socket)), 3)
    end
    if running() ~= socket.co then
        error(("socket:%s: coroutine mismatch: only the task that made the socket may call this"):format(call), 3)
    end
end

--- A number of seconds or milliseconds, or nil.
function arguments.check_time(call, name, value)
    if value ~= nil and (type(value) ~= "number" or value ~= value or value < 0) then
        bad(call, name, "number of 0 or more", value)
    end
    return value
end

--- Data to send.
-- @return string; "" for nil
function arguments.check_data(call, data)
    if data ~= nil and type(data) ~= "string" then
        bad(call, "data", "string", data)
    end
    return data or ""
end

--- The number of a port, which may be given by its digits.
-- @return number, or nil for what is no port
function arguments.port(value)
    local number = tonumber(value)
    return number and number % 1 == 0 and number >= 0 and number <= 65535 and number or nil
end

--- Where to connect to.
-- @return the port as a number
function arguments.check_address(call, address, port)
    if type(address) ~= "string" then
        bad(call, "address", "string", address)
    end
    local number = arguments.port(port)
    if not number then
        bad(call, "port", "0 to 65535", port)
    end
    return number
end

--- The message that ends a wait, or nil.
function arguments.check_message(call, name, value)
    if value ~= nil and type(value) ~= "string" then
        bad(call, name, "string", value)
    end
    return value
end

--- A callback, or nil.
function arguments.check_callback(call, name, value)
    if value ~= nil and type(value) ~= "function" then
        bad(call, name, "function", value)
    end
    return value
end

--- A heartbeat: its bytes, or what is called in its place, or nil.
function arguments.check_heartbeat(call, name, value)
    if value ~= nil and type(value) ~= "string" and type(value) ~= "function" then
        bad(call, name, "string or function", value)
    end
    return value
end

return arguments
