--- LuatOS `wifiScan`: the WLANs around.
local use = ...
local rtos = use "native.rtos"
local wifi = use "native.wifi"
local scheduler = use "runtime.scheduler"
local requests = use "runtime.requests"
local check = use "runtime.check"

local wifiScan = {}

local waiting = requests.new(false, 0)

--- The strengths by address in a message of the core: digits, strength, channel; the next.
local function parse(info)
    local found, count = {}, 0
    for digits, strength in info:gmatch "(%x+),(%-?%d+),[^;]*;" do
        -- Zeros in front are missing.
        local address = (("0"):rep(12 - #digits) .. digits):gsub("%x%x", "%0:"):sub(1, -2)
        found[address], count = tonumber(strength), count + 1
    end
    return found, count
end

scheduler.on(rtos.MSG_WIFI, function(message)
    local found, count = parse(message.cnt ~= 0 and message.info or "")
    if count == 0 then
        waiting.answer(false, 0)
    else
        waiting.answer(true, count, found)
    end
end)

--- Looks for WLANs.
-- @param cbFnc fun(ok: boolean, count: integer, strengths: table<string, integer>): called with true, how many
-- there are, and a table of their strengths in dBm by address, such as "01:23:45:67:89:ab"; or with false and 0 if
-- there are none or the time is up
-- @number[opt=10000] timeout ms
function wifiScan.request(cbFnc, timeout)
    check.callback("wifiScan.request: cbFnc", cbFnc)
    waiting.add(cbFnc, check.optional_integer("wifiScan.request: timeout", timeout, 1, 0x7fffffff, "ms"))
    wifi.getinfo()
end

return wifiScan
