--- LuatOS `ftp` with pyftpdlib, and with servers that break and stall.
require "luatos"
local sys = require "sys"
local ftp = require "ftp"
local socket = require "socket"
local use = debug.getregistry()["luatos.use"]
local host = use "native.host"
local fails = require "fails"
local peer = require "peer"
local printed = require "printed"
local project = require "project"
local sockets = require "sockets"
local tls = require("servers").tls()

local server = sockets.peer()

--- Folder of the server, and the servers without and with TLS.
local folder, plain, secure

local function path(name)
    return folder .. "/" .. name
end

local function write(name, text)
    local file = assert(io.open(path(name), "wb"))
    file:write(text)
    file:close()
end

local function content(name)
    local file = io.open(path(name), "rb")
    local text = file and file:read "*a"
    if file then
        file:close()
    end
    return text
end

setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    plain = peer.start("ftp.py", 0, folder)
    assert(os.execute(("cat %s %s > %s"):format(tls.path "good.pem", tls.path "good.key", tls.path "both.pem")))
    secure = peer.start("ftp.py", 0, folder .. " " .. tls.path "both.pem")
    peer.eventually(socket.isReady, "the network")
end)

teardown(function()
    plain:stop()
    secure:stop()
    os.execute("rm -r " .. folder)
end)

--- Runs a function in a task, without its log, and waits for its end.
local function in_task(body)
    printed(function()
        local results
        sys.taskInit(function()
            results = table.pack(xpcall(body, debug.traceback))
        end)
        peer.eventually(function() return results end, "the end of the task")
        assert(results[1], results[2])
    end)
end

local function log_in(port)
    assert.same({ "200", "ftp login success" },
        { ftp.login("PASV", "127.0.0.1", port or plain.port, "user", "secret", 20000) })
end

--- A control connection whose replies a test writes; `lines` are Python, in which `say` sends a reply and `get` returns
-- the next command.
local function control(lines)
    return server:tcp([[
        stream = sock.makefile('r', newline='\r\n')
        def say(text):
            sock.sendall(text.encode() + b'\r\n')
        def get():
            return stream.readline().strip()
    ]] .. lines)
end

describe("a session", function()
    it("begins and ends, and has commands", function()
        in_task(function()
            log_in()
            local code, text = ftp.pwd(20000)
            assert.equal("257", code)
            assert.truthy(text:find '^ "/" .*\r\n$', text)
            assert.equal("215", (ftp.command("SYST", 20000)))
            assert.equal("257", (ftp.mkd("/made", 20000)))
            assert.equal("250", (ftp.cwd("made", 20000)))
            assert.truthy(select(2, ftp.pwd(20000)):find("/made", 1, true))
            assert.equal("250", (ftp.cdup(20000)))
            assert.equal("200", (ftp.checktype("I", 20000)))
            assert.equal("250", (ftp.deletefolder("/made", 20000)))
            assert.equal("550", (ftp.deletefile("/missing", 20000)))
            ftp.close()
            ftp.close()
            assert.same({ "503", "SOCKET_RECV_TIMOUT", "not logged in" }, { ftp.pwd() })
        end)
        sockets.settle()
        assert.equal(0, host.sources())
    end)

    it("is refused with the server's reply", function()
        in_task(function()
            local code, text = ftp.login("PASV", "127.0.0.1", plain.port, "user", "wrong", 20000)
            assert.equal("530", code)
            assert.truthy(text:find "^530 ", text)
            assert.same({ "-1", "ftp ftp_mode error" }, { ftp.login("PORT", "127.0.0.1") })
            code, text = ftp.login("PASV", "127.0.0.1", 1, "a", "b")
            assert.same({ "502", "SOCKET_CONN_ERROR" }, { code, text })
        end)
    end)

    it("may be over TLS, its transfers too", function()
        write("secret.bin", ("secret"):rep(10000))
        in_task(function()
            assert.equal("200", (ftp.login("PASV", "127.0.0.1", secure.port, "user", "secret", 20000, true,
                { caCert = tls.path "ca.pem" })))
            assert.same({ "200", "ftp success" }, { ftp.download("secret.bin", path "local.bin", 20000) })
            ftp.close()
        end)
        assert.equal(("secret"):rep(10000), content "local.bin")
    end)

    it("is each task's own", function()
        in_task(function()
            log_in()
            local other
            sys.taskInit(function()
                local before = ftp.pwd()
                log_in()
                ftp.mkd("/other", 20000)
                ftp.cwd("/other", 20000)
                other = { before, (select(2, ftp.pwd(20000)):match '"(.-)"') }
                ftp.close()
            end)
            peer.eventually(function() return other end, "the other task")
            assert.same({ "503", "/other" }, other)
            assert.equal("/", (select(2, ftp.pwd(20000)):match '"(.-)"'))
            ftp.deletefolder("/other", 20000)
            ftp.close()
        end)
    end)
end)

describe("files", function()
    local data = string.char(13, 10, 0, 10, 255, 13):rep(200000)

    it("come down and go up as they are", function()
        write("down.bin", data)
        write("local.bin", "old")
        in_task(function()
            log_in()
            assert.same({ "200", "ftp success" }, { ftp.download("down.bin", path "local.bin", 20000) })
            assert.is_true(content "local.bin" == data)
            assert.same({ "200", "ftp success" }, { ftp.upload("up.bin", path "local.bin", 20000) })
            assert.is_true(content "up.bin" == data)
            -- The next reply is that of the next command; and a file that exists is continued.
            assert.equal("257", (ftp.pwd(20000)))
            write("local.bin", "more")
            assert.equal("200", (ftp.upload("up.bin", path "local.bin", 20000)))
            assert.is_true(content "up.bin" == data .. "more")
            write("local.bin", "")
            assert.equal("200", (ftp.upload("empty.bin", path "local.bin", 20000)))
            assert.equal("", content "empty.bin")
            assert.equal("200", (ftp.download("empty.bin", path "nothing.bin", 20000)))
            assert.equal("", content "nothing.bin")
            ftp.close()
        end)
    end)

    it("come and go one by one, without a session", function()
        write("one.bin", "one")
        project.with({
            ["main.lua"] = ([[
                PROJECT, VERSION, LOG_LEVEL = "FTP", "1.0.0", 0
                require "ftp" require "sys" require "net"
                io.writeFile("/back.bin", "back")
                sys.taskInit(function()
                    local function request(...)
                        local code, text = ftp.request("PASV", "127.0.0.1", "user", ...)
                        print(code, text:match "^ftp.*" or #text > 0)
                    end
                    request("secret", "RETR", "one.bin", "/one.bin", 20000)
                    print(io.readFile "/one.bin")
                    request("secret", "STOR", "back.bin", "/back.bin", 20000)
                    request("secret", "RETR", "missing.bin", "/missing.bin", 20000)
                    request("wrong", "RETR", "one.bin", "/one.bin", 20000)
                    request("secret", "APPE", "one.bin", "/one.bin", 20000)
                    print(ftp.request("PORT", "127.0.0.1"))
                end)
                sys.init(0, 0)
                sys.run()
            ]]),
        }, function(this)
            local output = this.luatos(("--timeout 30 --connect-to 127.0.0.1:21:127.0.0.1:%d @/main.lua")
                :format(plain.port))
            assert.equal("1 ftp success\none\n1 ftp success\n550 true\n530 true\n0 ftp transmission_mode error\n"
                .. "0 ftp ftp_mode error\n", output)
        end)
        assert.equal("back", content "back.bin")
    end)

    it("that are not there are told by either side", function()
        in_task(function()
            log_in()
            assert.equal("550", (ftp.download("missing.bin", path "local.bin", 20000)))
            local code, text, why = ftp.upload("up.bin", path "missing.bin", 20000)
            assert.same({ "503", "file open error" }, { code, text })
            assert.truthy(why:find("missing.bin", 1, true), why)
            code, text = ftp.download("empty.bin", "/no/such/folder/file", 20000)
            assert.same({ "503", "file open error" }, { code, text })
            assert.equal("257", (ftp.pwd(20000)))
            code, text = ftp.upload("up.bin", folder, 20000)
            assert.same({ "503", "file read error" }, { code, text })
            assert.equal("257", (ftp.pwd(20000)))
            ftp.close()
        end)
    end)

    it("are listed", function()
        write("listed.txt", "x")
        in_task(function()
            log_in()
            local code, list = ftp.list("/", 20000)
            assert.equal("226", code)
            assert.truthy(list:find("listed.txt", 1, true), list)
            assert.equal("226", (ftp.list()))
            assert.equal("550", (ftp.list("/missing", 20000)))
            ftp.close()
        end)
    end)
end)

describe("a server", function()
    local GREETING = [[

        say('220-hello')
        say(' 220 not yet')
        say('220 go on')
        get(); say('331 password'); get(); say('230-welcome'); say('230 in'); get(); say('200 type')
    ]]

    it("may have replies of several lines", function()
        local port = control(GREETING .. [[

        get(); say('214-Help'); say(' A'); say('214-still'); say('214 end'); get(); get()
        ]])
        in_task(function()
            log_in(port)
            local code, text = ftp.command("HELP", 20000)
            assert.same({ "214", "-Help\r\n A\r\n214-still\r\n214 end\r\n" }, { code, text })
            ftp.close()
        end)
    end)

    it("that closes, falls silent or talks nonsense ends the session", function()
        for lines, reason in pairs {
            ["get(); sock.shutdown(socket.SHUT_RDWR)"] = "CLOSED",
            ["get(); wait(); log('over')"] = "timeout",
            ["get(); say('nonsense'); get()"] = "no reply of FTP: nonsense\r\n",
            ["get(); say('x' * 100000); get()"] = "a line of the server is too long",
        } do
            local port = control(GREETING .. "\n        " .. lines)
            in_task(function()
                log_in(port)
                assert.same({ "503", "SOCKET_RECV_TIMOUT", reason }, { ftp.pwd(1500) })
                assert.equal("not logged in", (select(3, ftp.pwd(300))))
            end)
            if reason == "timeout" then
                server.go()
                server:logged "over"
            end
        end
    end)

    it("may tell an address for data that cannot be reached", function()
        for _, name in ipairs { "127.0.0.1", "localhost" } do
            local port = control(GREETING .. [[

        with socket.create_server(('127.0.0.1', 0)) as listener:
            get(); say('227 Entering (127,0,0,2,%d,%d)' % divmod(listener.getsockname()[1], 256))
            with listener.accept()[0] as other:
                get(); say('150 now'); other.sendall(b'list')
            say('226 done'); get()
            ]])
            in_task(function()
                assert.equal("200", (ftp.login("PASV", name, port, "user", "secret", 20000)))
                assert.same({ "226", "list" }, { ftp.list("/", 20000) })
                ftp.close()
            end)
        end
    end)

    it("may insist on the extended passive mode", function()
        local port = control(GREETING .. [[

        with socket.create_server(('127.0.0.1', 0)) as listener:
            get(); say('501 use EPSV')
            get(); say('229 Entering (|||%d|)' % listener.getsockname()[1])
            with listener.accept()[0] as other:
                get(); say('150 now'); other.sendall(b'list')
            say('226 done')
        get(); say('502 no PASV'); get(); say('500 no EPSV'); get()
        ]])
        in_task(function()
            log_in(port)
            assert.same({ "226", "list" }, { ftp.list("/", 20000) })
            assert.same({ "502", " no PASV\r\n" }, { ftp.list("/", 20000) })
            ftp.close()
        end)
    end)

    it("that is late with the reply to a transfer that has failed here ends the session", function()
        local port = control(GREETING .. [[

        with socket.create_server(('127.0.0.1', 0)) as listener:
            get(); say('227 Entering (127,0,0,1,%d,%d)' % divmod(listener.getsockname()[1], 256))
            with listener.accept()[0] as other:
                get(); say('150 now'); drain(other)
            wait()
            log('over')
        ]])
        in_task(function()
            log_in(port)
            local code, text = ftp.download("x", "/no/such/folder/file", 100)
            assert.same({ "503", "file open error" }, { code, text })
            assert.equal("not logged in", (select(3, ftp.pwd(300))))
        end)
        server.go()
        server:logged "over"
    end)

    it("whose transfer breaks says so", function()
        local port = control(GREETING .. [[

        def transfer(data, reply):
            with socket.create_server(('127.0.0.1', 0)) as listener:
                assert get() == 'PASV'
                say('227 Entering (127,0,0,1,%d,%d)' % divmod(listener.getsockname()[1], 256))
                with listener.accept()[0] as other:
                    get(); say('150 now'); other.sendall(data)
                if reply: say(reply)
        transfer(b'part', '426 broken')
        transfer(b'all', '226 done')
        get()
        ]])
        in_task(function()
            log_in(port)
            assert.same({ "426", " broken\r\n" }, { ftp.download("x", path "local.bin", 20000) })
            assert.equal("200", (ftp.download("x", path "local.bin", 20000)))
            assert.equal("all", content "local.bin")
            ftp.close()
        end)
    end)
end)

it("bad arguments raise errors", function()
    fails('ftp.command: command: string without line ends expected, got "PWD\\13\\\nDELE x"',
        function() ftp.command("PWD\r\nDELE x") end)
    fails("ftp.download: local_file: string without line ends expected, got nil", ftp.download, "x")
    fails('ftp.pwd: timeout: number of 0 or more (ms) expected, got "5"', ftp.pwd, "5")
    fails("ftp.login: host: string without line ends expected, got nil", ftp.login, "PASV")
    fails('ftp.login: port: 0 to 65535 expected, got "user"', ftp.login, "PASV", "127.0.0.1", "user", "secret", 21)
end)
