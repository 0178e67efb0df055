--- The network side of the door: coverage, and how good the network is.
local use = ...
local native = use "device.natives"
local show = use("runtime.text").show

local network = {}

--- Coverage comes or goes, or the network becomes as good as a table says: `latency` and `jitter` (ms, each way),
-- `rate` (bytes a second, each way), `loss` (share of the packets, 0 to 1), `dns` (whether a name server answers),
-- `up` (coverage). The table states the whole: what it does not name is as in a network that one does not notice.
-- It counts for WebSocket, TCP, UDP and TLS alike, for open connections too.
-- @param state true, false or a table
function network.network(state)
    if type(state) == "boolean" then
        native.network(state)
        return
    elseif type(state) ~= "table" then
        error("device.network: true, false or a table of conditions expected, got " .. show(state), 2)
    end
    local conditions, up = {}, true
    for name, value in next, state do
        if name == "up" then
            up = value
        else
            conditions[name] = value
        end
    end
    if type(up) ~= "boolean" then
        error("device.network: up: true or false expected, got " .. show(up), 2)
    end
    native.conditions(conditions)
    native.network(up)
end

--- Breaks every open connection; the network stays.
function network.reset_connections()
    native.reset_connections()
end

return network
