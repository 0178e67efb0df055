--- Sends the messages of the mailbox on, each until the web hook has taken it.
module(..., package.seeall)

require "sys"
require "log"
require "socket"
require "config"
require "inbox"
require "mailbox"
require "webhook"

--- Sends the first message.
-- @return whether the web hook has taken it; if not, and it is there, others have their turn first
local function send(message)
    local code, why = webhook.post(config.URL, json.encode(message))
    if code and code >= 200 and code < 300 then
        log.info("forwarder", "sent", message.id, "from", message.from)
        mailbox.remove()
        return true
    end
    log.warn("forwarder", "not sent", message.id, code or why)
    if code then
        mailbox.postpone()
    end
    return false
end

sys.taskInit(function()
    local delay = config.FIRST_DELAY
    while true do
        local message = mailbox.first()
        if not message then
            sys.waitUntil(mailbox.EVENT, config.LONGEST_DELAY)
            mailbox.expire()
        elseif not socket.isReady() then
            sys.waitUntil("IP_READY_IND", config.LONGEST_DELAY)
        elseif send(message) then
            delay = config.FIRST_DELAY
        else
            -- A network that comes back is a reason to try at once.
            sys.waitUntil("IP_READY_IND", delay)
            delay = math.min(2 * delay, config.LONGEST_DELAY)
        end
    end
end)

inbox.start(mailbox.take)
