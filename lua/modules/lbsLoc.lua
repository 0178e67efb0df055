--- LuatOS `lbsLoc`: asks a service for the place of the cells and WLANs around.
--
-- The service is that of LuatOS-Air's maker, unless the script names another; it is reached only where the user asks
-- for it.
local use = ...
local log = use "modules.log"
local tasks = use "runtime.tasks"
local copies = use "runtime.copies"
local home = use "runtime.home"
local waits = use "device.waits"
local show = use("runtime.text").show

-- The program's own copies, if it has them.
local socket, common, misc, net = require "socket", require "common", require "misc", require "net"

local type, error, pairs, ipairs, tonumber, rawget = type, error, pairs, ipairs, tonumber, rawget
local pack, char, concat, sort, min = string.pack, string.char, table.concat, table.sort, math.min

local lbsLoc = {}

local HOST, PORT = "bs.openluat.com", 12411

--- Milliseconds for the answer; how often it is asked for; milliseconds that a server that is not reached takes.
local TIMEOUT, ATTEMPTS, UNREACHED = 20000, 3, 1000

--- Results for the callback.
local OK, NO_NETWORK, NOT_CONNECTED, NOT_SENT, NO_ANSWER, UNKNOWN, NO_SOCKET = 0, 1, 2, 3, 4, 5, 6

--- First byte of an answer: found by cells, by WLANs; the product key is not that of the device.
local BY_CELLS, BY_WLANS, WRONG_KEY = 0, 255, 2

--- What is asked for, beside the flags that are always set.
local WITH_ADDRESS, WITH_TIME, WITH_WLANS, ALWAYS = 2, 4, 16, 8 + 32

--- Most cells of an area, strongest signal, and most entries of a list whose length is a byte.
local MOST_CELLS, MOST_SIGNAL, MOST = 8, 31, 255

-- ## The request

--- The cells, by areas.
local function cells()
    local areas, by_key = {}, {}
    for mcc, mnc, lac, ci, signal in net.getCellInfoExt():gmatch "(%d+)%.(%d+)%.(%d+)%.(%d+)%.(%d+);" do
        local key = mcc .. "." .. mnc .. "." .. lac
        local area = by_key[key]
        if not area and #areas < MOST then
            area = { mcc = tonumber(mcc), mnc = tonumber(mnc), lac = tonumber(lac) }
            by_key[key] = area
            areas[#areas + 1] = area
        end
        if area and #area < MOST_CELLS then
            area[#area + 1] = { ci = tonumber(ci), signal = min(tonumber(signal), MOST_SIGNAL) }
        end
    end
    local parts = { char(#areas) }
    for _, area in ipairs(areas) do
        parts[#parts + 1] = pack(">I2I2B", area.lac % 0x10000, area.mcc % 0x10000, area.mnc % 0x100)
        for index, cell in ipairs(area) do
            -- The first one has the number of those after it.
            local more = index == 1 and #area - 1 or 0
            parts[#parts + 1] = pack(">BI4", more * 32 + cell.signal, cell.ci % 2 ^ 32)
        end
    end
    return concat(parts)
end

--- The WLANs, in the order of their addresses.
local function wlans(given)
    local addresses = {}
    for address in pairs(given or {}) do
        addresses[#addresses + 1] = address
    end
    sort(addresses)
    local parts = { char(min(#addresses, MOST)) }
    for index = 1, min(#addresses, MOST) do
        local address, signal = addresses[index], given[addresses[index]]
        local bytes = address:gsub(":", ""):gsub("%x%x", function(pair) return char(tonumber(pair, 16)) end)
        -- The service counts negative signals from 255 down.
        parts[#parts + 1] = bytes .. char((signal < 0 and signal + 255 or signal) % 256)
    end
    return concat(parts)
end

local function request_text(request)
    local key, muid = request.key, misc.getMuid()
    local flags = ALWAYS + (request.has_address and WITH_ADDRESS or 0) + (request.has_time and WITH_TIME or 0)
        + (request.wlans and WITH_WLANS or 0)
    return pack("s1B", key, flags) .. common.numToBcdNum(misc.getImei()) .. pack("s1", muid) .. cells()
        .. wlans(request.wlans)
end

-- ## The answer

--- Ten digits as degrees.
local function degrees(bytes)
    local digits = common.bcdNumToNum(bytes)
    if digits:find "%D" then
        return nil
    end
    digits = digits .. ("0"):rep(10 - #digits)
    return digits:sub(1, 3) .. "." .. digits:sub(4, 10)
end

--- @return what the callback gets
local function place(answer, has_address)
    local kind = answer:byte(1)
    local is_found = #answer >= 11 and (kind == BY_CELLS or kind == BY_WLANS)
    local latitude = is_found and degrees(answer:sub(2, 6))
    local longitude = is_found and degrees(answer:sub(7, 11))
    if not latitude or not longitude then
        log.warn("lbsLoc.request", kind == WRONG_KEY and "the service does not know this PRODUCT_KEY for this device"
            or "the service does not know the place of these cells")
        return UNKNOWN
    end
    local address, rest = nil, answer:sub(12)
    if has_address then
        local length = answer:byte(12) or 0
        address, rest = answer:sub(13, 12 + length), answer:sub(13 + length)
    end
    return OK, latitude, longitude, address, rest, kind
end

-- ## The course of a request

--- Asks once.
-- @return the answer; or nil, the result for the callback, and why
local function ask(request, text)
    local client = socket.udp()
    if not client then
        return nil, NO_SOCKET, "no socket"
    end
    local result, answer = NOT_CONNECTED, nil
    local ok, why = client:connect(request.host, request.port, request.timeout / 1000)
    if ok then
        result = NOT_SENT
        ok, why = client:send(text, request.timeout / 1000)
    end
    if ok then
        result = NO_ANSWER
        ok, answer = client:recv(request.timeout)
        why = answer
    end
    client:close()
    return ok and answer or nil, result, why
end

local function pause(ms)
    local problem = waits.wait(waits.new(), ms, "lbsLoc.request")
    if problem then
        error(problem, 0)
    end
end

--- @return what the callback gets
local function find(request)
    local sys = copies.current "sys" or use "modules.sys"
    while not socket.isReady() do
        if not sys.waitUntil("IP_READY_IND", request.timeout) then
            return NO_NETWORK
        end
    end
    if not home.may_reach("lbsLoc.request", request.host, request.port) then
        -- As a server that is not there: a script that asks again at once must not spin.
        pause(UNREACHED)
        return NOT_CONNECTED
    end
    local text = request_text(request)
    local result
    for _ = 1, ATTEMPTS do
        local answer, why
        answer, result, why = ask(request, text)
        if answer then
            return place(answer, request.has_address)
        end
        log.info("lbsLoc.request", why)
        if result == NO_SOCKET then
            break
        end
    end
    return result
end

local function check_wlans(given)
    if given ~= nil and type(given) ~= "table" then
        error("lbsLoc.request: reqWifi: table expected, got " .. show(given), 3)
    end
    for address, signal in pairs(given or {}) do
        if type(address) ~= "string" or not address:gsub(":", ""):find "^%x%x%x%x%x%x%x%x%x%x%x%x$" then
            error("lbsLoc.request: reqWifi: addresses of six bytes expected, got " .. show(address), 3)
        elseif type(signal) ~= "number" or signal % 1 ~= 0 then
            error(("lbsLoc.request: reqWifi[%s]: whole number (dBm) expected, got %s"):format(show(address),
                show(signal)), 3)
        end
    end
end

--- Asks for the place of the device, in a task of its own.
-- @param cbFnc fun(result: integer, lat: string, lng: string, addr: string|nil, time: string, kind: integer): called
-- once with the result: 0 found, 1 no network, 2 not connected, 3 not sent, 4 no answer, 5 not known, 6 no socket; and
-- if it is 0 with latitude and longitude, such as "031.2425864", the address or nil, the time in six bytes from the
-- year (since 2000) to the second, or what is left of the answer, and 0 (by cells) or 255 (by WLANs)
-- @bool[opt] reqAddr ask for the address too
-- @param[opt=20000] timeout number|false: ms for the network and for each of three attempts
-- @param[opt=PRODUCT_KEY] productKey string|false
-- @param[opt="bs.openluat.com"] host string|false: of the service
-- @param[opt=12411] port number|string|false: 0 to 65535
-- @bool[opt] reqTime ask for the time too
-- @param[opt] reqWifi table<string, number>|false: signals in dBm by the addresses of WLANs, such as
-- `["1a:fe:34:9e:a1:77"] = -63`
function lbsLoc.request(cbFnc, reqAddr, timeout, productKey, host, port, reqTime, reqWifi)
    local function bad(name, expected, value)
        error(("lbsLoc.request: %s: %s expected, got %s"):format(name, expected, show(value)), 3)
    end
    -- As with LuatOS-Air's own, false stands for what is left out.
    timeout, host, reqWifi = timeout or nil, host or nil, reqWifi or nil
    productKey = productKey or rawget(_G, "PRODUCT_KEY")
    local number = tonumber(port or PORT)
    if type(cbFnc) ~= "function" then
        bad("cbFnc", "function", cbFnc)
    elseif type(productKey) ~= "string" or #productKey > MOST then
        bad("productKey", "string, or one in the global PRODUCT_KEY,", productKey)
    elseif timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout or timeout <= 0) then
        bad("timeout", "number above 0 (ms)", timeout)
    elseif host ~= nil and type(host) ~= "string" then
        bad("host", "string", host)
    elseif not number or number % 1 ~= 0 or number < 0 or number > 65535 then
        bad("port", "0 to 65535", port)
    end
    check_wlans(reqWifi)
    local request = {
        key = productKey, host = host or HOST, port = math.floor(number), timeout = timeout or TIMEOUT,
        has_address = reqAddr, has_time = reqTime, wlans = reqWifi,
    }
    tasks.spawn(function()
        cbFnc(find(request))
    end)
end

return lbsLoc
