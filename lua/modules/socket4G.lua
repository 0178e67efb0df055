--- LuatOS `socket4G`: sockets over the modem's network. `socket` has the same functions; scripts use that.
local use = ...
local log = use "modules.log"
local certificates = use "sockets.certificates"
local show = use("runtime.text").show

local socket4G = {}

--- Sends an AT command by the program's own copy of `ril`, if it has one: two of them would take each other's answers.
local function request(command)
    require("ril").request(command)
end

--- Checks a number for an AT command.
-- @return the number
local function check_number(where, name, value, least, most)
    local number = tonumber(value)
    if not number or number % 1 ~= 0 or number < least or number > most then
        error(("%s: %s: %d to %d expected, got %s"):format(where, name, least, most, show(value)), 3)
    end
    return math.floor(number)
end

--- Makes a TCP socket, for the task that calls this. See `lua/sockets` for its methods: `connect`, `send`,
-- `recv`, `close`; `asyncSelect`, `asyncSend`, `asyncRecv`, `getAsyncSend`; `setRcvProc`. Its field `connected` says
-- whether it is connected, `id` is its number, `error` why the connection has ended.
-- @bool[opt] ssl true: TLS
-- @param[opt] cert socket.Cert: for TLS: `caCert`, `clientCert`, `clientKey` are names of PEM files, in `/lua` where
-- they have no folder; `clientPassword`. Without `caCert` the certificate of the server is not checked. `insist = 0`
-- refuses a certificate that is made out to another host
-- @tab[opt] settings `rcvBufferSize`, which means nothing here
-- @return socket.Client: not connected yet
function socket4G.tcp(ssl, cert, settings)
    local is_secure = ssl == true
    if is_secure then
        certificates.check("socket.tcp", cert, 2)
    end
    if settings ~= nil and type(settings) ~= "table" then
        error("socket.tcp: settings: table expected, got " .. show(settings), 2)
    end
    return use("sockets.client").new(is_secure and "TCPSSL" or "TCP", is_secure and cert or nil, settings)
end

--- Makes a UDP socket, for the task that calls this. `connect` waits for the address only; `recv` returns one
-- datagram.
-- @return socket.Client: not connected yet
function socket4G.udp()
    return use("sockets.client").new "UDP"
end

--- Sets how the modem repeats what is not acknowledged. Here the system does that.
-- @number[opt=4] retryCnt 0 to 12
-- @number[opt=16] retryMaxTimeout longest time between two, in seconds, 1 to 16
function socket4G.setTcpResendPara(retryCnt, retryMaxTimeout)
    local count = check_number("socket.setTcpResendPara", "retryCnt", retryCnt or 4, 0, 12)
    local longest = check_number("socket.setTcpResendPara", "retryMaxTimeout", retryMaxTimeout or 16, 1, 16)
    request(("AT+TCPUSERPARAM=6,%d,7200,%d"):format(count, longest))
end

--- Sets how the modem repeats a name look-up. Here the system does that.
-- @number[opt=4] retryCnt 1 to 8
-- @number[opt=4] retryTimeoutMulti factor of the times between, 1 to 5
function socket4G.setDnsParsePara(retryCnt, retryTimeoutMulti)
    local count = check_number("socket.setDnsParsePara", "retryCnt", retryCnt or 4, 1, 8)
    local factor = check_number("socket.setDnsParsePara", "retryTimeoutMulti", retryTimeoutMulti or 4, 1, 5)
    request(("AT*DNSTMOUT=%d,%d"):format(count, factor))
end

--- Sets how soon the modem may sleep after data.
-- @number tm seconds, 1 to 20
function socket4G.setLowPower(tm)
    request(("AT*RTIME=%d"):format(check_number("socket.setLowPower", "tm", tm, 1, 20)))
end

--- Logs every field of every socket that is not closed.
function socket4G.printStatus()
    use("sockets.registry").each(function(socket)
        local names = {}
        for name in pairs(socket) do
            names[#names + 1] = name
        end
        table.sort(names)
        for _, name in ipairs(names) do
            log.info("socket.printStatus", "client", socket.id, name, socket[name])
        end
    end)
end

return socket4G
