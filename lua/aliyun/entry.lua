--- How a device of LuatOS `aLiYun` gets what it needs for its connection: its secret, and for the older way of
-- authentication the platform's token. Each function is the body of a task and ends in `channel.run`.
local use = ...
local json = use "native.json"
local sys = use "modules.sys"
local log = use "modules.log"
local tasks = use "runtime.tasks"
local home = use "runtime.home"
local waits = use "device.waits"
local channel = use "aliyun.channel"
local signing = use "aliyun.signing"

local type, pcall, tonumber, tostring = type, pcall, tonumber, tostring

local entry = {}

--- Published by `Authwakeup`.
local AWAKE = "ALITUN_Auth_WAKEUP"

--- Times in ms: for an answer by HTTPS, for the answer to a registration, between attempts, and until a new secret is
-- used.
local PATIENCE, REGISTRATION_PATIENCE, PAUSE, SETTLING = 20000, 60000, 5000, 1000

--- Requests by HTTPS until the event "auth" tells of the failure.
local ATTEMPTS = 3

local HTTPS_PORT, MQTT_PORT = 443, 1883

--- Longest text of MQTT.
local LONGEST_TEXT = 65535

--- The return code of MQTT that says that the device is registered already: bad user name or password.
local REGISTERED = 4

local FORM = { ["Content-Type"] = "application/x-www-form-urlencoded" }

local is_asleep = false

function entry.sleep()
    is_asleep = true
    channel.leave()
end

function entry.wake()
    is_asleep = false
    sys.publish(AWAKE)
end

function entry.is_asleep()
    return is_asleep
end

local function wait_until_awake()
    while is_asleep do
        sys.waitUntil(AWAKE)
    end
end

local function wait_for_network()
    local socket = require "socket"
    while not socket.isReady() do
        sys.waitUntil("IP_READY_IND")
    end
end

--- @return the table of a JSON text, {} for anything else
local function decode(text)
    local ok, value = pcall(json.decode, text)
    return ok and type(value) == "table" and value or {}
end

--- A text that MQTT can carry, or nil.
local function text_of(value)
    return type(value) == "string" and value ~= "" and #value <= LONGEST_TEXT and value or nil
end

--- A port, or nil.
local function port_of(value)
    local number = tonumber(value)
    return number and number % 1 == 0 and number > 0 and number <= 65535 and number or nil
end

--- The host for MQTT where neither the script nor the platform names one.
local function default_host(product)
    return ("%s.iot-as-mqtt.%s.aliyuncs.com"):format(product.key, product.region)
end

local function store_secret(product, secret)
    tasks.guard("aLiYun.setup: setDeviceSecretFnc", product.setDeviceSecret, secret)
    sys.wait(SETTLING)
end

-- ## MQTT all the way

local function direct_entry(product, credentials)
    return {
        host = product.host or default_host(product),
        port = product.port,
        is_scripts = product.host ~= nil,
        credentials = credentials,
    }
end

--- Asks for the device's secret, over TLS.
-- @return whether there is nothing more to ask
local function register(product, random)
    local credentials = signing.registration(product, random)
    local target = direct_entry(product, credentials)
    if not target.is_scripts and not home.may_call("aLiYun.setup", target.host, target.port) then
        return false
    end
    local client = require("mqtt").client(credentials.id, product.keepAlive or channel.KEEP_ALIVE, credentials.user,
        credentials.password)
    local ok, code = client:connect(target.host, target.port, "tcp_ssl")
    local is_over = code == REGISTERED
    if ok then
        local received, packet = client:receive(REGISTRATION_PATIENCE)
        local answer = received and decode(packet.payload) or {}
        local secret = text_of(answer.deviceName) and text_of(answer.deviceSecret)
        if secret then
            store_secret(product, secret)
            is_over = true
        end
    end
    client:disconnect()
    return is_over
end

--- Connects by MQTT, with the device's secret or after a registration with the product's.
function entry.direct(product)
    wait_for_network()
    if product.secret then
        local random = tostring(os.time())
        wait_until_awake()
        while not register(product, random) do
            log.info("aLiYun", "the device is not registered")
            sys.wait(PAUSE)
            wait_until_awake()
        end
    end
    channel.run(product, direct_entry(product, signing.direct(product)))
end

-- ## Authentication by HTTPS

--- Asks the platform's authentication.
-- @return the body of the answer; nil for none
local function post(product, path, body)
    local host = ("iot-auth.%s.aliyuncs.com"):format(product.region)
    if not home.may_call("aLiYun.setup", host, HTTPS_PORT) then
        return nil
    end
    local wait, answer = waits.new(), nil
    require("http").request("POST", "https://" .. host .. path, nil, FORM, body, PATIENCE, function(ok, status, _, text)
        answer = ok and status == "200" and text or nil
        waits.finish(wait)
    end)
    waits.wait(wait, nil, "aLiYun")
    return answer
end

--- @return what `channel.run` takes; or nil, and whether the device's secret is wrong
local function authenticate(product)
    local text = post(product, "/auth/devicename", signing.authentication(product))
    local answer = decode(text)
    local data = answer.message == "success" and type(answer.data) == "table" and answer.data or {}
    local id, token = text_of(data.iotId), text_of(data.iotToken)
    if not id or not token then
        return nil, text and text:find("invalid sign", 1, true)
    end
    local mqtt = type(data.resources) == "table" and type(data.resources.mqtt) == "table" and data.resources.mqtt or {}
    return {
        host = text_of(mqtt.host) or default_host(product),
        port = port_of(mqtt.port) or MQTT_PORT,
        -- An answer has come from where the user permits it.
        is_scripts = text_of(mqtt.host) ~= nil,
        credentials = { id = signing.device_name(product), user = id, password = token },
    }
end

local function fetch_secret(product)
    local body = signing.register_body(product, tostring(os.time()))
    local data = decode(post(product, "/auth/register/device", body)).data
    local secret = type(data) == "table" and text_of(data.deviceSecret)
    if secret then
        store_secret(product, secret)
    end
end

--- Connects with a token that the platform gives by HTTPS.
function entry.by_https(product)
    wait_for_network()
    while true do
        wait_until_awake()
        for _ = 1, ATTEMPTS do
            local found, is_wrong = authenticate(product)
            if found then
                channel.notify("auth", true)
                return channel.run(product, found)
            elseif is_wrong and product.secret then
                fetch_secret(product)
            end
        end
        channel.notify("auth", false)
        sys.wait(PAUSE)
    end
end

return entry
