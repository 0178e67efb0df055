--- LuatOS `clib`: callbacks for what happens at a uart. Adds `uart.on`.
local use = ...
local rtos = use "native.rtos"
local uart = use "native.uart"
local scheduler = use "runtime.scheduler"

local receivers, senders = {}, {}

--- Sets the callback for "receive" (called with id and length) or "sent" (called with id); nil
-- removes it, another event is ignored.
function uart.on(id, event, callback)
    if event == "receive" then
        receivers[id] = callback
    elseif event == "sent" then
        senders[id] = callback
    end
end

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
