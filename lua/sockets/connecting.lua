--- Connections of the sockets of LuatOS `socket`.
local use = ...
local socketcore = use "native.socketcore"
local log = use "modules.log"
local messages = use "runtime.messages"
local network_hooks = use "runtime.network_hooks"
local arguments = use "sockets.arguments"
local certificates = use "sockets.certificates"
local registry = use "sockets.registry"
local wait_until = use("sockets.waiting").wait_until

local publish = messages.publish

local connecting = {}

--- Types of the socket core.
local CORE_TYPES = { TCP = 0, UDP = 1, TCPSSL = 2 }

--- Seconds where the script gives none.
local TIMEOUT = 120

--- Longest name that the socket core looks up.
local LONGEST_NAME = 255

--- How often the ends of sockets whose tasks have ended are looked for, and the time between in ms.
local ORPHAN_LOOKS, ORPHAN_PAUSE = 20, 5

local function connect_in_core(self, address, port)
    local settings = self.tCoreExtPara
    local buffer = settings and settings.rcvBufferSize or 0
    local kind = CORE_TYPES[self.protocol]
    if self.protocol ~= "TCPSSL" then
        return socketcore.sock_conn_ext(kind, address, port, buffer)
    end
    local cert, why = certificates.read(self.cert, address)
    if not cert then
        return nil, why
    end
    local insist = self.cert and self.cert.insist == 0 and 0 or 1
    return socketcore.sock_conn_ext(kind, address, port, cert, buffer, insist)
end

local function never() return false end

--- Begins an attempt; where the core has no socket left, after those of tasks that have ended were closed.
-- @return number id; or nil and the reason
local function begin(self, address, port)
    if #address > LONGEST_NAME then
        return nil, ("an address has at most %d bytes"):format(LONGEST_NAME)
    end
    local id, why = connect_in_core(self, address, port)
    local looks = id and id < 0 and registry.close_orphans() and ORPHAN_LOOKS or 0
    while looks > 0 and id and id < 0 do
        looks = looks - 1
        wait_until(self, never, ORPHAN_PAUSE, "connect")
        id, why = connect_in_core(self, address, port)
    end
    if id and id < 0 then
        return nil, "no socket is free: close those that are not used any more"
    end
    return id, why
end

local function is_over(self)
    return self.result ~= nil or self.error ~= nil
end

local function failed(self, why)
    -- What the core has found out, it has said.
    local text = why == self.reason and "failed" or "failed: " .. why
    log.info("socket:connect", self.protocol, self.address, self.port, text)
    registry.close(self)
    publish("LIB_SOCKET_CONNECT_FAIL_IND", self.ssl, self.protocol, self.address, self.port)
    return false, why
end

--- Connects. Only the task that made the socket may call this; it waits meanwhile.
-- @string address name or address of the server
-- @param port number|string: 0 to 65535
-- @number[opt=120] timeout seconds for name look-up, TCP and TLS together
-- @return boolean: whether it is connected
-- @return integer|string: the id, 0 to 9; or the reason: "TIMEOUT", "IP_ERROR_IND" (the network was lost), or a text
function connecting:connect(address, port, timeout)
    arguments.check_owner(self, "connect")
    local number = arguments.check_address("connect", address, port)
    timeout = arguments.check_time("connect", "timeout", timeout) or TIMEOUT
    if not network_hooks.is_network_ready() then
        log.info("socket:connect", "there is no network")
        return false, "there is no network"
    end
    if self.id then
        self:close()
    end
    self.address, self.port = address, port
    self:forget_input()
    self.error, self.result, self.reason = nil, nil, nil
    -- Pieces whose confirmation is due: more than one after a timeout.
    self.unconfirmed = 0
    local id, why = begin(self, address, number)
    if not id then
        log.info("socket:connect", self.protocol, address, port, "failed:", why)
        return false, why
    end
    self.id = id
    registry.add(self)
    local is_in_time = wait_until(self, is_over, timeout * 1000, "connect")
    if self.result then
        log.info("socket:connect", self.protocol, address, port, "id", self.id)
        return true, self.id
    end
    return failed(self, not is_in_time and "TIMEOUT" or self.error or self.reason or "failed")
end

return connecting
