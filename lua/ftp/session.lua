--- The control connection of `ftp`, and the data connections that it makes (RFC 959).

-- The program's own copy, if it has one.
local socket = require "socket"

local setmetatable, tonumber = setmetatable, tonumber

local Session = {}
Session.__index = Session

--- Seconds for a connection.
local CONNECT_TIMEOUT = 30

--- Longest reply, in bytes.
local MOST_REPLY = 64 * 1024

--- What scripts get in place of a reply, by what has failed: code and text.
local FAILURES = {
    connect = { "502", "SOCKET_CONN_ERROR" },
    send = { "426", "SOCKET_SEND_ERROR" },
    receive = { "503", "SOCKET_RECV_TIMOUT" },
}

--- Ends the session after a failure.
-- @string what key of FAILURES
-- @param why
-- @return code, text, and why
function Session:fail(what, why)
    self:cut()
    return FAILURES[what][1], FAILURES[what][2], why
end

--- Connects.
-- @tab options `host`, `port`, `is_secure`, `cert`, `timeout` (ms)
-- @return session; or nil, code, text and why
function Session.open(options)
    local self = setmetatable({ options = options, control = nil, buffer = "" }, Session)
    local control = socket.tcp(options.is_secure, options.cert)
    if not control then
        return nil, self:fail("connect", "no socket")
    end
    self.control = control
    local ok, why = control:connect(options.host, options.port, CONNECT_TIMEOUT)
    if not ok then
        return nil, self:fail("connect", why)
    end
    return self
end

--- Closes the connection.
function Session:cut()
    local control = self.control
    self.control = nil
    if control then
        control:close()
    end
end

-- ## Commands and replies

--- Takes a line of the control connection.
-- @return the line with its end; or nil and why not
local function read_line(self, timeout)
    local last
    while true do
        last = self.buffer:find("\n", 1, true)
        if (last or #self.buffer) > MOST_REPLY then
            return nil, "a line of the server is too long"
        elseif last then
            break
        end
        local ok, data = self.control:recv(timeout)
        if not ok then
            return nil, data
        end
        self.buffer = self.buffer .. data
    end
    local line = self.buffer:sub(1, last)
    self.buffer = self.buffer:sub(last + 1)
    return line
end

--- Receives a reply, which may have several lines (RFC 959, section 4.2).
-- @number[opt] timeout ms for each piece, nil or 0 for none
-- @return code and the text after it, with the space before it and the line ends; or nil and why not
function Session:reply(timeout)
    local text, why = read_line(self, timeout)
    if not text then
        return nil, why
    end
    local code, separator = text:match "^(%d%d%d)([^%d])"
    if not code then
        return nil, "no reply of FTP: " .. text:sub(1, 60)
    end
    while separator == "-" do
        local line
        line, why = read_line(self, timeout)
        if not line then
            return nil, why
        end
        text = text .. line
        if #text > MOST_REPLY then
            return nil, "the reply is too long"
        elseif line:sub(1, 3) == code and line:find "^%d%d%d[^%d-]" then
            break
        end
    end
    return code, text:sub(4)
end

--- Sends a command and receives its reply.
-- @return code and text; or nil, and what `fail` returns
function Session:command(command, timeout)
    local ok, why = self.control:send(command .. "\r\n")
    if not ok then
        return nil, self:fail("send", why)
    end
    local code, text = self:reply(timeout)
    if not code then
        return nil, self:fail("receive", text)
    end
    return code, text
end

-- ## Transfers

--- Whether an address of four numbers is one of the internet (RFC 6890).
local function is_public(a, b)
    return not (a == 0 or a == 10 or a == 127 or a == 169 and b == 254 or a == 172 and b >= 16 and b < 32
        or a == 192 and b == 168 or a == 100 and b >= 64 and b < 128 or a >= 224)
end

--- The port of a data connection in the extended passive mode, which servers of IPv6 insist on (RFC 2428).
-- @return number; or nil, which is what the server says that has no such mode
local function extended_port(self, timeout)
    local code, text = self:command("EPSV", timeout)
    local port = code == "229" and tonumber((select(2, text:match "%(([!-~])%1%1(%d+)%1%)")))
    return port and port <= 65535 and port or nil
end

--- Asks the server where it waits for a data connection. Servers behind a NAT tell an address that cannot be reached
-- from here, and hostile ones that of a third party: theirs counts only where the name of the server may stand for it.
-- @return address and port; or nil, code, text and why
local function ask_for_address(self, timeout)
    local host = self.options.host
    local code, text, why, detail = self:command("PASV", timeout)
    if not code then
        return nil, text, why, detail
    end
    local port = code:sub(1, 1) == "5" and extended_port(self, timeout)
    if port then
        return host, port
    end
    local a, b, c, d, high, low = text:match "(%d+),(%d+),(%d+),(%d+),(%d+),(%d+)"
    port = a and tonumber(high) * 256 + tonumber(low)
    if code ~= "227" or not port or port > 65535 then
        return nil, code, text
    end
    local is_name = host:find "%a" and not host:find(":", 1, true)
    if is_name and is_public(tonumber(a), tonumber(b)) then
        return ("%s.%s.%s.%s"):format(a, b, c, d), port
    end
    return host, port
end

--- Opens a data connection and has the server begin a transfer.
-- @return socket; or nil, code, text and why
local function begin_transfer(self, command, timeout)
    local address, port, text, why = ask_for_address(self, timeout)
    if not address then
        return nil, port, text, why
    end
    local data = socket.tcp(self.has_private_data, self.options.cert)
    if not data then
        return nil, self:fail("connect", "no socket")
    end
    local code, detail
    local is_connected, problem
    if self.has_private_data then
        -- RFC 4217, section 9: the server begins with TLS after the command only.
        is_connected, problem = self.control:send(command .. "\r\n")
        if is_connected then
            is_connected, problem = data:connect(address, port, CONNECT_TIMEOUT)
            code, text = self:reply(timeout)
            if not code then
                text, why, detail = self:fail("receive", text)
            end
        end
    else
        is_connected, problem = data:connect(address, port, CONNECT_TIMEOUT)
        if is_connected then
            code, text, why, detail = self:command(command, timeout)
        end
    end
    local begins = code and code:sub(1, 1) == "1"
    if is_connected and begins then
        return data
    end
    data:close()
    if code and not begins then
        -- The server's own reason.
        return nil, code, text
    elseif not is_connected and self.control then
        return nil, self:fail("connect", problem)
    end
    return nil, text, why, detail
end

--- Makes a transfer: opens a data connection, sends a command, moves the data, and receives the last reply.
-- @string command
-- @number timeout ms
-- @function move called with the socket; returns true, or false and a key of `FAILURES`, or a code and a text
-- @return code and text, of the last reply or of what has failed
function Session:transfer(command, timeout, move)
    local data, code, text, why = begin_transfer(self, command, timeout)
    if not data then
        return code, text, why
    end
    local ok, what, reason, detail = move(data)
    data:close()
    if not ok and FAILURES[what] then
        return self:fail(what, reason)
    end
    code, text = self:reply(timeout)
    if not code then
        -- A reply that comes later would be taken for that of another command.
        local problem
        code, text, problem = self:fail("receive", text)
        if ok then
            return code, text, problem
        end
    end
    if not ok then
        return what, reason, detail
    end
    return code, text
end

return Session
