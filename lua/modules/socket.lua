--- LuatOS `socket`: only `isReady`; its sockets are not supported yet.
local use = ...
local link = use "modules.link"
local sys = use "modules.sys"
local native = use "native.websocket"
local diagnostics = use "runtime.diagnostics"

local socket = {
    --- The same function as `link.isReady`.
    isReady = link.isReady,
}

for _, name in ipairs {
    "tcp", "udp", "setTcpResendPara", "setDnsParsePara", "setLowPower", "printStatus",
} do
    socket[name] = function()
        diagnostics.unsupported("socket." .. name, "only socket.isReady and the module websocket are, so far")
    end
end

-- Connections end with the loss of the IP address.
sys.subscribe("IP_ERROR_IND", function()
    native.abort_all("IP_ERROR_IND")
end)

return socket
