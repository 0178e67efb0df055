--- LuatOS `ntp`: sets the clock by time servers (SNTP, RFC 4330).
--
-- The servers that it knows by itself are asked only where the user permits it; those of `ntp.setServers` always.
local use = ...
local host = use "native.host"
local log = use "modules.log"
local messages = use "runtime.messages"
local tasks = use "runtime.tasks"
local copies = use "runtime.copies"
local home = use "runtime.home"
local waits = use "device.waits"
local show = use("runtime.text").show

-- The program's own copies, if it has them.
local socket, misc = require "socket", require "misc"

local milliseconds = host.milliseconds
local type, error, ipairs, pairs, tostring = type, error, ipairs, pairs, tostring
local random, floor, remove = math.random, math.floor, table.remove
local pack, unpack = string.pack, string.unpack
local bxor = use("native.bit").bxor

local ntp = {}

local PORT = 123

--- Milliseconds for the answer of a server, between two servers, and until the clock is set.
local TIMEOUT, PAUSE, CLOCK_TIMEOUT = 8000, 1000, 5000

--- Seconds from 1900, where NTP's time begins, to 1970; and those of an era, at whose end it begins anew.
local EPOCH, ERA = 2208988800, 2 ^ 32

--- The servers that are known without `setServers`, by numbers of their pools.
local DEFAULT = {
    "cn.pool.ntp.org", "edu.ntp.org.cn", "cn.ntp.org.cn", "s2c.time.edu.cn", "time1.aliyun.com", "tw.pool.ntp.org",
    "0.cn.pool.ntp.org", "0.tw.pool.ntp.org", "1.cn.pool.ntp.org", "1.tw.pool.ntp.org", "3.cn.pool.ntp.org",
    "3.tw.pool.ntp.org",
}

local servers = DEFAULT

--- Whether the clock has been set by the last round.
local is_end = false

--- Whether it was said that a server is not asked.
local has_refused = false

--- @return table: list of names
function ntp.getServers()
    return servers
end

--- @param st string[]: list of names or addresses, which replaces the one before
function ntp.setServers(st)
    if type(st) ~= "table" then
        error("ntp.setServers: list of names expected, got " .. show(st), 2)
    end
    for index, name in ipairs(st) do
        if type(name) ~= "string" then
            error(("ntp.setServers: [%d]: string expected, got %s"):format(index, show(name)), 2)
        end
    end
    servers = st
end

--- @return boolean: whether the last synchronisation has set the clock
function ntp.isEnd()
    return is_end
end

--- Whether a server may be asked. It is said once that those we know by ourselves may not.
local function may_ask(server)
    if servers ~= DEFAULT then
        return home.may_reach("ntp.timeSync", server, PORT)
    elseif host.may_reach(server, PORT) then
        return true
    elseif not has_refused then
        has_refused = true
        home.may_call("ntp.timeSync", server, PORT)
    end
    return false
end

--- Time of an answer.
-- @string answer
-- @string cookie the time that the request gave as its own
-- @return number: seconds since 1970; or nil, why it is no valid answer, and true if the server has no better one
local function time_of(answer, cookie)
    if #answer < 48 then
        return nil, "an answer of 48 bytes expected, got " .. #answer
    end
    local first, stratum = answer:byte(1, 2)
    local seconds, fraction = unpack(">I4I4", answer, 41)
    if first % 8 ~= 4 or answer:sub(25, 32) ~= cookie then
        return nil, "it is no answer to this request"
    elseif first >= 192 or stratum == 0 or stratum > 15 or seconds == 0 then
        -- RFC 4330, section 8: who asks too often gets such an answer too.
        return nil, "the server does not know the time", true
    end
    -- RFC 4330, section 3: the first bit tells the eras apart, from 1968 to 2104.
    local era = seconds < 2 ^ 31 and ERA or 0
    return seconds + era - EPOCH + fraction / 2 ^ 32
end

--- Sends a request and waits for an answer to it; others are ignored.
-- @return seconds since 1970, now; or nil and why not
local function converse(client)
    -- Lua 5.1 has no larger random numbers.
    local most = 0x7FFFFFFE
    local cookie = pack(">I4I4", random(0, most), bxor(random(0, most), floor(milliseconds())))
    local began = milliseconds()
    -- Version 4, client.
    local ok, why = client:send("\35" .. ("\0"):rep(39) .. cookie)
    if not ok then
        return nil, why
    end
    repeat
        local left = TIMEOUT - (milliseconds() - began)
        if left <= 0 then
            break
        end
        local is_there, data = client:recv(left)
        if not is_there then
            return nil, data == "timeout" and why or data
        end
        local time, is_final
        time, why, is_final = time_of(data, cookie)
        if time then
            return time + (milliseconds() - began) / 2000
        elseif is_final then
            return nil, why
        end
    until false
    return nil, why or "timeout"
end

local function ask(server)
    local client = socket.udp()
    if not client then
        return nil, "no socket"
    end
    local time
    local ok, why = client:connect(server, PORT, TIMEOUT / 1000)
    if ok then
        time, why = converse(client)
    end
    client:close()
    return time, why
end

--- Sets the clock and waits until it is set.
-- @return boolean: whether it is
local function set_clock(time, callback)
    local wait, is_set = waits.new(), false
    misc.setClock(os.date("*t", floor(time + 0.5)), function(now, ok)
        is_set = ok
        if callback then
            tasks.guard("ntp.timeSync callback", callback, now, ok)
        end
        waits.finish(wait)
    end)
    local problem = waits.wait(wait, CLOCK_TIMEOUT, "ntp.ntpTime")
    if problem then
        error(problem, 0)
    end
    return is_set
end

local function pause(ms)
    local problem = waits.wait(waits.new(), ms, "ntp.ntpTime")
    if problem then
        error(problem, 0)
    end
end

local function wait_for_network()
    local sys = copies.current "sys" or use "modules.sys"
    while not socket.isReady() do
        sys.waitUntil "IP_READY_IND"
    end
end

--- Asks each server once, in random order, until one has answered.
-- @return true; or false and why not
local function run_round(callback, before)
    local left = {}
    for index, server in pairs(servers) do
        left[index] = server
    end
    local why = "there is no server"
    while left[1] do
        wait_for_network()
        local server = remove(left, random(#left))
        if may_ask(server) then
            local time, problem = ask(server)
            if time then
                if before then
                    tasks.guard("ntp.timeSync callback", before)
                end
                return set_clock(time, callback), "the clock cannot be set"
            end
            why = server .. ": " .. tostring(problem)
            log.info("ntp.timeSync", why)
            pause(PAUSE)
        else
            why = server .. " is not reached"
        end
    end
    return false, why
end

local function check(where, period, callback, before)
    if period ~= nil and (type(period) ~= "number" or period ~= period or period <= 0) then
        error(where .. ": period: number of hours above 0 expected, got " .. show(period), 3)
    elseif callback ~= nil and type(callback) ~= "function" then
        error(where .. ": fnc: function expected, got " .. show(callback), 3)
    elseif before ~= nil and type(before) ~= "function" then
        error(where .. ": fun: function expected, got " .. show(before), 3)
    end
end

local function synchronize(period, callback, before)
    while true do
        is_end = false
        local ok, why = run_round(callback, before)
        is_end = ok
        if ok then
            messages.publish "NTP_SUCCEED"
            log.info("ntp.timeSync", os.date "%Y/%m/%d %H:%M:%S")
        else
            log.warn("ntp.timeSync", why)
        end
        if not period then
            return ok, not ok and why or nil
        end
        pause(period * 3600 * 1000)
    end
end

--- As `timeSync`, but in the task that calls it, which waits meanwhile. With a period it does not return.
-- @number[opt] ts hours
-- @function[opt] fnc
-- @function[opt] fun
-- @return boolean: whether the clock is set
-- @return string|nil: why it is not
function ntp.ntpTime(ts, fnc, fun)
    check("ntp.ntpTime", ts, fnc, fun)
    return synchronize(ts, fnc, fun)
end

--- Sets the clock, in a task of its own: waits for a network, and asks the servers one after the other, 8 seconds each
-- at most. Publishes `NTP_SUCCEED` when the clock is set; a failure is logged.
-- @number[opt] period hours after which this is repeated; none: only once
-- @param[opt] fnc fun(time: table, ok: boolean): called when the clock was set, with the time as `os.date("*t")` gives
-- it, and whether it was
-- @param[opt] fun fun(): called before the clock is set
function ntp.timeSync(period, fnc, fun)
    check("ntp.timeSync", period, fnc, fun)
    tasks.spawn(synchronize, period, fnc, fun)
end

return ntp
