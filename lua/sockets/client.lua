--- The socket objects of LuatOS `socket`.
--
-- An object belongs to the task that made it: methods that wait are that task's. A wait ends by what it waits for,
-- by its time limit, by the peer or by the loss of the network. Data that comes while the task does something else
-- is kept, and so are the messages that `recv` is to be ended by.
local use = ...
local log = use "modules.log"
local portability = use "runtime.portability"
local arguments = use "sockets.arguments"
local registry = use "sockets.registry"
local waiting = use "sockets.waiting"

local running = coroutine.running
local ipairs, pairs, setmetatable = ipairs, pairs, setmetatable

local Client = {}
Client.__index = Client

--- The methods: `connect`; `send`, `asyncSelect`, `asyncSend`, `getAsyncSend`; `recv`, `asyncRecv`, `setRcvProc`; and
-- `close`, below.
for _, part in ipairs { "sockets.connecting", "sockets.sending", "sockets.receiving" } do
    for name, method in pairs(use(part)) do
        Client[name] = method
    end
end

local client = {}

--- Makes an object.
-- @string protocol "TCP", "TCPSSL" or "UDP"
-- @tab[opt] cert
-- @tab[opt] settings of the core
function client.new(protocol, cert, settings)
    local co, is_main = running()
    if not co or is_main then
        portability.warn("socket." .. (protocol == "UDP" and "udp" or "tcp"), "a socket outside a task",
            "the device needs one (sys.taskInit)")
    end
    local self = setmetatable({
        protocol = protocol,
        ssl = protocol == "TCPSSL" and "SSL" or nil,
        cert = cert,
        tCoreExtPara = settings,
        co = co,
        connected = false,
        -- What `asyncSend` has queued, and what published messages have brought for `recv`.
        output = {},
        -- The messages that `recv` has subscribed to: callbacks by message.
        subscriptions = {},
        -- Those that have come and were not returned.
        news = {},
    }, Client)
    self:forget_input()
    return self
end

local function is_closed(self)
    return self.id == nil
end

--- Closes, and waits for the core's confirmation. Without a connection it does nothing.
function Client:close()
    arguments.check_owner(self, "close")
    self:stop_heartbeat()
    self:unsubscribe()
    if self.id then
        log.info("socket:close", self.id)
        registry.close(self)
        waiting.wait_until(self, is_closed, nil, "close")
    end
    self:forget_input()
    self.output = {}
end

use("runtime.hints").know_methods("a socket", Client)

return client
