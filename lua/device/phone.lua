--- The telephone side of the door: messages, calls, card, signal and what the modem answers.
local use = ...
local native = use "native.device"
local check = use "device.check"

local phone = {}

--- A text message arrives, in as many parts as it takes.
-- @string from who sends it: a telephone number, or a name of up to 11 characters
-- @string text UTF-8, of any characters
-- @number[opt] time when it was sent, in seconds since 1970 (UTC); now without it
function phone.sms(from, text, time)
    check.string("device.sms: from", from)
    check.string("device.sms: text", text)
    native.sms(from, text, check.optional_time("device.sms: time", time))
end

--- Somebody calls.
-- @string[opt] number theirs; nil for one that is withheld
function phone.call(number)
    native.call(number ~= nil and check.number("device.call: number", number) or nil)
end

--- The other side of the newest call hangs up, or does not want the call.
function phone.hang_up()
    native.hang_up()
end

--- Who the script is calling answers.
function phone.pick_up()
    native.pick_up()
end

--- The other side of the call presses keys.
-- @string keys such as `12#`
function phone.dtmf(keys)
    native.dtmf(check.keys("device.dtmf: keys", keys))
end

return phone
