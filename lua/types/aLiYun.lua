---@meta
-- Written by luatos for editors; do not edit.

---A device of Alibaba Cloud IoT.
---
---阿里云物联网平台。
---@class aLiYun
aLiYun = {}

---Whether `Authsleep` holds.
---
---是否处于 Authsleep 状态。
---@return boolean
function aLiYun.AuthSleepStatus() end

---Ends the connection, and does not authenticate or register until `Authwakeup`.
---
---断开连接，调用 Authwakeup 之前不再认证。
function aLiYun.Authsleep() end

---Authenticates again.
---
---重新认证。
function aLiYun.Authwakeup() end

---Sets the callback of an event, which may wait.
---
---设置事件回调。
---@param evt string "auth" (called with whether the platform has given a token), "connect" (with whether there is a connection), "reconnect" (an attempt has failed), "receive" (with topic, QoS and payload)
---@param cbFnc? fun(...: any) nil for none
function aLiYun.on(evt, cbFnc) end

---Publishes, now or when it is connected.
---
---发布消息。
---@param topic string
---@param payload string
---@param qos? number default 0
---@param cbFnc? fun(ok: boolean, cbPara: any) called with whether it was published, and `cbPara`. What waits when the connection ends was not
---@param cbPara? any what `cbFnc` gets
function aLiYun.publish(topic, payload, qos, cbFnc, cbPara) end

---Sets the way of the connection.
---
---设置连接方式：直连或先认证。
---@param mode string "direct": by MQTT alone; anything else: with authentication by HTTPS
---@param host? string default: that of the product in its region
---@param port? number default 1883
---@param getClientIdFnc? fun(): string returns the id of the MQTT client without its parameters; default: the device's name
---@param getUserNameFnc? fun(): string returns the user name
---@param getPasswordFnc? fun(): string returns the password
function aLiYun.setConnectMode(mode, host, port, getClientIdFnc, getUserNameFnc, getPasswordFnc) end

---Sets what is called each time that nothing has worked for a while.
---
---设置长时间异常时的处理函数。
---@param cbFnc fun()
---@param tmout? number seconds; default 150
function aLiYun.setErrHandle(cbFnc, tmout) end

---Sets the id of an instance whose devices are not named beforehand.
---
---设置实例 ID，用于免预注册的设备。
---@param id? string
function aLiYun.setInstanceId(id) end

---Sets what the connection is made with.
---
---设置 MQTT 连接参数。
---@param cleanSession? number 0 or 1; default 1
---@param will? mqtt.Will as for `mqtt.client`
---@param keepAlive? number seconds; default 240
function aLiYun.setMqtt(cleanSession, will, keepAlive) end

---Sets the region.
---
---设置地域。
---@param region string such as "cn-shanghai", the default
function aLiYun.setRegion(region) end

---Names the device and connects. Call `on`, `setMqtt`, `setConnectMode` and the like before.
---
---设置产品和设备并连接；应先调用 on、setMqtt 等函数。
---@param productKey string
---@param productSecret? string for a device that gets its own secret by that of the product
---@param getDeviceNameFnc fun(): string returns the device's name
---@param getDeviceSecretFnc fun(): string returns its secret
---@param setDeviceSecretFnc? fun(secret: string) called with the secret that the platform gives; needed with `productSecret`
function aLiYun.setup(productKey, productSecret, getDeviceNameFnc, getDeviceSecretFnc, setDeviceSecretFnc) end

---Ends the connection, and does not connect until `wakeup`.
---
---断开连接，调用 wakeup 之前不再连接。
function aLiYun.sleep() end

---Whether `sleep` holds.
---
---是否处于 sleep 状态。
---@return boolean
function aLiYun.sleepStatus() end

---Subscribes, now or when it is connected.
---
---订阅主题。
---@param topic string|table one, or QoS by topic
---@param qos? number of a single topic; default 0
function aLiYun.subscribe(topic, qos) end

---Connects again.
---
---重新连接。
function aLiYun.wakeup() end

return aLiYun
