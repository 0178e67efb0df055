--- LuatOS `errDump`: keeps errors from one start to the next, and reports them to a server that the script names.
--
-- A report reaches a host of LuatOS-Air's maker, which the demos name, only where the user asks for it.
local use = ...
local rtos = use "native.rtos"
local native = use "native.http"
local sys = use "modules.sys"
local log = use "modules.log"
local misc = use "modules.misc"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local home = use "runtime.home"
local show = use("runtime.text").show

local errDump = {}

--- The files, each with its contents: errors of tasks and restarts, of the main script, and of the network.
local LIBRARY = { path = "/lib_err.txt", tag = "errDump.libErr" }
local SCRIPT = { path = "/luaerrinfo.txt", tag = "errDump.luaErr" }
local NETWORK = { path = "/lib_network_err.txt", tag = "errDump.libNetErr" }

--- Most bytes of each. Of LIBRARY what comes first is kept, which says most about a fault; of NETWORK the newest.
local MOST = 5 * 1024

--- From one report to the next, for an answer, and from one attempt to the next, in ms; attempts for a report.
local PERIOD, PATIENCE, PAUSE, ATTEMPTS = 600000, 20000, 5000, 3

-- ## What is kept

--- What the firmware says of its own crash.
local crash = ""

local function read(store)
    local file = io.open(store.path, "rb")
    store.text = file and file:read "*a" or ""
    if file then
        file:close()
    end
    if store.text ~= "" then
        log.error(store.tag, store.text)
        diagnostics.warn(store.tag, "this is of an earlier start; " .. store.path
            .. " has it until a report has reached a server, or --erase empties the device's files")
    end
end

--- Writes a text to a file.
-- @string mode "wb", or "ab" for its end: what is there then survives a full flash
-- @return boolean: whether it worked
local function write_to(store, mode, text)
    local file = io.open(store.path, mode)
    if not file then
        return false
    end
    local written = file:write(text)
    return file:close() and written and true or false
end

--- @return boolean: whether it worked
local function write(store)
    return write_to(store, "wb", store.text)
end

local function remove(store)
    store.text = ""
    os.remove(store.path)
end

--- Keeps a text of an error.
-- @return boolean: whether it was stored; nil if there is no room left for it
local function keep(text)
    if #LIBRARY.text + #text > MOST then
        return nil
    end
    LIBRARY.text = LIBRARY.text .. text
    return write_to(LIBRARY, "ab", text)
end

--- Keeps a text, which is logged as an error, until it is reported.
-- @string s
-- @return boolean: whether it was stored; nil if there is no room left for it (5 KiB in all), or no text
function errDump.appendErr(s)
    if s == nil or s == false then
        return nil
    end
    s = tostring(s) .. "\r\n"
    log.error("errDump.appendErr", s)
    return keep(s)
end

diagnostics.on_error(function(text, is_end)
    if is_end then
        SCRIPT.text = text:sub(1, MOST)
        write(SCRIPT)
    else
        keep(text .. "\r\n")
    end
end)

-- ## Events of the network

--- The last time of each event: tables with `name` and `line`, in the order of those times.
local events = {}

--- Whether the network has been there: before that, its absence is no event.
local was_registered, was_attached = false, false

--- All lines of `events`. The oldest are forgotten where there are too many.
local function event_lines()
    local lines = {}
    for index, event in ipairs(events) do
        lines[index] = event.line
    end
    local text = table.concat(lines)
    while #text > MOST do
        text = text:sub(#table.remove(events, 1).line + 1)
    end
    return text
end

local function note(name, detail)
    for index, event in ipairs(events) do
        if event.name == name then
            table.remove(events, index)
            break
        end
    end
    events[#events + 1] = { name = name, line = "\r\n" .. name .. "@" .. os.date "%d_%H:%M:%S" .. (detail or "") }
    NETWORK.text = event_lines()
    write(NETWORK)
end

--- Notes what happened to a connection.
local function connection_event(suffix, detail)
    return function(is_tls, protocol, address, port)
        local scheme = is_tls and "ssl" or tostring(protocol)
        note(("%s://%s:%s%s"):format(scheme, tostring(address), tostring(port), suffix), detail)
    end
end

local OBSERVERS = {
    FLYMODE = function(is_on)
        if is_on then note "FLYMODE" end
    end,
    SIM_IND = function(what)
        if what ~= "RDY" then note("SIM_IND", ":" .. tostring(what)) end
    end,
    NET_STATE_REGISTERED = function() was_registered = true end,
    NET_STATE_UNREGISTER = function()
        if was_registered then note "NET_STATE_UNREGISTER" end
    end,
    GPRS_ATTACH = function(is_attached)
        if is_attached then
            was_attached = true
        elseif was_attached then
            note("GPRS_ATTACH", ":0")
        end
    end,
    LIB_SOCKET_CONNECT_FAIL_IND = connection_event("", ":connect fail"),
    LIB_SOCKET_SEND_FAIL_IND = connection_event("", ":send fail"),
    LIB_SOCKET_CLOSE_IND = connection_event " closed",
    PDP_DEACT_IND = function() note "PDP_DEACT_IND" end,
    IP_SHUT_IND = function() note "IP_SHUT_IND" end,
}

--- Sets whether events of the network are kept and reported as well.
-- @bool flag false forgets those that were kept
function errDump.setNetworkLog(flag)
    local change = flag and sys.subscribe or sys.unsubscribe
    for name, observer in pairs(OBSERVERS) do
        change(name, observer)
    end
    if not flag then
        events = {}
        remove(NETWORK)
    end
end

-- ## Reports

local function has_something()
    return SCRIPT.text ~= "" or LIBRARY.text ~= "" or NETWORK.text ~= "" or crash ~= ""
end

--- A text and a line end, if there is a text.
local function line(text)
    return text ~= "" and text .. "\r\n" or ""
end

local function report()
    local head = { tostring(_G.PROJECT) .. "_" .. rtos.get_version(), tostring(_G.VERSION), misc.getImei(),
        misc.getSn(), "" }
    return table.concat(head, ",") .. "\r\npoweron reason:" .. rtos.poweron_reason() .. "\r\n"
        .. line(SCRIPT.text) .. line(LIBRARY.text) .. NETWORK.text .. (crash ~= "" and "\r\n" .. crash or "")
end

--- Sends a report by TCP or UDP, which the server has to answer with OK.
-- @return boolean
local function send_by_socket(target, text)
    local socket = require "socket"
    local connection = (target.protocol == "udp" and socket.udp or socket.tcp)()
    if not connection then
        return false
    end
    local ok = connection:connect(target.host, target.port) and connection:send(text)
    if ok and target.protocol == "udp" then
        local answered, answer = connection:recv(PATIENCE)
        ok = answered and answer == "OK"
    end
    connection:close()
    return ok and true or false
end

--- Sends a report by HTTP. An answer of another status than 2xx is that of a server that has not taken it.
-- @return boolean
local function send_by_http(target, text)
    local event = "ERRDUMP_HTTP_POST"
    require("http").request("POST", target.address, nil, nil, text, PATIENCE, function(ok, status)
        sys.publish(event, ok, status)
    end)
    local _, ok, status = sys.waitUntil(event, 2 * PATIENCE)
    if ok and tostring(status):sub(1, 1) ~= "2" then
        log.warn("errDump.request", "the server answers with status " .. tostring(status))
        return false
    end
    return ok and true or false
end

local function send(target, text)
    return (target.protocol == "http" and send_by_http or send_by_socket)(target, text)
end

--- Reports what there is, and forgets it once it has been reported. What comes meanwhile is kept.
local function report_once(target)
    for attempt = 1, ATTEMPTS do
        local library, script, network = LIBRARY.text, SCRIPT.text, NETWORK.text
        if send(target, report()) then
            LIBRARY.text = LIBRARY.text:sub(#library + 1)
            if LIBRARY.text == "" then remove(LIBRARY) else write(LIBRARY) end
            if SCRIPT.text == script then remove(SCRIPT) end
            if NETWORK.text == network then
                events = {}
                remove(NETWORK)
            end
            crash = ""
            rtos.remove_fatal_info()
            return
        end
        if attempt < ATTEMPTS then
            sys.wait(PAUSE)
        end
    end
end

--- Whether reports are sent; there is one task for them.
local is_reporting = false

--- Reports what there is, and again after each period. What there is nothing to do for keeps no run going.
local function run(target, period)
    if has_something() and home.may_reach("errDump.request", target.host, target.port) then
        if not require("socket").isReady() then
            sys.waitUntil "IP_READY_IND"
        end
        report_once(target)
    end
    scheduler.after_in_background(period, function() sys.taskInit(run, target, period) end)
end

--- The parts of an address.
-- @return table with `protocol`, `host`, `port`, and `address` for HTTP; nil if it is none
local function parse(address)
    local protocol, rest = address:match "^(%a+)://(.+)$"
    if protocol == "http" then
        local target = native.target(address)
        return target and { protocol = protocol, address = address, host = target.host, port = target.port }
    elseif protocol == "udp" or protocol == "tcp" then
        local host, port = rest:match "^(.+):(%d+)$"
        port = tonumber(port)
        return port and port <= 65535 and { protocol = protocol, host = host, port = port } or nil
    end
end

--- Reports what is kept: now and then every period, if there is anything.
-- @string addr `udp://HOST:PORT`, whose server answers `OK`, `tcp://HOST:PORT`, or `http://HOST[:PORT]/PATH`, which
-- gets a POST, and answers with a status of 2xx
-- @number[opt=600000] period ms
-- @return true|nil: nil for an address of another kind, which is logged
function errDump.request(addr, period)
    if type(addr) ~= "string" then
        error("errDump.request: address such as \"udp://host:port\" expected, got " .. show(addr), 2)
    elseif period ~= nil and not (type(period) == "number" and period > 0) then
        error("errDump.request: period in ms expected, got " .. show(period), 2)
    end
    local target = parse(addr)
    if not target then
        log.error("errDump.request", "udp://HOST:PORT, tcp://HOST:PORT or http://HOST/PATH expected, got " .. addr)
        return nil
    end
    if not is_reporting then
        is_reporting = true
        sys.taskInit(run, target, period or PERIOD)
    end
    return true
end

for _, store in ipairs { LIBRARY, SCRIPT, NETWORK } do
    read(store)
end
crash = rtos.get_fatal_info() or ""
if crash ~= "" then
    log.error("errDump.firmwareAssertErr", crash)
end

return errDump
