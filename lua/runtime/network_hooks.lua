--- What WebSocket objects ask the device's network and tell it, by whichever copies of `sys` and `link` the
-- program runs on.
local use = ...
local copies = use "runtime.copies"

local network_hooks = {}

--- The program's `sys`, or ours where it has loaded none.
local function sys()
    return copies.current "sys" or use "modules.sys"
end

--- A program that loads no `link` has no network to wait for.
function network_hooks.is_network_ready()
    local link = copies.current "link"
    -- Looked up at each call, because a script may replace it.
    return link == nil or link.isReady()
end

--- Calls `callback()` whenever the device gets an IP address.
-- @return function that ends these calls
function network_hooks.on_network_ready(callback)
    local publisher = sys()
    publisher.subscribe("IP_READY_IND", callback)
    return function()
        publisher.unsubscribe("IP_READY_IND", callback)
    end
end

--- Connections of the module `socket`.
local open_sockets = 0

--- Whether any connection is open, of `socket` or `websocket`.
local function is_active()
    return open_sockets > 0 or use("native.websocket").has_open()
end

--- A connection of the module `socket` has come or gone; publishes `SOCKET_ACTIVE`.
-- @number change 1 or -1
function network_hooks.count_socket(change)
    open_sockets = open_sockets + change
    sys().publish("SOCKET_ACTIVE", is_active())
end

--- Publishes the messages that the device publishes for its sockets.
-- @string what `SOCKET_ACTIVE`, `LIB_SOCKET_CLOSE_IND` or `LIB_SOCKET_CONNECT_FAIL_IND`
-- @param ws the WebSocket object
function network_hooks.socket_event(what, ws)
    if what == "SOCKET_ACTIVE" then
        sys().publish(what, is_active())
    else
        local secure, host, port = use("native.websocket").address(ws)
        sys().publish(what, secure and "SSL" or nil, secure and "TCPSSL" or "TCP", host, port)
    end
end

--- The copy of `sys` whose messages say that the connections are lost.
local watched

--- Ends all connections whenever the device loses its IP address.
function network_hooks.watch()
    local publisher = sys()
    if watched ~= publisher then
        watched = publisher
        local websocket = use "native.websocket"
        websocket.address_is_there()
        publisher.subscribe("IP_READY_IND", websocket.address_is_there)
        publisher.subscribe("IP_ERROR_IND", function() websocket.abort_all "IP_ERROR_IND" end)
    end
end

return network_hooks
