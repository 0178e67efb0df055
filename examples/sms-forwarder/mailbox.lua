--- The messages that have come and not gone on yet. They are kept in flash, and so survive a restart.
module(..., package.seeall)

require "sys"
require "log"
require "utils"
require "config"
require "pdu"
require "parts"

--- What is published when there may be a message to send.
EVENT = "MAILBOX"

--- The new file takes the place of the old one only when it is complete: power may go at any time.
local PATH, NEW_PATH = "/mailbox.json", "/mailbox.json.new"

--- What is in flash: `parts` that wait for others; whole `messages`, in the order in which they go on; and the number
-- of the `last` that came.
local stored = io.readFile(PATH) or io.readFile(NEW_PATH) or json.encode { parts = {}, messages = {}, last = 0 }

--- The same as a table, and changed.
local kept = json.decode(stored)

local function write(text)
    local file = io.open(NEW_PATH, "w")
    if not file then
        return false
    end
    local is_written = file:write(text)
    if not file:close() or not is_written then
        return false
    end
    os.remove(PATH)
    return os.rename(NEW_PATH, PATH) and true or false
end

--- Stores what has changed. What flash does not take has not happened.
-- @return whether it has taken it
local function save()
    local text = json.encode(kept)
    if write(text) then
        stored = text
        return true
    end
    log.error("mailbox", "flash takes no more")
    kept = json.decode(stored)
    return false
end

local function append(message)
    kept.last = kept.last + 1
    message.id = kept.last
    kept.messages[#kept.messages + 1] = message
end

--- Takes what has arrived on the card.
-- @string digits octets of a message or a part of one, in hexadecimal
-- @return whether it is in flash, and needed on the card no longer
function take(digits)
    local part, why = pdu.read(digits)
    local message
    if part then
        message = parts.add(kept.parts, part, os.time())
    else
        log.warn("mailbox", "a message goes on as it is:", why)
        message = { from = "", time = "", text = digits }
    end
    if message then
        append(message)
    end
    local is_safe = save()
    if is_safe and message then
        sys.publish(EVENT)
    end
    return is_safe
end

--- How many messages have come so far, whole.
function count()
    return kept.last
end

--- The message that goes on next, or nil.
function first()
    return kept.messages[1]
end

--- Removes the message that goes on next: it has been sent.
function remove()
    table.remove(kept.messages, 1)
    save()
end

--- Puts the message that goes on next behind the others.
function postpone()
    table.insert(kept.messages, table.remove(kept.messages, 1))
end

--- Lets long messages go on whose parts have not all come for too long.
function expire()
    local messages = parts.overdue(kept.parts, os.time() - config.PATIENCE)
    for _, message in ipairs(messages) do
        append(message)
    end
    if messages[1] then
        save()
    end
end
