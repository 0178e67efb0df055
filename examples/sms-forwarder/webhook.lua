--- Hands JSON to a web server by HTTP.
module(..., package.seeall)

require "tcp"

--- Longest beginning of an answer that is read in search of its first line.
local MAX_LINE = 1024

--- Scheme, host, port and path of a URL.
local function split(url)
    local scheme, host, port, path = url:match "^(https?)://([^/:]+):?(%d*)(/?.*)$"
    assert(scheme, "a URL that begins with http:// or https:// expected, got " .. url)
    return scheme, host, tonumber(port) or (scheme == "https" and 443 or 80), path == "" and "/" or path
end

--- The status code of the answer; or nil and why there is none.
local function status(client)
    local head = ""
    while #head < MAX_LINE do
        local data, why = client:receive()
        if not data then
            return nil, why
        end
        head = head .. data
        local line = head:match "^(.-)\r?\n"
        if line then
            return tonumber(line:match "^HTTP/1%.%d (%d%d%d)"), "no answer of HTTP"
        end
    end
    return nil, "no answer of HTTP"
end

--- In a task, sends a body with POST and waits for the answer.
-- @string url
-- @string body JSON
-- @return the status code of the answer; or nil and why there is none
function post(url, body)
    local scheme, host, port, path = split(url)
    local client, problem = tcp.connect(host, port, { tls = scheme == "https" })
    if not client then
        return nil, problem
    end
    local request = table.concat({
        "POST " .. path .. " HTTP/1.1", "Host: " .. host, "Content-Type: application/json; charset=utf-8",
        "Content-Length: " .. #body, "Connection: close", "", body,
    }, "\r\n")
    local code, why
    if client:send(request) then
        code, why = status(client)
    else
        why = "not sent"
    end
    client:close()
    return code, why
end
