--- LuatOS `ftp`: files of FTP servers, in passive mode.
--
-- Each task has a session of its own: that of its last `ftp.login`. All functions wait. They return a code and a text,
-- those of the server's last reply where nothing else is said; in place of a reply "502", "SOCKET_CONN_ERROR",
-- "426", "SOCKET_SEND_ERROR", or "503", "SOCKET_RECV_TIMOUT", and why; the session has ended then. The text of a reply
-- is what comes after the code, with the space before it and the line end.
local use = ...
local log = use "modules.log"
local copies = use "runtime.copies"
local certificates = use "sockets.certificates"
local port_of = use("sockets.arguments").port
local Session = use "ftp.session"
local show = use("runtime.text").show

-- The program's own copy, if it has one.
local socket = require "socket"

local running, type, error, setmetatable, tostring = coroutine.running, type, error, setmetatable, tostring
local concat = table.concat

local ftp = {}

--- Bytes of a file that are sent at a time, and most bytes of a list.
local PIECE, MOST_LIST = 11200, 16 * 1024 * 1024

--- The sessions by their tasks; outside a task by this key.
local sessions, OUTSIDE = setmetatable({}, { __mode = "k" }), {}

local function key()
    return (running()) or OUTSIDE
end

-- ## Arguments

local function bad(where, name, expected, value, level)
    error(("ftp.%s: %s: %s expected, got %s"):format(where, name, expected, show(value)), level or 4)
end

--- A part of a command, which must not end its line.
local function check_text(where, name, value)
    if type(value) ~= "string" and type(value) ~= "number" or tostring(value):find "[\r\n%z]" then
        bad(where, name, "string without line ends", value)
    end
    return tostring(value)
end

local function check_timeout(where, timeout)
    if timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout or timeout < 0) then
        bad(where, "timeout", "number of 0 or more (ms)", timeout)
    end
    return timeout
end

--- The session of the task that calls, or nil.
local function current(where)
    local session = sessions[key()]
    if session and session.control then
        return session
    end
    log.error("ftp." .. where, "this task has not logged in")
end

local function not_logged_in()
    return "503", "SOCKET_RECV_TIMOUT", "not logged in"
end

--- Sends a command in the session of the task.
local function send_command(where, command, timeout)
    local session = current(where)
    if not session then
        return not_logged_in()
    end
    local code, text, why, more = session:command(command, timeout)
    if not code then
        return text, why, more
    end
    log.info("ftp." .. where, command, code, text)
    return code, text
end

-- ## The session

--- Ends the session; without one it does nothing.
function ftp.close()
    local session = sessions[key()]
    sessions[key()] = nil
    if session and session.control then
        session.control:send "QUIT\r\n"
        session:cut()
    end
end

--- Sends a command that needs no data connection.
-- @string command such as "SYST"
-- @number[opt] timeout ms, none or 0: no limit
-- @return string: code of the reply; "503" without a session
-- @return string: text of the reply, or what has failed
-- @return string|nil: why it has failed
function ftp.command(command, timeout)
    return send_command("command", check_text("command", "command", command), check_timeout("command", timeout))
end

--- What a command of the log-in says unless its reply is one of these.
-- @return code and text, or nil
local function refusal(session, command, timeout, ...)
    local code, text, why, more
    if command then
        code, text, why, more = session:command(command, timeout)
    else
        code, text = session:reply(timeout)
        if not code then
            return session:fail("receive", text)
        end
    end
    if not code then
        return text, why, more
    end
    for _, expected in ipairs { ... } do
        if code:sub(1, #expected) == expected then
            session.last = code
            return nil
        end
    end
    session:cut()
    log.error("ftp.login", code, text)
    return code, code .. text
end

--- Logs in on a connection.
-- @return nothing, or code and text of what has failed
local function log_in(session, username, password, timeout)
    local code, text, why = refusal(session, nil, timeout, "2")
    if code then
        return code, text, why
    end
    code, text, why = refusal(session, "USER " .. username, timeout, "2", "331")
    if not code and session.last == "331" then
        code, text, why = refusal(session, "PASS " .. password, timeout, "2")
    end
    if code then
        return code, text, why
    end
    if session.options.is_secure then
        -- RFC 4217: TLS for the data too, where the server has it.
        code, text, why = refusal(session, "PBSZ 0", timeout, "2", "4", "5")
        if not code then
            code, text, why = refusal(session, "PROT P", timeout, "2", "4", "5")
            session.has_private_data = session.last and session.last:sub(1, 1) == "2"
        end
    end
    if not code then
        -- Files as they are: the server's default changes line ends.
        code, text, why = refusal(session, "TYPE I", timeout, "2", "4", "5")
    end
    return code, text, why
end

local function wait_for_network()
    local sys = copies.current "sys" or use "modules.sys"
    while not socket.isReady() do
        sys.waitUntil "IP_READY_IND"
    end
end

--- Connects and logs in, for the task that calls this; waits for a network first. The transfer type is binary then.
-- @string ftp_mode "PASV"; there is no other mode
-- @string host
-- @param[opt=21] port number|string: 0 to 65535
-- @string username
-- @string password
-- @number[opt] timeout ms for each piece of a reply, none or 0: no limit
-- @bool[opt] ssl true: TLS from the first byte on
-- @param[opt] cert socket.Cert: see `socket.tcp`
-- @return string: code, "200" when it is logged in, that of a server that refuses, "-1" for another mode
-- @return string: "ftp login success", the server's reply, or what has failed
-- @return string|nil: why it has failed
function ftp.login(ftp_mode, host, port, username, password, timeout, ssl, cert)
    if ftp_mode ~= "PASV" then
        log.error("ftp.login", "mode: PASV expected, got " .. show(ftp_mode))
        return "-1", "ftp ftp_mode error"
    end
    host = check_text("login", "host", host)
    if port ~= nil and not port_of(port) then
        bad("login", "port", "0 to 65535", port, 3)
    end
    username = check_text("login", "username", username or "anonymous")
    password = check_text("login", "password", password or "")
    check_timeout("login", timeout)
    certificates.check("ftp.login", cert, 2)
    wait_for_network()
    ftp.close()
    local session, code, text, why = Session.open {
        host = host, port = port or 21, is_secure = ssl == true, cert = cert, timeout = timeout,
    }
    if not session then
        return code, text, why
    end
    code, text, why = log_in(session, username, password, timeout)
    if code then
        session:cut()
        return code, text, why
    end
    sessions[key()] = session
    log.info("ftp.login", host, "success")
    return "200", "ftp login success"
end

-- ## Files

--- The end of a transfer for the script.
local function outcome(where, code, text, why)
    if code:sub(1, 1) == "2" then
        return "200", "ftp success"
    end
    log.error("ftp." .. where, code, text, why or "")
    return code, text, why
end

--- Sends a file, to the end of the server's file if that exists.
-- @string remote_file its name there
-- @string local_file its path here
-- @number[opt] timeout ms for each reply, none or 0: no limit
-- @return string: code, "200" when the file is there, else the server's; "503" for a file that cannot be read
-- @return string: "ftp success", the server's reply, or what has failed, such as "file open error"
-- @return string|nil: why it has failed
function ftp.upload(remote_file, local_file, timeout)
    remote_file = check_text("upload", "remote_file", remote_file)
    local_file = check_text("upload", "local_file", local_file)
    check_timeout("upload", timeout)
    local session = current "upload"
    if not session then
        return not_logged_in()
    end
    local file, problem = io.open(local_file, "rb")
    if not file then
        return "503", "file open error", problem
    end
    local code, text, why = session:transfer("APPE " .. remote_file, timeout, function(data)
        while true do
            local piece, why_not = file:read(PIECE)
            if why_not then
                return false, "503", "file read error", why_not
            elseif not piece then
                return true
            end
            local ok, reason = data:send(piece)
            if not ok then
                return false, "send", reason
            end
        end
    end)
    file:close()
    return outcome("upload", code, text, why)
end

--- Receives all of a data connection.
-- @function take called with each piece; returns true, or false, a code, a text and why
local function receive_all(data, timeout, take)
    while true do
        local ok, piece = data:recv(timeout)
        if not ok then
            if piece == "CLOSED" then
                return true
            end
            return false, "receive", piece
        end
        local code, text, why
        ok, code, text, why = take(piece)
        if not ok then
            return false, code, text, why
        end
    end
end

--- Receives a file, which replaces the one here, piece by piece.
-- @string remote_file its name there
-- @string local_file its path here
-- @number[opt] timeout ms for each piece, none or 0: no limit
-- @return string: code, "200" when the file is there, else the server's; "503" for a file that cannot be written
-- @return string: "ftp success", the server's reply, or what has failed, such as "file open error"
-- @return string|nil: why it has failed
function ftp.download(remote_file, local_file, timeout)
    remote_file = check_text("download", "remote_file", remote_file)
    local_file = check_text("download", "local_file", local_file)
    check_timeout("download", timeout)
    local session = current "download"
    if not session then
        return not_logged_in()
    end
    local file
    local function open()
        local problem
        file, problem = io.open(local_file, "wb")
        return file ~= nil, "503", "file open error", problem
    end
    local code, text, why = session:transfer("RETR " .. remote_file, timeout, function(data)
        local ok, code, text, why = open()
        if not ok then
            return false, code, text, why
        end
        return receive_all(data, timeout, function(piece)
            local is_written, problem = file:write(piece)
            return is_written and true, "503", "file write error", problem
        end)
    end)
    if file and not file:close() and code:sub(1, 1) == "2" then
        code, text = "503", "file write error"
    end
    return outcome("download", code, text, why)
end

-- ## Folders

--- Sets how files are transferred.
-- @string mode "A": as text, whose lines end in CR LF on their way, and here; "I": as they are
-- @number[opt] timeout ms
function ftp.checktype(mode, timeout)
    return send_command("checktype", "TYPE " .. check_text("checktype", "mode", mode),
        check_timeout("checktype", timeout))
end

--- Asks for the folder in which names begin.
-- @number[opt] timeout ms
function ftp.pwd(timeout)
    return send_command("pwd", "PWD", check_timeout("pwd", timeout))
end

--- Changes the folder in which names begin.
-- @string path
-- @number[opt] timeout ms
function ftp.cwd(path, timeout)
    return send_command("cwd", "CWD " .. check_text("cwd", "path", path), check_timeout("cwd", timeout))
end

--- Goes one folder up.
-- @number[opt] timeout ms
function ftp.cdup(timeout)
    return send_command("cdup", "CDUP", check_timeout("cdup", timeout))
end

--- Makes a folder.
-- @string path
-- @number[opt] timeout ms
function ftp.mkd(path, timeout)
    return send_command("mkd", "MKD " .. check_text("mkd", "path", path), check_timeout("mkd", timeout))
end

--- Lists a folder, or tells of a file.
-- @string[opt] file_irectory its path
-- @number[opt] timeout ms for each piece, none or 0: no limit
-- @return string: code, of which the first digit is 2 where it has worked
-- @return string: the list as the server writes it, or what has failed
-- @return string|nil: why it has failed
function ftp.list(file_irectory, timeout)
    local path = file_irectory ~= nil and " " .. check_text("list", "file_irectory", file_irectory) or ""
    check_timeout("list", timeout)
    local session = current "list"
    if not session then
        return not_logged_in()
    end
    local parts, size = {}, 0
    local code, text, why = session:transfer("LIST" .. path, timeout, function(data)
        return receive_all(data, timeout, function(piece)
            parts[#parts + 1] = piece
            size = size + #piece
            return size <= MOST_LIST, "503", "the list is too long"
        end)
    end)
    if code:sub(1, 1) == "2" then
        return code, concat(parts)
    end
    return code, text, why
end

--- Removes a folder.
-- @string file_irectory its path
-- @number[opt] timeout ms
function ftp.deletefolder(file_irectory, timeout)
    return send_command("deletefolder", "RMD " .. check_text("deletefolder", "file_irectory", file_irectory),
        check_timeout("deletefolder", timeout))
end

--- Removes a file.
-- @string file_irectory its path
-- @number[opt] timeout ms
function ftp.deletefile(file_irectory, timeout)
    return send_command("deletefile", "DELE " .. check_text("deletefile", "file_irectory", file_irectory),
        check_timeout("deletefile", timeout))
end

--- Receives or sends one file, in a session of its own, which replaces that of the task. For libraries before 2.4.0.
-- @string ftp_mode "PASV"; there is no other mode
-- @string host its port is 21
-- @string username
-- @string password
-- @string transmission_mode "RETR": receives, "STOR": sends
-- @string remote_file its name there
-- @string local_file its path here
-- @number[opt] timeout ms for each piece of a reply or of the file, none or 0: no limit
-- @return integer|string: 1 where it has worked, 0 for modes that there are not, else the code of what has failed
-- @return string: "ftp success", or what has failed
-- @return string|nil: why it has failed
function ftp.request(ftp_mode, host, username, password, transmission_mode, remote_file, local_file, timeout)
    if ftp_mode ~= "PASV" then
        log.error("ftp.request", "mode: PASV expected, got " .. show(ftp_mode))
        return 0, "ftp ftp_mode error"
    end
    local transfer = transmission_mode == "RETR" and ftp.download or transmission_mode == "STOR" and ftp.upload
    if not transfer then
        log.error("ftp.request", "transmission mode: RETR or STOR expected, got " .. show(transmission_mode))
        return 0, "ftp transmission_mode error"
    end
    local code, text, why = ftp.login(ftp_mode, host, nil, username, password, timeout)
    if code ~= "200" then
        return code, text, why
    end
    code, text, why = transfer(remote_file, local_file, timeout)
    ftp.close()
    if code == "200" then
        return 1, text
    end
    return code, text, why
end

return ftp
