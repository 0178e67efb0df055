--- The servers of `tls_server.py` with the certificates of `make_certs.sh`, and attempts at them.
local websocket = require "websocket"

local tls = {}

local server

local function lines(path)
    local file = io.open(path)
    local list = {}
    for line in file and file:lines() or function() end do
        list[#list + 1] = line
    end
    if file then
        file:close()
    end
    return list
end

--- Makes the certificates and starts the servers: `tls.folder`, and `tls.ports` by name.
function tls.start()
    local folder = os.tmpname()
    os.remove(folder)
    tls.folder = folder
    assert(os.execute("sh tests/support/make_certs.sh " .. folder))
    local file = tls.path "ports"
    server = io.popen("exec /usr/bin/python3 tests/support/tls_server.py " .. folder .. " " .. file, "w")
    for _ = 1, 500 do
        if #lines(file) > 0 then
            break
        end
        os.execute("sleep 0.02")
    end
    tls.ports = {}
    for _, line in ipairs(lines(file)) do
        local name, port = line:match("^(%S+) (%d+)$")
        tls.ports[name] = port
    end
    assert(tls.ports.good, "the TLS test server did not start")
end

function tls.stop()
    server:close()
    os.execute("rm -r " .. tls.folder)
end

--- A file of the folder.
function tls.path(name)
    return tls.folder .. "/" .. name
end

function tls.url(name, host)
    return ("wss://%s:%s/"):format(host or "127.0.0.1", tls.ports[name])
end

--- `caCert` and further fields.
function tls.trusting(more)
    local cert = { caCert = tls.path "ca.pem" }
    for key, value in pairs(more or {}) do
        cert[key] = value
    end
    return cert
end

--- Connects to the server `name` and reads its message.
local function try(name, cert, host, timeout)
    local ws = websocket.new(tls.url(name, host), cert)
    local ok, why = ws:connect(timeout or 20000)
    if not ok then
        return false, why
    end
    local got, message = ws:recv(20000)
    ws:close()
    return got, message
end

--- Connects, which has to succeed; returns the message.
function tls.accepted(name, cert, host)
    local ok, message = try(name, cert, host)
    assert(ok, message)
    return message
end

--- Connects, which has to fail with a reason that holds `expected`; returns the reason.
function tls.refused(expected, name, cert, host, timeout)
    local ok, why = try(name, cert, host, timeout)
    assert(not ok, "accepted: " .. name)
    assert(why:find(expected, 1, true), ("expected %q in %q"):format(expected, why))
    return why
end

return tls
