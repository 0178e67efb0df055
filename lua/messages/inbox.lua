--- Messages that come: read from the card, joined if they are parts, given to the script's callback, and then removed
-- from the card.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local pdu = use "native.pdu"
local tasks = use "runtime.tasks"
local scheduler = use "runtime.scheduler"
local diagnostics = use "runtime.diagnostics"
local texts = use "messages.texts"

local inbox = {}

--- How long the parts of a text wait for the next one, in ms. Then what is there is given out.
local PATIENCE = 120000

--- Most texts that wait for a callback: the card has not much more room.
local MOST_WAITING = 40

local callback

--- Texts that wait for a callback.
local waiting = {}

--- Places of the card that are read or wait to be removed.
local known = {}

--- Places that wait until it is known what was on the card before them; nil once it is.
local held

--- Texts in parts by sender and reference: `parts` by index, `count`, `places`, and the timer.
local joining = {}

--- The last parts of complete texts, which are ignored for a while.
local repeated = {}

--- Requests an answer of several lines, also by a program's own `ril`.
local function request(command, handler)
    ril.request(command, nil, handler)
end

--- Removes a message from the card.
function inbox.delete(place)
    request("AT+CMGD=" .. place, function(_, ok)
        known[tonumber(place)] = nil
        sys.publish("SMS_DELETE_CNF", ok)
    end)
end

-- ## Giving out

--- A sender's number without the code of China, which scripts get it without; SMS_READ_CNF has it.
local function without_country(number)
    return (number:gsub("^%+*86", ""))
end

--- Gives a text to the callback, and removes its messages from the card.
local function give(text)
    tasks.spawn(callback, text.from, texts.from_units(text.units), text.time)
    for _, place in ipairs(text.places) do
        inbox.delete(place)
    end
end

local function give_or_keep(text)
    if callback then
        return give(text)
    end
    waiting[#waiting + 1] = text
    if #waiting > MOST_WAITING then
        diagnostics.warn("sms", "a message is dropped: no callback (sms.setNewSmsCb) has wanted it")
        for _, place in ipairs(table.remove(waiting, 1).places) do
            inbox.delete(place)
        end
    end
end

--- Sets the function that gets the messages.
function inbox.set_callback(new)
    callback = new
    while callback and waiting[1] do
        give(table.remove(waiting, 1))
    end
end

-- ## Joining

--- Gives out the parts of a text that are there.
local function join(key)
    local text = joining[key]
    joining[key] = nil
    scheduler.cancel(text.timer)
    local pieces = {}
    for index = 1, text.total do
        pieces[#pieces + 1] = text.parts[index]
    end
    text.units = table.concat(pieces)
    sys.publish("LONG_SMS_MERGR_CNF", true, text.from, texts.hex(text.units), text.time, text.name)
    give_or_keep(text)
end

--- What tells a part from all others: the network sends it again, as it is, if it has not heard that it came.
local function identity(key, message)
    return table.concat({ key, message.index, message.time, message.text }, " ")
end

--- Gives out a text that is complete. The last part of it may come once more.
local function complete(key, message)
    local last = identity(key, message)
    repeated[last] = true
    scheduler.after_in_background(PATIENCE, function() repeated[last] = nil end)
    join(key)
end

--- The text that a part belongs to.
local function text_of(key, message)
    local former = joining[key] and joining[key].parts[message.index]
    if former and former ~= message.text then
        -- Another text under the same reference: the rest of the former one does not come any more.
        join(key)
    end
    joining[key] = joining[key] or { from = without_country(message.from), time = message.time, name = message.name,
        total = message.total, parts = {}, count = 0, places = {} }
    return joining[key]
end

--- Takes a part of a text.
local function take_part(message, place)
    local key = table.concat({ message.from, message.reference, message.total }, " ")
    if repeated[identity(key, message)] then
        return inbox.delete(place)
    end
    local text = text_of(key, message)
    sys.publish("LONG_SMS_MERGE", text.from, texts.hex(message.text), message.time, message.name, message.total,
        message.index, message.reference)
    text.places[#text.places + 1] = place
    if not text.parts[message.index] then
        text.parts[message.index] = message.text
        text.count = text.count + 1
    end
    scheduler.cancel(text.timer)
    if text.count == text.total then
        return complete(key, message)
    end
    text.timer = scheduler.after(PATIENCE, function() join(key) end)
    -- The rest of a text that takes much of the card would find no room.
    if #text.places > MOST_WAITING / 2 then
        inbox.delete(table.remove(text.places, 1))
    end
end

-- ## Reading

--- The message in an answer of the modem.
-- @string line after the head: status, name, length
-- @string digits
-- @return table; nil for what is none that has come
local function parse(line, digits)
    local status, name, length = line:match "^(%d+),(.*),%s*(%d+)%s*$"
    if status ~= "0" and status ~= "1" then
        return nil
    end
    local message, problem = pdu.deliver(digits, tonumber(length))
    if not message then
        diagnostics.warn("sms", ("a message is skipped: %s (%s)"):format(problem, digits))
        return nil
    end
    message.name = name:gsub('"', "")
    return message
end

local function publish_read(ok, place, message)
    if not message then
        return sys.publish("SMS_READ_CNF", ok, "", "", place, "", "")
    end
    sys.publish("SMS_READ_CNF", ok, message.from, texts.hex(message.text), place, message.time, message.name,
        message.total, message.index, message.reference)
end

--- Reads a message and publishes it.
-- @number place
-- @function[opt] take called with the message, or nil if there is none
function inbox.read(place, take)
    request("AT+CMGR=" .. place, function(_, ok, _, text)
        local line, digits = (text or ""):match "%+CMGR:%s*([^\r\n]*)\r\n(%x+)"
        local message = ok and line and parse(line, digits)
        publish_read(ok, tostring(place), message)
        if take then
            take(message)
        end
    end)
end

--- Reads a message that has come, and gives it out.
local function receive(place)
    if known[place] then
        return
    end
    known[place] = true
    inbox.read(place, function(message)
        if not message then
            return inbox.delete(place)
        elseif message.total and message.total > 1 then
            return take_part(message, place)
        end
        give_or_keep {
            from = without_country(message.from), units = message.text, time = message.time, places = { place },
        }
    end)
end

-- The answer has several lines, which is kind 3.
ril.regRsp("+CMGL", function() end, 3)

ril.regUrc("+CMTI", function(line)
    local place = tonumber(line:match "^%+CMTI:.-(%d+)%s*$")
    if place then
        sys.publish("SMS_NEW_MSG_IND", tostring(place))
        if held then
            held[#held + 1] = place
        else
            receive(place)
        end
    end
end)

--- Reads what is on the card already, and then what comes meanwhile.
function inbox.start()
    local new = {}
    held = new
    request("AT+CMGL=4", function(_, _, _, text)
        if held ~= new then
            return
        end
        held = nil
        for place, status in (text or ""):gmatch "%+CMGL:%s*(%d+),(%d)" do
            if status == "0" or status == "1" then
                receive(tonumber(place))
            end
        end
        for _, place in ipairs(new) do
            receive(place)
        end
    end)
end

--- The card is gone, and so are its places.
function inbox.stop()
    known, held = {}, nil
    for _, text in pairs(joining) do
        text.places = {}
    end
    for _, text in ipairs(waiting) do
        text.places = {}
    end
end

return inbox
