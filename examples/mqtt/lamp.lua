--- A lamp on a pin: `lamp/set` switches it, `lamp/state` says how it is.
module(..., package.seeall)

require "sys"
require "log"
require "misc"
require "pins"
require "socket"
require "tcp"
require "packets"

local HOST, PORT, KEEP_ALIVE = "broker.example", 1883, 30

local set_lamp = pins.setup(pio.P0_5, 0)

--- Switches the lamp and publishes what it is now.
local function switch(client, is_on)
    set_lamp(is_on and 1 or 0)
    log.info("lamp", is_on and "on" or "off")
    return client:send(packets.publish("lamp/state", json.encode { on = is_on }))
end

--- Serves a connection, and returns why it has ended.
local function serve(client)
    client:send(packets.connect(misc.getImei(), KEEP_ALIVE))
    if packets.read(client, 10000) ~= packets.CONNACK then
        return "the broker does not want us"
    end
    client:send(packets.subscribe(1, "lamp/set"))
    switch(client, false)
    while true do
        local kind, body = packets.read(client, KEEP_ALIVE * 500)
        if kind == packets.PUBLISH then
            local topic, payload = packets.published(body)
            log.info("lamp", topic, payload)
            switch(client, payload == "on")
        elseif kind == packets.SUBACK then
            log.info("lamp", "subscribed")
        elseif body == "timeout" then
            client:send(packets.ping())
        elseif not kind then
            return body
        end
    end
end

sys.taskInit(function()
    while true do
        while not socket.isReady() do
            sys.waitUntil("IP_READY_IND")
        end
        local client, why = tcp.connect(HOST, PORT)
        if client then
            why = serve(client)
            client:close()
        end
        log.warn("lamp", "no connection", why)
        sys.wait(2000)
    end
end)
