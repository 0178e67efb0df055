--- The names and signatures by which Alibaba Cloud IoT knows a device: MQTT connections and the older HTTPS
-- authentication. Facts: the platform's description of its MQTT-TCP and HTTPS authentication.
local use = ...
local crypto = use "native.crypto"
local show = use("runtime.text").show

local type, error = type, error

--- The platform takes any time, and this one is as good as none: a device without a clock can sign.
local TIMESTAMP = "2524608000000"

local signing = {}

--- What a script's function returns, which has to be text.
local function ask(name, fn)
    local value = fn()
    if type(value) ~= "string" then
        error(("aLiYun: %s returned %s, string expected"):format(name, show(value)), 0)
    end
    return value
end

--- @tab product what `setup` and `setConnectMode` were given
function signing.device_name(product)
    return ask("getDeviceNameFnc", product.getDeviceName)
end

local function client_id(product)
    return product.getClientId and ask("getClientIdFnc", product.getClientId) or signing.device_name(product)
end

local function user_name(product)
    return product.getUserName and ask("getUserNameFnc", product.getUserName)
        or signing.device_name(product) .. "&" .. product.key
end

local function sha1(text, key)
    return crypto.hmac_sha1(text, #text, key, #key)
end

local function md5(text, key)
    return crypto.hmac_md5(text, #text, key, #key)
end

--- For a device that has its secret.
-- @return table of `id`, `user` and `password` of the MQTT client
function signing.direct(product)
    local id = client_id(product)
    local password
    if product.getPassword then
        password = ask("getPasswordFnc", product.getPassword)
    else
        password = sha1(("clientId%sdeviceName%sproductKey%stimestamp%s"):format(id, signing.device_name(product),
            product.key, TIMESTAMP), ask("getDeviceSecretFnc", product.getDeviceSecret))
    end
    return {
        id = ("%s|securemode=3,timestamp=%s,signmethod=hmacsha1|"):format(id, TIMESTAMP),
        user = user_name(product),
        password = password,
    }
end

--- For a device that gets its secret by the product's.
-- @string random
-- @return as `direct`
function signing.registration(product, random)
    local how = "securemode=2,authType=register,random=%s,signmethod=hmacsha1"
    if product.instance then
        how = "securemode=-2,authType=regnwl,random=%s,signmethod=hmacsha1,instanceId=" .. product.instance
    end
    return {
        id = ("%s|%s|"):format(client_id(product), how:format(random)),
        user = user_name(product),
        password = sha1(("deviceName%sproductKey%srandom%s"):format(signing.device_name(product), product.key, random),
            product.secret),
    }
end

--- @return the body of a request for authentication by HTTPS
function signing.authentication(product)
    local name = signing.device_name(product)
    local sign = md5(("clientId%sdeviceName%sproductKey%s"):format(name, name, product.key),
        ask("getDeviceSecretFnc", product.getDeviceSecret))
    return ("productKey=%s&sign=%s&clientId=%s&deviceName=%s"):format(product.key, sign, name, name)
end

--- @return the body of a request for the device's secret by HTTPS
function signing.register_body(product, random)
    local name = signing.device_name(product)
    local sign = md5(("deviceName%sproductKey%srandom%s"):format(name, product.key, random), product.secret)
    return ("productKey=%s&deviceName=%s&random=%s&sign=%s&signMethod=HmacMD5"):format(product.key, name, random, sign)
end

return signing
