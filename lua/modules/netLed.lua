--- LuatOS `netLed`: one LED blinks the state of the network, another one shows LTE.
local use = ...
local pio = use "native.pio"
local pins = use "modules.pins"
local sys = use "modules.sys"
local net = use "modules.net"
local log = use "modules.log"
local check = use "runtime.check"

local netLed = {}

--- Milliseconds on and off by state.
local times = {
    NULL = { 0, 65535 },
    FLYMODE = { 0, 65535 },
    SIMERR = { 300, 5700 },
    IDLE = { 300, 3700 },
    GSM = { 300, 1700 },
    GPRS = { 300, 700 },
    SCK = { 100, 100 },
}

--- Identity of the last `netLed.setup`, whose task ends when this value changes; false while the LEDs are off.
local current = false

--- Function of the LTE LED's pin, if there is one.
local lte

--- Name of the state in `times`; NULL until one is known.
local state = "NULL"
local has_flight_mode, has_sim_error, is_registered, is_attached, has_socket = false, false, false, false, false

--- Determines the state with the highest priority, while the LEDs are on.
local function update()
    if not current then
        return
    end
    local new = has_flight_mode and "FLYMODE" or has_sim_error and "SIMERR" or has_socket and "SCK"
        or is_attached and "GPRS" or is_registered and "GSM" or "IDLE"
    if new ~= state then
        state = new
        sys.publish("NET_LED_UPDATE")
    end
end

local function blink(pin, mine)
    while current == mine do
        local on, off = times[state][1], times[state][2]
        -- A change of the state is shown at once.
        if on > 0 then
            pin(1)
        end
        if on == 0 or not sys.waitUntil("NET_LED_UPDATE", on) and off > 0 then
            pin(0)
            sys.waitUntil("NET_LED_UPDATE", off > 0 and off or nil)
        end
    end
    pin(0)
end

local function show_lte(is_lte)
    if lte then
        lte(is_lte and 1 or 0)
    end
end

--- Starts or stops the LEDs.
-- @bool flag true to start; if they are already in that state, the other parameters are ignored
-- @number[opt=pio.P2_0] pin of the network LED
-- @number[opt] lte_pin of the LTE LED; without it there is none
function netLed.setup(flag, pin, lte_pin)
    if (flag and true or false) == (current and true or false) then
        return
    end
    current = flag and {}
    sys.publish("NET_LED_UPDATE")
    if flag then
        sys.taskInit(blink, pins.setup(pin or pio.P2_0, 0), current)
        lte = lte_pin and pins.setup(lte_pin, 0)
        show_lte(net.getNetMode() == net.NetMode_LTE)
    else
        -- The task of the network LED turns that LED off.
        show_lte(false)
        lte = nil
    end
end

--- Changes the blink times of a state.
-- @string name NULL, FLYMODE, SIMERR, IDLE, GSM, GPRS or SCK
-- @number[opt] on ms
-- @number[opt] off ms
function netLed.updateBlinkTime(name, on, off)
    check.optional_integer("netLed.updateBlinkTime: on", on, 0, 0x7fffffff, "ms")
    check.optional_integer("netLed.updateBlinkTime: off", off, 0, 0x7fffffff, "ms")
    local entry = times[name]
    if not entry then
        log.error("netLed.updateBlinkTime", "NULL, FLYMODE, SIMERR, IDLE, GSM, GPRS or SCK expected, got "
            .. tostring(name))
        return
    end
    on, off = on or entry[1], off or entry[2]
    if on ~= entry[1] or off ~= entry[2] then
        times[name] = { on, off }
        sys.publish("NET_LED_UPDATE")
    end
end

sys.subscribe("FLYMODE", function(flag)
    has_flight_mode = flag
    update()
end)
sys.subscribe("SIM_IND", function(what)
    has_sim_error = what ~= "RDY"
    update()
end)
sys.subscribe("NET_STATE_REGISTERED", function()
    is_registered = true
    update()
end)
sys.subscribe("NET_STATE_UNREGISTER", function()
    is_registered = false
    update()
end)
sys.subscribe("GPRS_ATTACH", function(flag)
    is_attached = flag
    update()
end)
sys.subscribe("SOCKET_ACTIVE", function(flag)
    has_socket = flag
    update()
end)
sys.subscribe("NET_UPD_NET_MODE", function(mode)
    if current then
        sys.publish("LTE_LED_UPDATE", mode == net.NetMode_LTE)
    end
end)
sys.subscribe("LTE_LED_UPDATE", show_lte)

return netLed
