--- Starts and asks the test servers.
local peer = {}
peer.__index = peer

--- How long a condition may take to hold, in seconds; only a broken test reaches it.
local LIMIT = 20

local function nap()
    os.execute("sleep 0.02")
end

--- Starts `tests/support/NAME`, on a free port or on `port`, with what `more` adds to its command.
function peer.start(name, port, more)
    local base = os.tmpname()
    local self = setmetatable({ name = name, base = base, log_file = base .. ".log", more = more or "" }, peer)
    self:run(port)
    return self
end

function peer:run(port)
    local port_file = self.base .. ".port"
    os.remove(port_file)
    local program = self.name:find "%.js$" and "node" or "/usr/bin/python3"
    local command = ("exec %s tests/support/%s %s %s %d %s"):format(
        program, self.name, port_file, self.log_file, port or 0, self.more)
    self.process = assert(io.popen(command, "w"))
    local give_up = os.time() + LIMIT
    repeat
        local file = io.open(port_file)
        if file then
            self.port = file:read("n")
            file:close()
        else
            nap()
        end
    until self.port or os.time() > give_up
    assert(self.port, self.name .. " did not start")
    os.remove(port_file)
end

--- Ends the server; what it holds open breaks.
function peer:stop()
    if self.process then
        self.process:close()
        self.process = nil
    end
end

--- Starts it again on the same port.
function peer:restart()
    self:stop()
    local port = self.port
    self.port = nil
    self:run(port)
end

function peer:url(path, scheme)
    return ("%s://127.0.0.1:%d%s"):format(scheme or "ws", self.port, path or "/")
end

--- The URL under which scripted.py behaves as the Python text `code` says.
function peer:script(code, scheme)
    local hex = code:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
    return self:url("/run?code=" .. hex, scheme)
end

--- What it has seen, as lists of fields; with `kind` only those whose second field that is.
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

--- Forgets what it has seen.
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

--- Waits until `condition()` holds and returns what it returned. Runs the message loop meanwhile, if
-- `sys` is there.
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
