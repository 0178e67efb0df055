--- LuatOS `clib`: callbacks for the events of a uart. Adds `uart.on`.
local use = ...
local rtos = use "native.rtos"
local core_tables = use "runtime.core_tables"
local diagnostics = use "runtime.diagnostics"
local scheduler = use "runtime.scheduler"
local show = use("runtime.text").show

local receivers, senders = {}, {}

--- Sets what is called on an event of a port. Of any other event a warning says that it never comes.
-- @number id of the port
-- @string event "receive" or "sent"
-- @param[opt] callback fun(id: integer, count: integer): called with id and, for "receive", how many bytes there are
-- to read; nil for none
local function on(id, event, callback)
    if event == "receive" then
        receivers[id] = callback
    elseif event == "sent" then
        senders[id] = callback
    else
        diagnostics.warn_once("uart.on", ('event: "receive" or "sent" expected, got %s, which never comes'):format(
            show(event)))
    end
end
core_tables.extend("uart", { on = on })

scheduler.on(rtos.MSG_UART_RXDATA, function(id, length)
    if receivers[id] then
        receivers[id](id, length)
    end
end)

scheduler.on(rtos.MSG_UART_TX_DONE, function(id)
    if senders[id] then
        senders[id](id)
    end
end)

return {}
