--- What the owner orders by text message: `ADD number`, `REMOVE number`.
module(..., package.seeall)

require "log"
require "config"
require "guests"
require "inbox"
require "numbers"
require "pdu"

local ORDERS = { ADD = guests.add, REMOVE = guests.remove }

local function obey(from, text)
    local name, number = text:match "^%s*(%a+)%s+([%d+ -]+)$"
    local order = name and ORDERS[name:upper()]
    if numbers.normal(from) ~= numbers.normal(config.OWNER) then
        log.warn("orders", "not from the owner but", from)
    elseif order then
        order(number)
        log.info("orders", name, number)
    else
        log.warn("orders", "unknown", text)
    end
end

inbox.start(function(digits)
    local message, why = pdu.read(digits)
    if message then
        obey(message.from, pdu.text(message.alphabet, message.data))
    else
        log.warn("orders", "unreadable", why)
    end
    return true
end)
