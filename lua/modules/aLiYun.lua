--- LuatOS `aLiYun`: a device of Alibaba Cloud IoT. It connects by itself, again and again, and sends and receives.
--
-- Without `--online` it reaches a host that it makes up of product and region only where a redirection leads to
-- another server; a host that the script names it reaches.
local use = ...
local sys = use "modules.sys"
local channel = use "aliyun.channel"
local entry = use "aliyun.entry"
local show = use("runtime.text").show

local type, error, pairs, next, tonumber = type, error, pairs, next, tonumber

local aLiYun = {}

--- What the functions below were given, for the tasks.
local product = { region = "cn-shanghai" }

--- Seconds until the callback of `setErrHandle`.
local SILENCE = 150

local EVENTS = { auth = true, connect = true, reconnect = true, receive = true }

--- Raises the error of an argument at the script's call.
local function check(is_good, where, name, expected, value)
    if not is_good then
        error(("aLiYun.%s: %s: %s expected, got %s"):format(where, name, expected, show(value)), 3)
    end
end

local function is_text(value)
    return type(value) == "string" and value ~= ""
end

local function is_optional(kind, value)
    return value == nil or type(value) == kind
end

local function is_qos(value)
    return value == nil or value == 0 or value == 1 or value == 2
end

--- Names the device and connects. Call `on`, `setMqtt`, `setConnectMode` and the like before.
-- @string productKey
-- @string[opt] productSecret for a device that gets its own secret by that of the product
-- @param getDeviceNameFnc fun(): string: returns the device's name
-- @param getDeviceSecretFnc fun(): string: returns its secret
-- @param[opt] setDeviceSecretFnc fun(secret: string): called with the secret that the platform gives; needed with
-- `productSecret`
function aLiYun.setup(productKey, productSecret, getDeviceNameFnc, getDeviceSecretFnc, setDeviceSecretFnc)
    check(is_text(productKey), "setup", "productKey", "string", productKey)
    check(is_optional("string", productSecret), "setup", "productSecret", "string", productSecret)
    check(type(getDeviceNameFnc) == "function", "setup", "getDeviceNameFnc", "function", getDeviceNameFnc)
    check(type(getDeviceSecretFnc) == "function", "setup", "getDeviceSecretFnc", "function", getDeviceSecretFnc)
    check(type(setDeviceSecretFnc) == "function" or not productSecret and setDeviceSecretFnc == nil, "setup",
        "setDeviceSecretFnc", "function", setDeviceSecretFnc)
    product.key, product.secret = productKey, productSecret
    product.getDeviceName, product.getDeviceSecret = getDeviceNameFnc, getDeviceSecretFnc
    product.setDeviceSecret = setDeviceSecretFnc
    sys.taskInit(product.mode == "direct" and entry.direct or entry.by_https, product)
end

--- Sets what the connection is made with.
-- @number[opt=1] cleanSession 0 or 1
-- @param[opt] will mqtt.Will: as for `mqtt.client`
-- @number[opt=240] keepAlive seconds
function aLiYun.setMqtt(cleanSession, will, keepAlive)
    check(cleanSession == nil or cleanSession == 0 or cleanSession == 1, "setMqtt", "cleanSession", "0 or 1",
        cleanSession)
    check(is_optional("table", will), "setMqtt", "will", "table", will)
    check(is_optional("number", keepAlive), "setMqtt", "keepAlive", "number of seconds", keepAlive)
    product.cleanSession, product.will, product.keepAlive = cleanSession, will, keepAlive
end

--- Sets the region.
-- @string region such as "cn-shanghai", the default
function aLiYun.setRegion(region)
    check(is_text(region), "setRegion", "region", "string", region)
    product.region = region
end

--- Sets the id of an instance whose devices are not named beforehand.
-- @string[opt] id
function aLiYun.setInstanceId(id)
    check(is_optional("string", id), "setInstanceId", "id", "string", id)
    product.instance = id
end

--- Sets the way of the connection.
-- @string mode "direct": by MQTT alone; anything else: with authentication by HTTPS
-- @string[opt] host default: that of the product in its region
-- @number[opt=1883] port
-- @param[opt] getClientIdFnc fun(): string: returns the id of the MQTT client without its parameters; default: the
-- device's name
-- @param[opt] getUserNameFnc fun(): string: returns the user name
-- @param[opt] getPasswordFnc fun(): string: returns the password
function aLiYun.setConnectMode(mode, host, port, getClientIdFnc, getUserNameFnc, getPasswordFnc)
    check(is_optional("string", mode), "setConnectMode", "mode", "string", mode)
    check(host == nil or is_text(host), "setConnectMode", "host", "string", host)
    local number = port == nil and 1883 or tonumber(port)
    check(number and number % 1 == 0 and number > 0 and number < 65536, "setConnectMode", "port", "1 to 65535", port)
    check(is_optional("function", getClientIdFnc), "setConnectMode", "getClientIdFnc", "function", getClientIdFnc)
    check(is_optional("function", getUserNameFnc), "setConnectMode", "getUserNameFnc", "function", getUserNameFnc)
    check(is_optional("function", getPasswordFnc), "setConnectMode", "getPasswordFnc", "function", getPasswordFnc)
    product.mode, product.host, product.port = mode, host, number
    product.getClientId, product.getUserName, product.getPassword = getClientIdFnc, getUserNameFnc, getPasswordFnc
end

--- Subscribes, now or when it is connected.
-- @param topic string|table: one, or QoS by topic
-- @number[opt=0] qos of a single topic
function aLiYun.subscribe(topic, qos)
    check(is_text(topic) or type(topic) == "table" and next(topic) ~= nil, "subscribe", "topic",
        "string or table of QoS by topic", topic)
    for name, value in pairs(type(topic) == "table" and topic or { [topic] = qos }) do
        check(is_text(name), "subscribe", "a key of topic", "string", name)
        check(is_qos(value), "subscribe", "qos", "0 to 2", value)
    end
    check(is_qos(qos), "subscribe", "qos", "0 to 2", qos)
    channel.subscribe(topic, qos)
end

--- Publishes, now or when it is connected.
-- @string topic
-- @string payload
-- @number[opt=0] qos
-- @param[opt] cbFnc fun(ok: boolean, cbPara: any): called with whether it was published, and `cbPara`. What waits when
-- the connection ends was not
-- @param[opt] cbPara any: what `cbFnc` gets
function aLiYun.publish(topic, payload, qos, cbFnc, cbPara)
    check(is_text(topic) and not topic:find "[+#]", "publish", "topic", "string without + and #", topic)
    check(type(payload) == "string", "publish", "payload", "string", payload)
    check(is_qos(qos), "publish", "qos", "0 to 2", qos)
    check(is_optional("function", cbFnc), "publish", "cbFnc", "function", cbFnc)
    channel.publish(topic, payload, qos, cbFnc, cbPara)
end

--- Sets the callback of an event, which may wait.
-- @string evt "auth" (called with whether the platform has given a token), "connect" (with whether there is a
-- connection), "reconnect" (an attempt has failed), "receive" (with topic, QoS and payload)
-- @param[opt] cbFnc fun(...: any): nil for none
function aLiYun.on(evt, cbFnc)
    check(EVENTS[evt], "on", "evt", '"auth", "connect", "reconnect" or "receive"', evt)
    check(is_optional("function", cbFnc), "on", "cbFnc", "function", cbFnc)
    channel.on(evt, cbFnc)
end

--- Sets what is called each time that nothing has worked for a while.
-- @param cbFnc fun()
-- @number[opt=150] tmout seconds
function aLiYun.setErrHandle(cbFnc, tmout)
    check(type(cbFnc) == "function", "setErrHandle", "cbFnc", "function", cbFnc)
    check(tmout == nil or type(tmout) == "number" and tmout > 0, "setErrHandle", "tmout", "number above 0 (s)", tmout)
    channel.watch(cbFnc, tmout or SILENCE)
end

--- Ends the connection, and does not connect until `wakeup`.
function aLiYun.sleep()
    channel.sleep()
end

--- Connects again.
function aLiYun.wakeup()
    channel.wake()
end

--- @return boolean: whether `sleep` holds
function aLiYun.sleepStatus()
    return channel.is_asleep()
end

--- Ends the connection, and does not authenticate or register until `Authwakeup`.
function aLiYun.Authsleep()
    entry.sleep()
end

--- Authenticates again.
function aLiYun.Authwakeup()
    entry.wake()
end

--- @return boolean: whether `Authsleep` holds
function aLiYun.AuthSleepStatus()
    return entry.is_asleep()
end

return aLiYun
