--- Messages that a script sends: one text after the other, each in as many messages as it takes.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local pdu = use "native.pdu"
local tasks = use "runtime.tasks"
local texts = use "messages.texts"

local outbox = {}

--- Texts that wait: `number`, `units`, `callback`, `messages`.
local queue = {}

--- The text that is being sent, first of the queue; and whether messages can be sent.
local is_sending, is_open = false, false

--- What the parts of a long text have in common: the next number, 0 to 255.
local reference = 0

local send_next

local function finish(item, ok)
    table.remove(queue, 1)
    is_sending = false
    sys.publish("SMS_SEND_CNF", ok)
    if item.callback then
        -- It may wait.
        tasks.spawn(item.callback, ok, item.number, texts.hex(item.units))
    end
    send_next()
end

--- Sends a message of a text and then those behind it. Where one fails, the rest would be of no use.
local function send(item, index)
    local message = item.messages[index]
    ril.request("AT+CMGS=" .. message.length, message.digits, function(_, ok)
        if ok and item.messages[index + 1] then
            send(item, index + 1)
        else
            finish(item, ok)
        end
    end)
end

function send_next()
    if is_open and not is_sending and queue[1] then
        is_sending = true
        send(queue[1], 1)
    end
end

--- Adds a text.
-- @string number
-- @string text
-- @function[opt] callback
-- @number[opt] place in the queue
-- @return nil, or why it cannot be sent
function outbox.add(number, text, callback, place)
    local units = texts.to_units(text)
    local messages, problem = pdu.submit(number, units, reference)
    if not messages then
        return problem
    end
    reference = #messages > 1 and (reference + 1) % 256 or reference
    local first = is_sending and 2 or 1
    place = math.max(first, math.min(place or math.huge, #queue + 1))
    table.insert(queue, place, { number = number, units = units, callback = callback, messages = messages })
    send_next()
end

--- Messages can be sent from now on.
function outbox.start()
    is_open = true
    send_next()
end

--- Messages wait from now on.
function outbox.stop()
    is_open = false
end

return outbox
