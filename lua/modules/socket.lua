--- LuatOS `socket`: TCP, TLS and UDP by the network that `link` uses. See `socket4G` for the functions.
local use = ...
local copies = use "runtime.copies"
local show = use("runtime.text").show

-- The program's own copy, if it has one.
local link = require "link"

local socket = {
    --- The same function as `link.isReady`: whether there is a network.
    isReady = link.isReady,
}

--- The modules of the kinds of networks. Those for an Ethernet chip are the project's own.
local MODULES = { "socket4G", "socketCh395", "socketW5500" }

--- The module for the network in use. A `link` of library version 2.4.0 has no other than the modem's.
local function driver(where)
    local name = MODULES[link.getNetwork and link.getNetwork() or 1]
    local module = copies.current(name) or name == "socket4G" and use "modules.socket4G" or rawget(_G, name)
    return module or error(where .. ": the module " .. show(name) .. " is not loaded; the project has to require it", 3)
end

for _, name in ipairs { "tcp", "udp", "setTcpResendPara", "setDnsParsePara", "setLowPower", "printStatus" } do
    socket[name] = function(...)
        return driver("socket." .. name)[name](...)
    end
end

return socket
