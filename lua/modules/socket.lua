--- LuatOS `socket`: only `isReady`; its sockets are not supported yet.
local use = ...
local link = use "modules.link"
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

return socket
