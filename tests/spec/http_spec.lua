--- LuatOS `http` against real, slow and hostile servers.
require "luatos"
local sys = require "sys"
local http = require "http"
local socket = require "socket"
local use = debug.getregistry()["luatos.use"]
local host, device = use "native.host", use "native.device"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local runner = require "runner"
local sockets = require "sockets"
local tls = require("servers").tls()

local server = sockets.peer()

local MIB = 1 << 20

setup(function()
    peer.eventually(socket.isReady, "the network")
end)

--- Makes a request and waits for its callback.
-- @tab given `method`, `url` or `port` and `path`, `cert`, `head`, `body`, `timeout`, `sink`
-- @return what the callback gets
local function request(given)
    local results
    local url = given.url or ("http://127.0.0.1:%d%s"):format(given.port, given.path or "/")
    local path = http.request(given.method or "GET", url, given.cert, given.head, given.body, given.timeout,
        function(...)
            assert(not results, "the callback is called once")
            results = table.pack(...)
        end, given.sink)
    assert.equal(type(given.sink) == "string" and given.sink or nil, path)
    peer.eventually(function() return results end, "the callback")
    return table.unpack(results, 1, results.n)
end

--- Likewise without the log of failures.
local function failing(given)
    local results
    printed(function()
        results = table.pack(request(given))
    end)
    return table.unpack(results, 1, results.n)
end

--- Likewise the request as the server has got it: its line, its fields by name, and its body.
local function sent(given)
    given.port = server:tcp [[
        line, fields, body = request(sock)
        log('request', line, body.hex(), *[f'{name}={value}' for name, value in fields.items()])
        answer(sock)
    ]]
    assert.is_true((request(given)))
    local values = { server:logged "request" }
    server:forget()
    local fields = {}
    for index = 3, #values do
        local name, value = values[index]:match "^(.-)=(.*)$"
        fields[name] = value
    end
    return values[1], fields, (values[2]:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function temporary(content)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(content or "")
    file:close()
    return path
end

local function content(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read "*a"
    file:close()
    return text
end

describe("an answer", function()
    it("comes with status, fields and body", function()
        local port = server:tcp "request(sock); answer(sock, b'hello', X_Name='value', Content_Type='text/plain')"
        local ok, status, head, body = request { port = port }
        assert.same({ true, "200", "hello", "value" }, { ok, status, body, head["X-Name"] })
        assert.equal("5", head["content-LENGTH"])
    end)

    it("of another status is one too, redirections included", function()
        local port = server:tcp "request(sock); answer(sock, b'there', '302 Found', Location='http://elsewhere/')"
        local ok, status, head, body = request { port = port }
        assert.same({ true, "302", "http://elsewhere/", "there" }, { ok, status, head.Location, body })
    end)

    it("may come byte by byte, in chunks", function()
        local port = server:tcp [[
            request(sock)
            text = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
            for byte in text + b'5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: x\r\n\r\n':
                sock.sendall(bytes([byte]))
                time.sleep(0.0005)
            wait()
            log('over')
        ]]
        local ok, status, _, body = request { port = port }
        assert.same({ true, "200", "hello world" }, { ok, status, body })
        server.go()
        server:logged "over"
    end)

    it("may end with the connection", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\n' + b'x' * 100000)"
        local ok, status, _, body = request { port = port }
        assert.same({ true, "200", 100000 }, { ok, status, #body })
    end)

    it("that never ends is one when it falls silent", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\nabc'); wait(); log('over')"
        local ok, status, _, body = request { port = port, timeout = 200 }
        assert.same({ true, "200", "abc" }, { ok, status, body })
        server.go()
        server:logged "over"
    end)

    it("has no body after HEAD", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n')"
        local ok, status, head, body = request { port = port, method = "HEAD" }
        assert.same({ true, "200", "9", "" }, { ok, status, head["Content-Length"], body })
    end)

    it("comes after interim ones", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.1 100 Continue\\r\\n\\r\\n'); answer(sock, b'x')"
        assert.equal("200", (select(2, request { port = port })))
    end)

    it("may have a sloppy head", function()
        local port = server:tcp [[
            request(sock)
            sock.sendall(b'HTTP/1.1 200 OK\r\nA : 1\r\nno field\r\nB: one\r\n two\r\nContent-Length: 1\r\n\r\nx')
        ]]
        local ok, status, head, body = request { port = port }
        assert.same({ true, "200", "1", "one two", "x" }, { ok, status, head.A, head.B, body })
        -- What the script adds to it does no harm.
        head[1] = "mine"
        assert.equal("1", head["CONTENT-LENGTH"])
    end)

    it("has fields of the same name as one", function()
        local port = server:tcp [[
            request(sock)
            sock.sendall(b'HTTP/1.1 200 OK\r\nA: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n')
        ]]
        local _, _, head = request { port = port }
        assert.equal("1, 2", head.A)
    end)
end)

describe("a request", function()
    it("has the fields that it needs", function()
        local line, fields = sent { path = "/a b?c=d#e" }
        assert.equal("GET /a%20b?c=d HTTP/1.1", line)
        assert.truthy(fields.host:find "^127%.0%.0%.1:%d+$")
        assert.equal("close", fields.connection)
        assert.is_nil(fields["content-length"])
    end)

    it("has the script's fields, whatever their case, and leaves its table alone", function()
        local head = { host = "other", ["X-Number"] = 5, Connection = "keep-alive", ["Content-Length"] = 99 }
        local _, fields, body = sent { method = "POST", head = head, body = "hello" }
        assert.same({ "other", "5", "keep-alive", "5", "hello" },
            { fields.host, fields["x-number"], fields.connection, fields["content-length"], body })
        assert.same({ host = "other", ["X-Number"] = 5, Connection = "keep-alive", ["Content-Length"] = 99 }, head)
    end)

    it("may have a body that the script has put into chunks", function()
        local port = server:tcp [[
            log('length', request(sock)[1].get('content-length'), read(sock, 15))
            answer(sock)
        ]]
        local head = { ["transfer-encoding"] = "chunked" }
        assert.is_true((request { port = port, method = "POST", head = head, body = "5\r\nhello\r\n0\r\n\r\n" }))
        assert.same({ "None", [[b'5\r\nhello\r\n0\r\n\r\n']] }, { server:logged "length" })
    end)

    it("says that it has no body", function()
        local _, fields = sent { method = "POST" }
        assert.equal("0", fields["content-length"])
    end)

    it("has user and password of the URL", function()
        local port = server:tcp "log('user', request(sock)[1]['authorization']); answer(sock)"
        request { url = ("user:p%%40ss@127.0.0.1:%d"):format(port) }
        assert.equal("Basic dXNlcjpwQHNz", (server:logged "user"))
    end)

    it("has a body of strings and files", function()
        local path = temporary(("0123456789"):rep(5000))
        local _, fields, body = sent { method = "POST", body = { "begin", { file = path }, "end" } }
        assert.equal("begin" .. ("0123456789"):rep(5000) .. "end", body)
        assert.equal(tostring(#body), fields["content-length"])
        os.remove(path)
    end)

    it("has the body that it was made with", function()
        local port = server:tcp "log('body', request(sock)[2].decode()); answer(sock)"
        local body, is_over = { "one", "two" }, false
        device.network(false)
        peer.eventually(function() return not socket.isReady() end, "the loss of the network")
        http.request("POST", "127.0.0.1:" .. port, nil, nil, body, nil, function() is_over = true end)
        body[1], body[2] = 5, nil
        device.network(true)
        peer.eventually(function() return is_over end, "the callback")
        assert.equal("onetwo", (server:logged "body"))
    end)

    it("has files as Base64, of any length", function()
        for _, length in ipairs { 0, 1, 2, 3, 8399, 8400, 8401, 20000 } do
            local path = temporary(("x"):rep(length))
            local _, _, body = sent { method = "PUT", body = { { file_base64 = path }, "!" } }
            assert.equal(crypto.base64_encode(("x"):rep(length), length) .. "!", body)
            os.remove(path)
        end
    end)

    it("is not made with a file that is not there", function()
        local ok, prompt, _, _, why = failing { port = 1, method = "POST", body = { { file = "/no/such/file" } } }
        assert.same({ false, "send file open fail" }, { ok, prompt })
        assert.truthy(why:find "/no/such/file", why)
    end)

    it("is not made with a folder in place of a file", function()
        local ok, prompt, _, _, why = failing { port = 1, method = "POST", body = { { file = "/tmp" } } }
        assert.same({ false, "send file open fail", "/tmp: Is a directory" }, { ok, prompt, why })
    end)

    it("gets the answer of a server that refuses its body", function()
        local path = temporary(("x"):rep(8 * MIB))
        for _, body in ipairs { ("x"):rep(8 * MIB), { "x", { file = path } } } do
            local port = server:tcp [[
                read(sock, 1000)
                answer(sock, b'too much', '413 Content Too Large')
                sock.shutdown(socket.SHUT_WR)
                time.sleep(0.2)
            ]]
            local ok, status, _, text = failing { port = port, method = "POST", body = body }
            assert.same({ true, "413", "too much" }, { ok, status, text })
        end
        os.remove(path)
    end)
end)

describe("bad arguments", function()
    local CASES = {
        ["method: name such as GET expected, got nil"] = {},
        ['method: name such as GET expected, got "GET /"'] = { "GET /", "h" },
        ["url: string expected, got 5"] = { "GET", 5 },
        ["cert: table expected, got true"] = { "GET", "h", true },
        ["head: table expected, got 1"] = { "GET", "h", nil, 1 },
        ['head["A"]: string without line ends expected, got "x\\\r\\\ny"'] = { "GET", "h", nil, { A = "x\r\ny" } },
        ["head: names without control characters expected, got 1"] = { "GET", "h", nil, { "a" } },
        ["body: string or table expected, got 5"] = { "GET", "h", nil, nil, 5 },
        ["body[1]: string, or table with file or file_base64 expected, got 5"] = { "GET", "h", nil, nil, { 5 } },
        ['body: list of strings and files expected, got a table with the field "a"; json.encode makes a string'] =
            { "GET", "h", nil, nil, { a = 1 } },
        ["timeout: number above 0 (ms) expected, got 0"] = { "GET", "h", nil, nil, nil, 0 },
        ["cbFnc: function expected, got 1"] = { "GET", "h", nil, nil, nil, nil, 1 },
        ["rcvFileName: string or function expected, got 1"] = { "GET", "h", nil, nil, nil, nil, nil, 1 },
        ["tCoreExtPara: table expected, got 5"] = { "GET", "h", nil, nil, nil, nil, nil, nil, 5 },
    }
    for text, arguments in pairs(CASES) do
        it("raise an error: " .. text, function()
            local shown = text:gsub("\\\r", "\\13"):gsub("\\\n", "\\\n")
            fails("http.request: " .. shown, http.request, table.unpack(arguments, 1, 9))
        end)
    end

    it("in the URL are told to the callback", function()
        local results
        printed(function()
            http.request("GET", "ftp://user:secret@h/", nil, nil, nil, nil, function(...) results = { ... } end)
        end)
        assert.same({ false, "Invalid url, can't get host" }, { results[1], results[2] })
        assert.equal("…@h/: http or https expected, got ftp", results[5])
    end)
end)

describe("a failure", function()
    it("to connect has its reason", function()
        local ok, prompt, head, body, why = failing { port = 1 }
        assert.same({ false, "connect fail" }, { ok, prompt })
        assert.same({}, { head, body })
        assert.truthy(why:find "refused", why)
    end)

    it("is a server that closes in the midst of the body", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nabc')"
        local ok, prompt, head, body, why = failing { port = port }
        assert.same({ false, "receive timeout", "9", "abc", "CLOSED" },
            { ok, prompt, head["Content-Length"], body, why })
    end)

    it("is a server that says nothing", function()
        local port = server:tcp "wait(); log('over')"
        local ok, prompt, _, body, why = failing { port = port, timeout = 100 }
        assert.same({ false, "receive timeout", "", "timeout" }, { ok, prompt, body, why })
        server.go()
        server:logged "over"
    end)

    it("is a server that speaks another protocol, or endlessly", function()
        local port = server:tcp "request(sock); sock.sendall(b'220 ftp server\\r\\n'); drain(sock)"
        assert.equal("parse received status error", (select(2, failing { port = port })))
        port = server:tcp [[
            request(sock)
            sock.sendall(b'HTTP/1.1 200 OK\r\n')
            while True:
                sock.sendall(b'A: ' + b'x' * 1000 + b'\r\n')
        ]]
        assert.equal("parse received status error", (select(2, failing { port = port })))
    end)

    it("is the loss of the network", function()
        local port = server:tcp "request(sock); sock.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\nabc'); wait(); log('over')"
        sys.timerStart(function() device.network(false) end, 300)
        local ok, prompt, _, body, why = failing { port = port }
        device.network(true)
        assert.same({ false, "receive timeout", "abc", "IP_ERROR_IND" }, { ok, prompt, body, why })
        peer.eventually(socket.isReady, "the network")
        server.go()
        server:logged "over"
    end)

    it("is that there is no network", function()
        device.network(false)
        peer.eventually(function() return not socket.isReady() end, "the loss of the network")
        local ok, prompt = failing { port = 1, timeout = 50 }
        device.network(true)
        peer.eventually(socket.isReady, "the network")
        assert.same({ false, "network not ready" }, { ok, prompt })
    end)

    it("in the callback is reported, and the connection is closed", function()
        local port = server:tcp "request(sock); answer(sock, b'x')"
        local output = printed(function()
            local is_called = false
            http.request("GET", "127.0.0.1:" .. port, nil, nil, nil, nil, function()
                is_called = true
                error "the callback's own"
            end)
            peer.eventually(function() return is_called end, "the callback")
        end)
        assert.truthy(output:find "http_spec.lua:%d+: the callback's own")
        sockets.settle()
    end)
end)

describe("rcvFileName", function()
    it("is written to its end", function()
        local path = temporary "before "
        local port = server:tcp "request(sock); answer(sock, b'after')"
        local ok, status, _, body = request { port = port, sink = path }
        assert.same({ true, "200", path, "before after" }, { ok, status, body, content(path) })
        os.remove(path)
    end)

    it("that cannot be opened fails", function()
        local port = server:tcp "request(sock); answer(sock, b'after')"
        local ok, prompt = failing { port = port, sink = "/no/such/folder/file" }
        assert.same({ false, "receive: open file error" }, { ok, prompt })
    end)

    it("may be a function, which gets each piece", function()
        local port = server:tcp "request(sock); answer(sock, b'x' * 100000, '206 P', Content_Range='bytes 0-9/200000')"
        local bytes, totals = 0, {}
        local function take(data, total, status)
            bytes = bytes + #data
            totals[total .. " " .. status] = true
        end
        local ok, status, _, body = request { port = port, sink = take }
        assert.same({ true, "206", take, 100000 }, { ok, status, body, bytes })
        assert.same({ ["200000 206"] = true }, totals)
    end)

    it("as a function hears of an answer without a body", function()
        local port = server:tcp "request(sock); answer(sock, b'', '404 Not Found')"
        local calls = {}
        request { port = port, sink = function(...) calls[#calls + 1] = { ... } end }
        assert.same({ { "", 0, "404" } }, calls)
    end)

    it("as a function may end the request", function()
        local endless = [[
            request(sock)
            sock.sendall(b'HTTP/1.0 200 OK\r\n\r\n')
            while True:
                sock.sendall(b'x' * 1000)
        ]]
        local ok, prompt = failing { port = server:tcp(endless), sink = function() return false end }
        assert.same({ false, "receive: user process error" }, { ok, prompt })
        ok, prompt = request { port = server:tcp(endless), sink = function() return true end }
        assert.same({ true, "200" }, { ok, prompt })
    end)

    it("as a function that fails is reported", function()
        local port = server:tcp "request(sock); answer(sock, b'x')"
        local results
        local output = printed(function()
            results = { request { port = port, sink = function() error "sink" end } }
        end)
        assert.same({ false, "receive: user process error" }, { results[1], results[2] })
        assert.truthy(output:find("sink", 1, true), output)
    end)
end)

it("HTTPS checks the server with caCert", function()
    local code = "request(sock); answer(sock, b'secret')"
    local good = server:tls(code, tls.folder, "good")
    local _, status, _, body = request {
        url = "https://localhost:" .. good, cert = { caCert = tls.path "ca.pem" },
    }
    assert.same({ "200", "secret" }, { status, body })
    local untrusted = server:tls(code, tls.folder, "untrusted")
    local ok, prompt = failing { url = "https://localhost:" .. untrusted, cert = { caCert = tls.path "ca.pem" } }
    assert.same({ false, "connect fail" }, { ok, prompt })
end)

it("requests at the same time do not disturb each other", function()
    local port = server:tcp "line = request(sock)[0]; answer(sock, line.encode() * 1000)"
    local bodies = {}
    for number = 1, 8 do
        http.request("GET", ("127.0.0.1:%d/%d"):format(port, number), nil, nil, nil, nil, function(_, _, _, body)
            bodies[number] = body
        end)
    end
    for number = 1, 8 do
        peer.eventually(function() return bodies[number] end, "an answer")
        assert.equal(("GET /%d HTTP/1.1"):format(number):rep(1000), bodies[number])
    end
end)

it("100 MiB go down to a file in bounded memory, in chunks", function()
    local port = server:tcp [[
        request(sock)
        sock.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        block = bytes(range(256)) * 4096
        for _ in range(100):
            sock.sendall(b'%x\r\n' % len(block) + block + b'\r\n')
        sock.sendall(b'0\r\n\r\n')
    ]]
    local script = ([[
        PROJECT, VERSION = "DOWNLOAD", "1.0.0"
        require "sys"
        require "http"
        http.request("GET", "127.0.0.1:%d", nil, nil, nil, nil, function(ok, status, _, path)
            print(ok, status, path, io.fileSize(path))
        end, "/big.bin")
        sys.init(0, 0)
        sys.run()
    ]]):format(port)
    -- KiB of address space: the program itself takes the most of it.
    local command = [[timeout -s KILL 60 sh -c 'ulimit -v 150000; exec target/release/luatos "$@"' luatos]]
    local output = runner.run_with(command .. " --modem register_after=0 --modem flash=200000", script)
    assert.truthy(output:find("true 200 /big.bin 104857600", 1, true), output)
end)

it("rounds leave nothing behind", function()
    local port = server:tcp "request(sock); answer(sock, b'x' * 1000)"
    local function rounds(count)
        for _ = 1, count do
            assert.is_true((request { port = port }))
        end
        sockets.settle()
        collectgarbage()
        collectgarbage()
        return collectgarbage "count"
    end
    printed(function()
        local before = rounds(20)
        local after = rounds(100)
        assert.is_true(after < before + 50, ("%g KiB before, %g after"):format(before, after))
    end)
    assert.equal(0, host.sources())
end)
