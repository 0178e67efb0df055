--- The text messages that arrive on the card. Each is deleted there once it has been taken.
module(..., package.seeall)

require "sys"
require "log"
require "ril"

--- What wakes the task, and after how many milliseconds it looks without that: an unsolicited line may get lost.
local EVENT, INTERVAL = "INBOX", 60000

local is_ready = false

--- In a task, sends a command and waits for the result.
-- @return whether it is OK, and the text of the answer
local function ask(command)
    local is_answered, is_ok, text
    ril.request(command, nil, function(_, ok, _, answer)
        is_answered, is_ok, text = true, ok, answer
        sys.publish(EVENT)
    end)
    while not is_answered do
        sys.waitUntil(EVENT)
    end
    return is_ok, text or ""
end

--- Hands over what is on the card.
local function look(take)
    local ok, list = ask "AT+CMGL=4"
    if not ok then
        return log.warn("inbox", "the card cannot be read")
    end
    for place, digits in list:gmatch "%+CMGL: (%d+)[^\r\n]*[\r\n]+(%x+)" do
        if take(digits) then
            ask("AT+CMGD=" .. place)
        end
    end
end

--- Begins to hand messages over.
-- @function take called in a task with the octets of each message in hexadecimal; what it does not return true for
-- stays on the card and comes again
function start(take)
    sys.taskInit(function()
        while not is_ready do
            sys.waitUntil(EVENT)
        end
        ask "AT+CMGF=0"
        ask 'AT+CPMS="SM"'
        ask "AT+CNMI=2,1,0,0,0"
        while true do
            look(take)
            sys.waitUntil(EVENT, INTERVAL)
        end
    end)
end

-- The answer has several lines.
ril.regRsp("+CMGL", nil, 3)

ril.regUrc("+CMTI", function() sys.publish(EVENT) end)

ril.regUrc("SMS READY", function()
    is_ready = true
    sys.publish(EVENT)
end)
