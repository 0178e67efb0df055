--- `test.http`: an HTTP server whose answers are Lua, over `test.tcp`.
local use = ...
local peers = use "testing.peers"
local waiting = use "testing.waiting"
local check = use "runtime.check"
local show = use("runtime.text").show

local error, pairs, tonumber, tostring, type = error, pairs, tonumber, tostring, type
local concat = table.concat

local http = {}

--- Milliseconds that a request may take: the device says when it has waited for long enough.
local NO_LIMIT = 0x7fffffff

--- What the body of an answer is called by its status; any other is "Status".
local REASONS = {
    [200] = "OK", [201] = "Created", [204] = "No Content", [206] = "Partial Content", [301] = "Moved Permanently",
    [302] = "Found", [304] = "Not Modified", [400] = "Bad Request", [401] = "Unauthorized", [403] = "Forbidden",
    [404] = "Not Found", [500] = "Internal Server Error", [503] = "Service Unavailable",
}

--- Reads the body of a request that comes in chunks (RFC 9112 section 7.1).
local function read_chunks(peer)
    local chunks = {}
    while true do
        local digits = (peer:receive_line(NO_LIMIT) or ""):match "^%x+"
        local size = digits and tonumber(digits, 16)
        if size == 0 then
            repeat until (peer:receive_line(NO_LIMIT) or "") == ""
            return concat(chunks)
        end
        local chunk = size and peer:receive(size, NO_LIMIT)
        if not chunk then
            return nil
        end
        chunks[#chunks + 1] = chunk
        peer:receive_line(NO_LIMIT)
    end
end

local function read_body(peer, head)
    if (head["transfer-encoding"] or ""):lower():find "chunked" then
        return read_chunks(peer)
    end
    local size = tonumber(head["content-length"]) or 0
    if size == 0 then
        return ""
    end
    return (peer:receive(size, NO_LIMIT))
end

--- Reads one request.
-- @return table|nil: `method`, `path`, `head` (fields by name in small letters), `body`, `peer`; nil if the device
-- breaks off
function http.read(peer)
    local line = peer:receive_line(NO_LIMIT)
    local method, path = (line or ""):match "^(%S+) (%S+) HTTP/1%.%d$"
    if not method then
        return nil
    end
    local head = {}
    for field in function() return peer:receive_line(NO_LIMIT) end do
        if field == "" then
            break
        end
        local name, value = field:match "^([^:]+):%s*(.-)%s*$"
        if name then
            head[name:lower()] = value
        end
    end
    -- Who waits for the permission to send its body gets it (RFC 9110 section 10.1.1).
    if (head.expect or ""):lower() == "100-continue" then
        peer:reply "HTTP/1.1 100 Continue\r\n\r\n"
    end
    local body = read_body(peer, head)
    return body and { method = method, path = path, head = head, body = body, peer = peer }
end

--- Answers a request, and closes the connection.
-- @tab peer
-- @number status
-- @string body
-- @tab[opt] head further fields, by name; `Content-Length` and `Connection` take the place of ours
function http.answer(peer, status, body, head)
    local lines = { ("HTTP/1.1 %d %s"):format(status, REASONS[status] or "Status") }
    local ours = { ["content-length"] = "Content-Length: " .. #body, connection = "Connection: close" }
    for name, value in pairs(head or {}) do
        lines[#lines + 1] = tostring(name) .. ": " .. tostring(value)
        ours[tostring(name):lower()] = nil
    end
    for _, field in pairs(ours) do
        lines[#lines + 1] = field
    end
    peer:reply(concat(lines, "\r\n") .. "\r\n\r\n" .. body)
    peer:close()
end

--- Starts an HTTP server on a free port of 127.0.0.1, which is there until the end of the test. Each connection brings
-- one request.
-- @function[opt] respond called in a task with each request; returns status, body and a table of further fields.
-- Without it, or if it returns nothing, the answer is 200. It may also use `request.peer` and return false: then that
-- is all.
-- @return table: the server, as of `test.tcp`, with `requests` and the method `request([ms])`, which waits for the next
-- one that was not asked for before
function http.serve(respond)
    check.optional_callback("test.http: respond", respond)
    local server
    server = peers.serve("test.http", function(peer)
        local request = http.read(peer)
        if not request then
            return peer:close()
        end
        server.requests[#server.requests + 1] = request
        waiting.look()
        local status, body, head
        if respond then
            status, body, head = respond(request)
            if status == false then
                return
            end
        end
        status = status == nil and 200 or status
        if type(status) ~= "number" or status % 1 ~= 0 or status < 100 or status > 999 then
            error("test.http: respond: status: 100 to 999 expected, got " .. show(status), 0)
        end
        http.answer(peer, status, check.text("test.http: respond: body", body or ""), head)
    end)
    server.requests = {}
    function server.request(this, ms)
        return peers.next_of(this, "requests", ms)
    end
    return server
end

return http
