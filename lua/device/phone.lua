--- The telephone side of the door: messages, calls, card, signal and what the modem answers.
local use = ...
local native = use "device.natives"
local check = use "runtime.check"

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

--- Something is done to a card: it is taken out, put in, or another one is put in, in the place of a present one.
-- @param state false, true, or a table with any of `number`, `iccid`, `imsi`, `pin`, `puk`: the other card, which
-- otherwise has what the former one had, but no PIN
-- @number[opt=0] slot 0 or 1, as of `sim.setId`
function phone.sim(state, slot)
    native.sim(check.card("device.sim: state", state), check.optional_integer("device.sim: slot", slot, 0, 1))
end

--- The strength of the signal changes.
-- @number strength 0 to 31, or 99 for none
function phone.signal(strength)
    if strength ~= 99 then
        check.integer("device.signal: strength (99 for none)", strength, 0, 31)
    end
    native.signal(strength)
end

--- The network tells its time: the clock is set, and the modem reports it once it is in the network.
-- @number time seconds since 1970 (UTC)
function phone.clock(time)
    native.clock(check.time("device.clock: time", time))
end

--- The modem says a line that it never says by itself.
-- @string line without its end
function phone.urc(line)
    native.urc(check.string("device.urc: line", line))
end

return phone
