--- `aLiYun` and `aLiYunOta`: projects in processes of their own, against platforms that a test writes.
require "luatos"
local brokers = require "brokers"
local project = require "project"
local fails = require "fails"
local tls = require("servers").tls()

local server = brokers.peer()

--- Runs a script that has a device of the product `key`, called `name`, with the secret `secret`.
-- @string script goes before `aLiYun.setup`; `stop()` ends the run
-- @string options of luatos
-- @return what it printed
local function run(script, options)
    local output
    project.with({}, function(this)
        local file = assert(io.open(this.path "main.lua", "w"))
        file:write([[
            PROJECT, VERSION = "ALIYUN", "1.2.3"
            local sys = require "sys"
            require "aLiYun" require "aLiYunOta"
            local secret = "secret"
            local function stop() sys.timerStart(os.exit, 50, 0) end
            local function setup(product_secret)
                aLiYun.setup("key", product_secret, function() return "name" end, function() return secret end,
                    function(value) secret = value print("secret", value) end)
            end
        ]] .. script .. "\nsys.init(0, 0)\nsys.run()\n")
        file:close()
        output = this.luatos("--modem register_after=0 --timeout 30 " .. options .. " @/main.lua")
    end)
    return output
end

local function has(output, text)
    assert(output:find(text, 1, true), text .. "\nis not in\n" .. output)
end

--- What the platforms of the tests do: they read CONNECT, and answer what a device subscribes to and publishes.
local PLATFORM = [[
import hashlib, hmac, json

def fields(body):
    result, place = [], 10
    while place < len(body):
        size = struct.unpack(">H", body[place:place + 2])[0]
        result.append(body[place + 2:place + 2 + size].decode())
        place += 2 + size
    return result

def sign(text, key="secret"):
    return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()

def login(check):
    _, body = expect(1)
    names = fields(body)
    problem = check(*names)
    if problem:
        log("problem", f"{problem}: {names}")
    sock.sendall(connack())

def direct(client, user, password):
    if client != "name|securemode=3,timestamp=2524608000000,signmethod=hmacsha1|" or user != "name&key":
        return "names"
    if password.lower() != sign("clientIdnamedeviceNamenameproductKeykeytimestamp2524608000000", secret):
        return "signature"

def until(kind=None, topic=None):
    """Serves until something is published to `topic`; returns the payload."""
    while True:
        first, body = packet()
        if first >> 4 == 8:
            sock.sendall(bytes([0x90, 3]) + body[:2] + b"\1")
            log("subscribed", body[4:-1].decode())
        elif first >> 4 == 4:
            log("acknowledged")
        elif first >> 4 == 3:
            size = struct.unpack(">H", body[:2])[0]
            name, rest = body[2:2 + size].decode(), body[2 + size:]
            if first & 6:
                sock.sendall(ack(4, struct.unpack(">H", rest[:2])[0]))
                rest = rest[2:]
            log("published", name, rest.decode())
            if name == topic:
                return rest.decode()

secret = "secret"
]]

local function platform(code)
    return server:broker("\n" .. PLATFORM .. code)
end

it("nothing is called that the user does not permit, and that is said once", function()
    local output = run([[
        aLiYun.setConnectMode "direct"
        local count = 0
        aLiYun.on("reconnect", function()
            count = count + 1
            if count == 2 then print "reconnects" stop() end
        end)
        setup()
    ]], "")
    has(output, "reconnects")
    local _, warnings = output:gsub("key.iot%-as%-mqtt.cn%-shanghai.aliyuncs.com:1883 is not reached", "")
    assert.equal(1, warnings, output)
end)

it("authentication by HTTPS is as little permitted", function()
    local output = run([[
        aLiYun.on("auth", function(ok) print("auth", ok) stop() end)
        setup()
    ]], "")
    has(output, "auth false")
    has(output, "iot-auth.cn-shanghai.aliyuncs.com:443 is not reached")
end)

it("a device with its own secret connects, publishes, subscribes and receives", function()
    local port = platform [[
login(direct)
payload = until(topic="/key/name/update")
sock.sendall(publish(1, 9, payload.upper().encode(), topic=b"/key/name/get"))
until()
]]
    local output = run([[
        aLiYun.setConnectMode "direct"
        aLiYun.on("connect", function(ok)
            print("connect", ok)
            if ok then aLiYun.subscribe({ ["/key/name/get"] = 1 }) end
        end)
        aLiYun.on("receive", function(topic, qos, payload) print("receive", topic, qos, payload) stop() end)
        aLiYun.publish("/key/name/update", "hello", 1, function(ok, value) print("published", ok, value) end, "value")
        setup()
    ]], ("--connect-to :1883:127.0.0.1:%d"):format(port))
    has(output, "connect true")
    has(output, "published true value")
    has(output, "receive /key/name/get 1 HELLO")
    brokers.logged(server, "acknowledged")
    has(brokers.logged(server, "subscribed"), "/ota/device/upgrade/key/name")
end)

it("a connection that ends is made again; what waits then has failed, and sleep ends it", function()
    local port = platform [[
login(direct)
until(topic="/end")
]]
    local output = run([[
        aLiYun.setConnectMode "direct"
        local count = 0
        aLiYun.on("connect", function(ok)
            print("connect", ok)
            count = count + (ok and 1 or 0)
            if ok and count < 3 then
                aLiYun.publish("/end", "", 0)
                aLiYun.publish("/lost", "", 1, function(ok) print("lost", ok) end)
            elseif ok then
                aLiYun.sleep()
            elseif count == 3 then
                print("asleep", aLiYun.sleepStatus())
                stop()
            end
        end)
        setup()
    ]], ("--connect-to :1883:127.0.0.1:%d"):format(port))
    local _, ends = output:gsub("connect false", "")
    assert.equal(3, ends, output)
    has(output, "lost false")
    has(output, "asleep true")
end)

it("a device gets its secret by that of the product", function()
    local plain = platform [[
secret = "given"
login(direct)
log("in")
until()
]]
    local code = [[
def registration(client, user, password):
    random = client.split("random=")[1].split(",")[0]
    if client != f"name|securemode=2,authType=register,random={random},signmethod=hmacsha1|" or user != "name&key":
        return "names"
    if password.lower() != sign("deviceNamenameproductKeykeyrandom" + random, "product"):
        return "signature"

login(registration)
sock.sendall(publish(0, 0, b'{"deviceName":"name","deviceSecret":"given"}', topic=b"/ext/register"))
until()
]]
    -- One port for both: the first byte tells TLS from MQTT.
    local secure = server:tls(brokers.text("\n" .. PLATFORM .. code), tls.folder, "good")
    local both = server:tcp(([[
        first = sock.recv(1, socket.MSG_PEEK)
        inner = socket.create_connection(("127.0.0.1", %d if first == b"\x16" else %d))
        def back():
            try:
                while data := inner.recv(65536):
                    sock.sendall(data)
            except OSError:
                pass
        threading.Thread(target=back, daemon=True).start()
        while data := sock.recv(65536):
            inner.sendall(data)
        inner.shutdown(socket.SHUT_RDWR)
    ]]):format(secure, plain))
    local output = run([[
        aLiYun.setConnectMode("direct", "instance.example")
        aLiYun.on("connect", function(ok) print("connect", ok) stop() end)
        setup "product"
    ]], ("--connect-to :1883:127.0.0.1:%d"):format(both))
    has(output, "secret given")
    has(output, "connect true")
end)

it("a device authenticates by HTTPS and connects where it is told to", function()
    local code = [[
import hmac
head = b""
while b"\r\n\r\n" not in head:
    head += sock.recv(1)
size = int([line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")][0].split(b":")[1])
body = read(sock, size).decode()
text = "clientIdnamedeviceNamenameproductKeykey"
signature = hmac.new(b"secret", text.encode(), "md5").hexdigest()
expected = f"productKey=key&sign={signature}&clientId=name&deviceName=name"
log("request", head.split(b"\r\n")[0].decode(), body.lower() == expected.lower())
answer = b'{"message":"success","data":{"iotId":"id","iotToken":"token",'
answer += b'"resources":{"mqtt":{"host":"m.example","port":1884}}}}'
sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
]]
    local https = server:tls(code, tls.folder, "good")
    local mqtts = server:tls(brokers.text("\n" .. PLATFORM .. [[
def token(client, user, password):
    return (client, user, password) != ("name", "id", "token") and "credentials"
login(token)
until()
]]), tls.folder, "good")
    local output = run([[
        aLiYun.on("auth", function(ok) print("auth", ok) end)
        aLiYun.on("connect", function(ok) print("connect", ok) stop() end)
        setup()
    ]], ("--connect-to :443:127.0.0.1:%d --connect-to m.example:1884:127.0.0.1:%d"):format(https, mqtts))
    has(output, "auth true")
    has(output, "connect true")
    assert.equal("POST /auth/devicename HTTP/1.1", brokers.logged(server, "request"))
    assert.equal("True", server:log "request" [1][4])
end)

it("a platform that answers nonsense is asked again, and its port is not taken for one", function()
    local https = server:tls([[
count = socket.count = getattr(socket, "count", -1) + 1
request(sock)
good = b'{"message":"success","data":{"iotId":"id","iotToken":"token","resources":{"mqtt":{"host":"m","port":99999}}}}'
answer(sock, [b"[1,2", b'{"message":"success","data":"x"}', good][min(count, 2)])
]], tls.folder, "good")
    local mqtts = server:tls(brokers.text [[
        greet()
        until_end()
    ]], tls.folder, "good")
    local output = run([[
        aLiYun.on("connect", function(ok) print("connect", ok) stop() end)
        setup()
    ]], ("--connect-to :443:127.0.0.1:%d --connect-to m:1883:127.0.0.1:%d"):format(https, mqtts))
    has(output, "connect true")
end)

it("a silence is told of", function()
    local output = run([[
        aLiYun.setConnectMode "direct"
        aLiYun.setErrHandle(function() print "silence" stop() end, 0.1)
        setup()
    ]], "")
    has(output, "silence")
end)

describe("a new version", function()
    --- A server of files that breaks off in the midst of the first answer, and knows Range.
    local FILE = [[
        import re
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(4096)
        data = bytes(range(256)) * 400
        begin = int(re.search(rb"bytes=(\d+)-", head).group(1))
        log("range", begin)
        rest = data[begin:]
        sock.sendall(b"HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
                     % (len(rest), begin, len(data) - 1, len(data)))
        sock.sendall(rest if begin else rest[:50000])
    ]]

    local OFFER = [[
login(direct)
log("version", until(topic="/ota/device/inform/key/name"))
data = bytes(range(256)) * 400
offer = {"data": {"url": "http://files.example/new", "size": len(data), "md5": %s, "version": "2"}}
sock.sendall(publish(0, 0, json.dumps(offer).encode(), topic=b"/ota/device/upgrade/key/name"))
until()
]]

    --- Runs a script that is offered a new version.
    -- @string[opt] md5 in Python, that of the offer
    -- @string[opt] file the server of files, in Python
    local function offered(script, md5, file)
        local port = platform(OFFER:format(md5 or "hashlib.md5(data).hexdigest()"))
        return run([[
            aLiYun.setConnectMode "direct"
            sys.subscribe("LIB_ALIYUN_OTA_DOWNLOAD_BEGIN", function(version) print("begin", version) end)
        ]] .. script .. "\nsetup()", ("--connect-to :1883:127.0.0.1:%d --connect-to :80:127.0.0.1:%d"):format(port,
            server:tcp(file or FILE)))
    end

    it("is downloaded into a file, resumed where it broke off, and checked", function()
        local output = offered [[
            aLiYunOta.setVer "MCU_1"
            aLiYunOta.setName "/new.bin"
            aLiYunOta.setCb(function(ok, path)
                print("downloaded", ok, path, io.fileSize(path), aLiYunOta.isDownloading())
                stop()
            end)
        ]]
        has(output, "begin 2")
        has(output, "downloaded true /new.bin 102400 false")
        has(brokers.logged(server, "version"), '"version":"MCU_1"')
        assert.equal("0 50000", brokers.logged(server, "range", 2))
    end)

    it("becomes the device's update", function()
        local output = offered 'aLiYunOta.setCb(function(ok, path) print("downloaded", ok, path) stop() end)'
        has(output, "downloaded true nil")
        has(brokers.logged(server, "version"), "ALIYUN_1.2.3_Luat")
    end)

    --- A server that does not know Range, says no length, and breaks off in the midst of the first answer.
    local ANEW = [[
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(4096)
        first = b"bytes=0-" in head
        log("first", first)
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + (bytes(range(256)) * 400)[:50000 if first else None])
    ]]

    it("may come anew from a server that does not resume, and without a length", function()
        for _, name in ipairs { 'aLiYunOta.setName "/new.bin"', "" } do
            local output = offered(name .. [[
                aLiYunOta.setCb(function(ok, path) print("downloaded", ok, path) stop() end)
            ]], nil, ANEW)
            has(output, "downloaded true " .. (name == "" and "nil" or "/new.bin"))
        end
    end)

    it("that is longer than the server says, or than there is room for, ends the download", function()
        local output = offered([[
            aLiYunOta.setName "/new.bin"
            aLiYunOta.setCb(function(ok, path) print("downloaded", ok, path) stop() end)
        ]], nil, [[
            request(sock)
            sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                sock.sendall(bytes(10000))
        ]])
        has(output, "downloaded false /new.bin")
        has(output, "there is more than the server says")
    end)

    it("that is not what was offered is refused", function()
        local output = offered([[
            aLiYunOta.setCb(function(ok, path) print("downloaded", ok, path) stop() end)
        ]], "'0' * 32")
        has(output, "downloaded false nil")
        -- That of bytes(range(256)) * 400.
        has(output, "the download has the MD5 44D088CEF136D178E9C8BA84C3FDF6CA expected 0000")
    end)
end)

it("arguments that cannot be are named", function()
    local aLiYun, aLiYunOta = require "aLiYun", require "aLiYunOta"
    local function text() return "" end
    fails("aLiYun.setup: productKey: string expected, got nil", aLiYun.setup)
    fails("aLiYun.setup: getDeviceNameFnc: function expected, got 5", aLiYun.setup, "key", nil, 5)
    fails("aLiYun.setup: setDeviceSecretFnc: function expected", aLiYun.setup, "key", "secret", text, text)
    fails("aLiYun.setMqtt: cleanSession: 0 or 1 expected, got 2", aLiYun.setMqtt, 2)
    fails("aLiYun.setRegion: region: string expected", aLiYun.setRegion)
    fails("aLiYun.setConnectMode: port: 1 to 65535 expected, got 0", aLiYun.setConnectMode, "direct", "h", 0)
    fails("aLiYun.subscribe: topic: string or table of QoS by topic expected", aLiYun.subscribe, {})
    fails("aLiYun.subscribe: qos: 0 to 2 expected, got 3", aLiYun.subscribe, { ["/t"] = 3 })
    fails("aLiYun.publish: payload: string expected, got nil", aLiYun.publish, "/t")
    fails('aLiYun.on: evt: "auth", "connect", "reconnect" or "receive" expected', aLiYun.on, "other", text)
    fails("aLiYun.setErrHandle: cbFnc: function expected", aLiYun.setErrHandle)
    fails("aLiYunOta.setName: name: string expected, got 5", aLiYunOta.setName, 5)
    fails("aLiYunOta.setCb: cbFnc: function expected, got 5", aLiYunOta.setCb, 5)
    fails("aLiYunOta.setVer: version: string expected, got nil", aLiYunOta.setVer)
end)
