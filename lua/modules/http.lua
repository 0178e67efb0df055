--- LuatOS `http`: requests to HTTP and HTTPS servers.
local use = ...
local native = use "native.http"
local crypto = use "native.crypto"
local log = use "modules.log"
local tasks = use "runtime.tasks"
local copies = use "runtime.copies"
local bodies = use "http.body"
local new_sink = use "http.sink"
local certificates = use "sockets.certificates"
local show = use("runtime.text").show

-- The program's own copy, if it has one.
local socket = require "socket"

local type, error, pairs, ipairs, tostring, setmetatable = type, error, pairs, ipairs, tostring, setmetatable
local rawset, rawget, concat, sort, move = rawset, rawget, table.concat, table.sort, table.move

--- What the callback gets where there is no connection.
local NO_CONNECTION = "connect fail"

local http = {}

--- Milliseconds that each part of a request may take where the script does not say.
local TIMEOUT = 30000

--- Milliseconds in which the answer to a request may come whose body the server has refused.
local REFUSAL_TIMEOUT = 2000

--- Methods whose requests say that they have no body.
local WITH_BODY = { POST = true, PUT = true, PATCH = true }

-- ## The request

--- A field's name or value, which must not end its line.
local function check_field(name, value)
    if type(name) ~= "string" or name == "" or name:find "[%c:]" then
        error("http.request: head: names without control characters expected, got " .. show(name), 4)
    elseif type(value) ~= "string" and type(value) ~= "number" or tostring(value):find "[\r\n%z]" then
        error(("http.request: head[%q]: string without line ends expected, got %s"):format(name, show(value)), 4)
    end
end

local function check(method, url, cert, head, timeout, callback, target, settings)
    local function bad(name, expected, value)
        error(("http.request: %s: %s expected, got %s"):format(name, expected, show(value)), 4)
    end
    if type(method) ~= "string" or not method:find "^[%w!#$%%&'*+.^_`|~-]+$" then
        bad("method", "name such as GET", method)
    elseif type(url) ~= "string" then
        bad("url", "string", url)
    elseif head ~= nil and type(head) ~= "table" then
        bad("head", "table", head)
    elseif timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout or timeout <= 0) then
        bad("timeout", "number above 0 (ms)", timeout)
    elseif callback ~= nil and type(callback) ~= "function" then
        bad("cbFnc", "function", callback)
    elseif target ~= nil and type(target) ~= "string" and type(target) ~= "function" then
        bad("rcvFileName", "string or function", target)
    elseif settings ~= nil and type(settings) ~= "table" then
        bad("tCoreExtPara", "table", settings)
    end
    certificates.check("http.request", cert, 3)
    for name, value in pairs(head or {}) do
        check_field(name, value)
    end
end

--- Request line and fields. The script's own go before ours.
-- @number length of the body
local function head_text(request, length)
    local lines, names, has = {}, {}, {}
    for name in pairs(request.head) do
        names[#names + 1] = name
    end
    sort(names)
    for _, name in ipairs(names) do
        local lower = name:lower()
        -- A length that is not that of the body would spoil the connection.
        if lower ~= "content-length" or length == 0 then
            has[lower] = true
            lines[#lines + 1] = name .. ": " .. tostring(request.head[name])
        end
    end
    local function add(name, value)
        if value and not has[name:lower()] then
            lines[#lines + 1] = name .. ": " .. value
        end
    end
    local target = request.target
    add("Host", target.authority)
    add("Connection", "close")
    -- A body that the script has put into chunks has no length beside them (RFC 9112, section 6.1).
    add("Content-Length", not has["transfer-encoding"] and (length > 0 or WITH_BODY[request.method]) and length)
    add("Authorization", target.user and "Basic " .. crypto.base64_encode(target.user, #target.user))
    return ("%s %s HTTP/1.1\r\n%s\r\n\r\n"):format(request.method, target.path, concat(lines, "\r\n"))
end

-- ## The answer

--- Looks a field up by its name in another case.
local any_case = {
    __index = function(head, name)
        if type(name) == "string" then
            local lower = name:lower()
            for known, value in pairs(head) do
                if type(known) == "string" and known:lower() == lower then
                    return value
                end
            end
        end
    end,
}

--- The fields of an answer. Those of the same name are one, with commas.
local function head_of(answer)
    local head = setmetatable({}, any_case)
    local fields = answer:fields()
    for index = 1, #fields, 2 do
        local name, value = fields[index], fields[index + 1]
        local known = rawget(head, name)
        rawset(head, name, known and known .. ", " .. value or value)
    end
    return head
end

--- Receives the answer.
-- @tab state `answer`, `sink`, `head`
-- @number timeout ms for each piece
-- @return true; or false, what has failed, and why
local function receive(client, state, timeout)
    local answer, sink = state.answer, state.sink
    while not answer:is_over() do
        local ok, data = client:recv(timeout)
        if not ok then
            if answer:ends_by_close() and data ~= "IP_ERROR_IND" then
                break
            end
            return false, "receive timeout", data
        end
        local piece, problem = answer:feed(data)
        if not piece then
            return false, "parse received status error", problem
        end
        if not state.has_head and answer:status() then
            state.has_head, state.head = true, head_of(answer)
        end
        if #piece > 0 then
            local why
            ok, problem, why = sink:write(piece, answer, state.head)
            if not ok then
                return false, problem, why
            end
        end
    end
    return sink:finish(answer, state.head)
end

-- ## The course of a request

--- Waits until there is a network.
-- @number timeout ms
-- @return whether there is
local function wait_for_network(timeout)
    local sys = copies.current "sys" or use "modules.sys"
    while not socket.isReady() do
        if not sys.waitUntil("IP_READY_IND", timeout) then
            return false
        end
    end
    return true
end

--- Sends the request and receives the answer.
-- @return true; or false, what has failed, and why
local function converse(client, request, body, state)
    local ok, prompt, why = body:send(client, head_text(request, body.length), request.timeout / 1000)
    if ok then
        return receive(client, state, request.timeout)
    end
    -- A server that wants no such request may have said so before it closed.
    if receive(client, state, REFUSAL_TIMEOUT) then
        return true
    end
    return false, prompt, why
end

--- @return what the callback gets
local function exchange(request)
    if not wait_for_network(request.timeout) then
        return false, "network not ready"
    end
    local body, problem = bodies.open(request.body)
    if not body then
        return false, "send file open fail", nil, nil, problem
    end
    local client = socket.tcp(request.target.is_secure, request.cert, request.settings)
    if not client then
        body:close()
        return false, "create socket error"
    end
    local ok, why = client:connect(request.target.host, request.target.port, request.timeout / 1000)
    if not ok then
        body:close()
        client:close()
        return false, NO_CONNECTION, nil, nil, why
    end
    local state = { answer = native.answer(request.method == "HEAD"), sink = new_sink(request.sink), head = {} }
    local prompt
    ok, prompt, why = converse(client, request, body, state)
    body:close()
    client:close()
    local sink, status = state.sink, state.answer:status()
    if ok then
        return true, tostring(status), state.head, sink:body()
    elseif sink.result ~= nil then
        -- The script's function has had enough.
        return sink.result, sink.result and tostring(status) or prompt, state.head
    end
    if sink.file then
        sink:finish()
    end
    return false, prompt, state.head, sink:body(), why
end

local function report(callback, result, prompt, head, body, why)
    if not result then
        -- Why there is no connection, the socket has said.
        log.error("http.request", prompt, prompt ~= NO_CONNECTION and why or "")
    end
    if callback then
        callback(result, prompt, head, body, why)
    end
end

--- Makes a request, in a task of its own. Redirections are not followed: the callback gets them like any answer.
-- @string method such as "GET"
-- @string url `http` where it has no scheme; it may have user and password
-- @param[opt] cert socket.Cert: for `https`, see `socket.tcp`
-- @param[opt] head table<string, string|number>: fields of the request: names and strings or numbers. `Host`,
-- `Connection: close`, `Content-Length` and `Authorization` are added where they are missing
-- @param[opt] body string|table: text, or a list of strings and tables, whose `file` names a file to send, or whose
-- `file_base64` one to send as Base64
-- @number[opt=30000] timeout ms for the wait for a network, for connecting, and for each piece that is sent or received
-- @param[opt] cbFnc fun(ok: boolean, status: string, head: table, body: string, reason: string|nil): called
-- once with: true, the status as text, the fields of the answer (a name is found in any case), and the body, or the
-- path of the file; or false, what has failed, fields and body as far as they have come, and why. "receive timeout"
-- says that no more has come, whatever the reason. What comes without a length until the server closes, or falls
-- silent for `timeout`, is an answer
-- @param[opt] rcvFileName string|fun(piece: string, length: integer, status: string): path of a file to whose end the
-- body is written; or called for each piece with it, the length of all or 0x7FFFFFFF, and the status as text; a result
-- other than nil ends the request, and is what the callback gets first
-- @tab[opt] tCoreExtPara see `socket.tcp`
-- @return string|nil: `rcvFileName` if it is a path
function http.request(method, url, cert, head, body, timeout, cbFnc, rcvFileName, tCoreExtPara)
    check(method, url, cert, head, timeout, cbFnc, rcvFileName, tCoreExtPara)
    bodies.check("http.request", body, 2)
    local target, problem = native.target(url)
    if not target then
        -- What goes before an "@" may be a password.
        report(cbFnc, false, "Invalid url, can't get host", nil, nil, url:gsub("^.*@", "…@") .. ": " .. problem)
        return nil
    end
    local fields = {}
    for name, value in pairs(head or {}) do
        fields[name] = value
    end
    local request = {
        -- The script may use its table for something else while the request waits for a network.
        body = type(body) == "table" and move(body, 1, #body, 1, {}) or body,
        method = method, target = target, cert = cert, head = fields, timeout = timeout or TIMEOUT,
        sink = rcvFileName, settings = tCoreExtPara,
    }
    tasks.spawn(function()
        report(cbFnc, exchange(request))
    end)
    return type(rcvFileName) == "string" and rcvFileName or nil
end

return http
