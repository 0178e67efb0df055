--- The connection of LuatOS `aLiYun` by which a device's messages go: kept up for ever by one task.
local use = ...
local sys = use "modules.sys"
local log = use "modules.log"
local tasks = use "runtime.tasks"
local copies = use "runtime.copies"
local scheduler = use "runtime.scheduler"
local home = use "runtime.home"
local signing = use "aliyun.signing"

local remove, ipairs = table.remove, ipairs

local channel = {}

--- Published when there is something to send, or to do other than receive.
local WAKE = "aliyun_publish_ind"

--- Published by `wakeup`.
local AWAKE = "ALITUN_WAKEUP"

--- Times in ms: for a message of the platform, from one attempt to the next, for the network, in flight mode.
local PATIENCE, PAUSE, NETWORK_PATIENCE, FLIGHT = 60000, 2000, 300000, 20000

--- Failed attempts after which the modem gives up its IP address and gets a new one.
local MOST_FAILURES = 5

--- Seconds of keep-alive where the script does not say.
channel.KEEP_ALIVE = 240

--- What waits to be sent: tables of `topic`, `qos` and what else the call was given.
local subscriptions, publications = {}, {}

--- The script's callbacks by event.
local callbacks = {}

local is_asleep = false

--- The present connection is to be given up.
local must_leave = false

--- Sets the callback of an event.
function channel.on(event, callback)
    callbacks[event] = callback
end

--- Calls the script's callback of an event.
function channel.notify(event, ...)
    if callbacks[event] then
        tasks.guard("aLiYun.on callback", callbacks[event], ...)
    end
end

-- ## Silence

local watchdog

--- Something works: the callback of `setErrHandle` has to wait for its whole time again.
local function feed()
    if watchdog then
        scheduler.cancel(watchdog.timer)
        watchdog.timer = scheduler.after(watchdog.seconds * 1000, function()
            if not is_asleep then
                tasks.spawn(watchdog.callback)
            end
            feed()
        end)
    end
end

--- Sets what is called when nothing has worked for some time.
function channel.watch(callback, seconds)
    if watchdog then
        scheduler.cancel(watchdog.timer)
    end
    watchdog = { callback = callback, seconds = seconds }
    feed()
end

-- ## What the script wants

function channel.subscribe(topic, qos)
    subscriptions[#subscriptions + 1] = { topic = topic, qos = qos }
    sys.publish(WAKE, "send")
end

function channel.publish(topic, payload, qos, callback, value)
    local item = { topic = topic, payload = payload, qos = qos, callback = callback, value = value }
    publications[#publications + 1] = item
    sys.publish(WAKE, "send")
end

--- Gives up the present connection; the task connects again.
function channel.leave()
    must_leave = true
    sys.publish(WAKE, "disconnect")
end

function channel.sleep()
    is_asleep = true
    channel.leave()
end

function channel.wake()
    is_asleep = false
    sys.publish(AWAKE)
end

function channel.is_asleep()
    return is_asleep
end

-- ## One connection

--- Sends what waits.
-- @return whether the connection goes on
local function send_all(client)
    while subscriptions[1] do
        local item = remove(subscriptions, 1)
        if not client:subscribe(item.topic, item.qos) then
            -- What the platform refuses it refuses again; what was not asked waits for the next connection.
            if not client.connected then
                table.insert(subscriptions, 1, item)
            end
            return false
        end
    end
    while publications[1] do
        local item = remove(publications, 1)
        local ok = client:publish(item.topic, item.payload, item.qos)
        if item.callback then
            tasks.guard("aLiYun.publish callback", item.callback, ok, item.value)
        end
        if not ok then
            return false
        end
        feed()
    end
    return true
end

local function deliver(product, packet)
    local ota = copies.current "aLiYunOta"
    if ota and packet.topic == ("/ota/device/upgrade/%s/%s"):format(product.key, signing.device_name(product)) then
        tasks.guard("aLiYunOta.upgrade", ota.upgrade, packet.payload)
    else
        channel.notify("receive", packet.topic, packet.qos, packet.payload)
    end
end

--- Sends and receives until the connection ends or is given up.
local function serve(product, client)
    while not is_asleep and not must_leave and send_all(client) do
        feed()
        local ok, data = client:receive(PATIENCE, WAKE)
        if ok then
            deliver(product, data)
        elseif data ~= WAKE and data ~= "timeout" then
            return
        end
    end
end

local function tell_ota(product, is_connected)
    local ota = copies.current "aLiYunOta"
    if ota and ota.connectCb then
        tasks.guard("aLiYunOta.connectCb", ota.connectCb, is_connected, product.key, signing.device_name(product))
    end
end

--- The publications that wait have failed with the connection, and their callbacks are told so.
local function fail_publications()
    local list = publications
    publications = {}
    for _, item in ipairs(list) do
        if item.callback then
            tasks.guard("aLiYun.publish callback", item.callback, false, item.value)
        end
    end
end

--- Connects once, and goes on for as long as that connection lasts.
-- @return whether it was connected
local function converse(product, entry)
    if not entry.is_scripts and not home.may_call("aLiYun.setup", entry.host, entry.port) then
        return false
    end
    local credentials = entry.credentials
    local client = require("mqtt").client(credentials.id, product.keepAlive or channel.KEEP_ALIVE, credentials.user,
        credentials.password, product.cleanSession, product.will)
    local is_connected = client:connect(entry.host, entry.port, product.mode == "direct" and "tcp" or "tcp_ssl")
    if is_connected then
        must_leave = false
        tell_ota(product, true)
        channel.notify("connect", true)
        serve(product, client)
    end
    client:disconnect()
    if is_connected then
        fail_publications()
        tell_ota(product, false)
        channel.notify("connect", false)
    end
    return is_connected
end

--- Waits for the network; where it does not come, for the end of some time in flight mode.
-- @return whether it is there
local function wait_for_network(socket)
    if not socket.isReady() then
        sys.waitUntil("IP_READY_IND", NETWORK_PATIENCE)
    end
    if socket.isReady() then
        return true
    end
    local net = require "net"
    net.switchFly(true)
    sys.wait(FLIGHT)
    net.switchFly(false)
    return false
end

--- Keeps the connection up, for ever. For a task.
-- @tab product what `setup` and the like were given
-- @tab entry `host` and `port`; `is_scripts`: the script has named the host; `credentials` as of `signing.direct`
function channel.run(product, entry)
    local socket = require "socket"
    local failures = 0
    while true do
        while is_asleep do
            sys.waitUntil(AWAKE)
        end
        if not socket.isReady() then
            failures = 0
        end
        if wait_for_network(socket) then
            if converse(product, entry) then
                failures = 0
            else
                failures = failures + 1
                log.info("aLiYun", "not connected to", entry.host, entry.port)
                channel.notify "reconnect"
            end
            if failures >= MOST_FAILURES then
                failures = 0
                require("link").shut()
            end
            sys.wait(PAUSE)
        end
    end
end

return channel
