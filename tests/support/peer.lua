--- Starts and asks the test servers.
local peer = {}
peer.__index = peer

--- Longest wait for a condition, in seconds; only a broken test reaches it.
local LIMIT = 60

local function nap()
    os.execute("sleep 0.02")
end

--- A server that does not run yet.
-- @string name its file in `tests/support`
-- @string[opt] more further arguments of its command
function peer.new(name, more)
    local base = os.tmpname()
    return setmetatable({ name = name, base = base, log_file = base .. ".log", more = more or "" }, peer)
end

--- A server that runs; the caller stops it. Most spec files use `servers.lua`, which does that by itself.
-- @string name its file in `tests/support`
-- @number[opt=0] port 0 for a free one
-- @string[opt] more further arguments of its command
function peer.start(name, port, more)
    local self = peer.new(name, more)
    self:run(port)
    return self
end

--- Starts it and waits until it listens.
-- @number[opt=0] port 0 for a free one
function peer:run(port)
    local port_file = self.base .. ".port"
    os.remove(port_file)
    self.port = nil
    local program = self.name:find "%.js$" and "node" or "/usr/bin/python3"
    local command = ("exec %s tests/support/%s %s %s %d %s"):format(
        program, self.name, port_file, self.log_file, port or 0, self.more)
    self.process = assert(io.popen(command, "w"))
    local give_up = os.time() + LIMIT
    repeat
        local file = io.open(port_file)
        if file then
            self.port = file:read("*n")
            file:close()
        else
            nap()
        end
    until self.port or os.time() > give_up
    assert(self.port, self.name .. " did not start")
    os.remove(port_file)
end

--- Ends the server; its open connections break.
function peer:stop()
    if self.process then
        self.process:close()
        self.process = nil
    end
end

--- Starts it again on the same port.
function peer:restart()
    self:stop()
    self:run(self.port)
end

function peer:url(path, scheme)
    return ("%s://127.0.0.1:%d%s"):format(scheme or "ws", self.port, path or "/")
end

--- The URL under which scripted.py behaves as the Python text `code` says.
function peer:script(code, scheme)
    local hex = code:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
    return self:url("/run?code=" .. hex, scheme)
end

--- The records of its log, each a list of fields.
-- @string[opt] kind only the records whose second field has this value
function peer:log(kind)
    local records = {}
    local file = io.open(self.log_file)
    for line in file and file:lines() or function() end do
        local fields = {}
        for field in (line .. "\t"):gmatch("([^\t]*)\t") do
            fields[#fields + 1] = field
        end
        if not kind or fields[2] == kind then
            records[#records + 1] = fields
        end
    end
    if file then
        file:close()
    end
    return records
end

--- Empties its log.
function peer:forget()
    -- The server appends: emptying the file is enough.
    io.open(self.log_file, "w"):close()
end

--- The data frames it has received, as "opcode:payload".
function peer:frames()
    local list = {}
    for index, record in ipairs(self:log("frame")) do
        local payload = record[6]:gsub("%x%x", function(pair)
            return string.char(tonumber(pair, 16))
        end)
        list[index] = record[4] .. ":" .. payload
    end
    return list
end

--- Waits until `condition()` returns a true value, and returns that. Runs the message loop meanwhile, if
-- `sys` is loaded.
function peer.eventually(condition, what)
    local sys = package.loaded.sys
    local give_up = os.time() + LIMIT
    while true do
        local result = condition()
        if result then
            return result
        end
        if os.time() > give_up then
            error("never happened: " .. (what or "the condition"), 2)
        end
        if type(sys) == "table" and sys.wait then
            sys.wait(10)
        else
            nap()
        end
    end
end

return peer
