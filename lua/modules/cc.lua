--- LuatOS `cc`: telephone calls.
local use = ...
local ril = require "ril"
local sys = use "modules.sys"
local pm = use "modules.pm"
local copies = use "runtime.copies"
local check = use "runtime.check"
local show = use("runtime.text").show

local cc = {
    --- States of a call, as `cc.getState` returns them.
    CONNECTED = 0,
    HOLD = 1,
    DIALING = 2,
    ALERTING = 3,
    INCOMING = 4,
    WAITING = 5,
    DISCONNECTING = 98,
    DISCONNECTED = 99,
}

--- Where the voice of `cc.transVoice` is kept while it is played.
local VOICE_FOLDER, VOICE_FILE = "/RecDir", "/RecDir/rec000"

--- First bytes of a file of AMR, and the first of its frames at 12.2 kbit/s.
local AMR_HEAD, AMR_FRAME = "#!AMR\n", "\60"

--- The states of calls by number; none has the state DISCONNECTED.
local states = {}

--- Numbers that the modem has not been told to dial yet: its list of calls lacks them.
local undialled = {}

--- Numbers that the modem has not been told to hang up on yet: its list still has them.
local lingering = {}

--- Why the last call ended: what the modem has said, or "CHUP" where the script has hung up.
local reason

--- A number as the modem tells it; one that is withheld is "".
local function as_told(num)
    return type(num) == "number" and tostring(num) or num
end

--- Ends what is played to the user, for a call.
local function silence()
    local audio = copies.current "audio"
    if audio and type(audio.stop) == "function" then
        audio.stop()
    end
end

local function ask_for_calls()
    ril.request "AT+CLCC"
end

-- ## What a script does

--- @return boolean: whether there is any call, also one that is being dialled or hung up
function cc.anyCallExist()
    return next(states) ~= nil
end

--- @string num number of the other side
-- @return integer: one of the states, `cc.CONNECTED` and so on; `cc.DISCONNECTED` for none
function cc.getState(num)
    return states[as_told(num)] or cc.DISCONNECTED
end

--- Calls somebody. `CALL_CONNECTED` is published with the number when the other side answers,
-- `CALL_DISCONNECTED` with the reason when there is no call any more.
-- @string num
-- @number[opt=0] delay ms to wait first
-- @return boolean: false for no number
function cc.dial(num, delay)
    if num == nil or num == "" then
        return false
    end
    num = check.number("cc.dial: num", check.text("cc.dial: num", num))
    delay = check.optional_integer("cc.dial: delay", delay, 0, 0x7fffffff, "ms")
    pm.wake "cc"
    states[num] = cc.DIALING
    undialled[num] = true
    ril.request("ATD" .. num .. ";", nil, nil, delay ~= 0 and delay or nil)
    return true
end

--- Hangs up, and refuses who calls. The modem ends whatever call there is, also one under another form of the number.
-- @string num of the other side
function cc.hangUp(num)
    num = check.text("cc.hangUp: num", num)
    if states[num] == cc.DISCONNECTING then
        return
    end
    silence()
    for number in pairs(states[num] and { [num] = true } or states) do
        states[number], lingering[number] = cc.DISCONNECTING, true
    end
    ril.request "AT+CHUP"
end

--- Answers a call that comes. Does nothing for any other.
-- @string num
function cc.accept(num)
    if cc.getState(num) ~= cc.INCOMING then
        return
    end
    silence()
    ril.request "ATA"
end

--- Plays a voice to the other side.
-- @string data AMR at 12.2 kbit/s, with or without the head of a file
-- @bool[opt=false] loop again and again
-- @bool[opt=false] downLinkPlay to this side, too
-- @return boolean: false for data of another kind, and if there is no room for it
function cc.transVoice(data, loop, downLinkPlay)
    check.string("cc.transVoice: data", data)
    if data:sub(1, 1) == AMR_FRAME then
        data = AMR_HEAD .. data
    elseif data:sub(1, 7) ~= AMR_HEAD .. AMR_FRAME then
        use("modules.log").error("cc.transVoice", "AMR at 12.2 kbit/s expected")
        return false
    end
    use("native.rtos").make_dir(VOICE_FOLDER)
    local file, problem = io.open(VOICE_FILE, "wb")
    local written = file and file:write(data)
    if not (file and file:close() and written) then
        use("modules.log").error("cc.transVoice", VOICE_FILE .. " cannot be written: " .. tostring(problem))
        return false
    end
    ril.request(("AT+AUDREC=%d,%d,2,0,50000"):format(downLinkPlay and 1 or 0, loop and 1 or 0))
    return true
end

--- Sets whether keys of the other side are told: `CALL_DTMF_DETECT` is published with each.
-- @bool enable
-- @number[opt=3] sens how readily something counts as a key
function cc.dtmfDetect(enable, sens)
    sens = check.optional_integer("cc.dtmfDetect: sens", check.digits(sens), 0, 255)
    if enable then
        ril.request(("AT+DTMFDET=2,1,%d"):format(sens or 3))
    end
    ril.request("AT+DTMFDET=" .. (enable and 1 or 0))
end

--- Presses keys for the other side, one after the other.
-- @string str digits, `*`, `#`, `A` to `D`
-- @number[opt] playtime ms; the modem has its own
-- @number[opt] intvl ms; likewise
-- @return false|nil: false for other characters
function cc.sendDtmf(str, playtime, intvl)
    check.optional_integer("cc.sendDtmf: playtime", playtime, 0, 0xffff, "ms")
    check.optional_integer("cc.sendDtmf: intvl", intvl, 0, 0xffff, "ms")
    str = as_told(str)
    if type(str) ~= "string" or not str:find "^[%dABCD*#]+$" then
        use("modules.log").error("cc.sendDtmf", "keys 0 to 9, *, #, A to D expected, got " .. show(str))
        return false
    end
    ril.request("AT+VTS=" .. str)
end

-- ## What the modem tells

--- Tones that are no keys, by their codes.
local TONES = { [69] = "Hz1400", [70] = "Hz2300", [71] = "Hz1000" }

ril.regUrc("CALL READY", function()
    sys.publish "CALL_READY"
    ril.request "AT+CCWA=1"
end)

ril.regUrc("+DTMFDET", function(line)
    local code = tonumber(line:match "%d+")
    local key = code and code < 256 and string.char(code):match "^[%dA-D*#]$"
    if key or TONES[code] then
        sys.publish("CALL_DTMF_DETECT", key or TONES[code])
    end
end)

for _, line in ipairs { "+CLIP", "+CCWA" } do
    ril.regUrc(line, ask_for_calls)
end

ril.regUrc("CONNECT", function()
    ask_for_calls()
    silence()
end)

for _, line in ipairs { "NO CARRIER", "NO ANSWER", "BUSY" } do
    ril.regUrc(line, function()
        reason = line
        ask_for_calls()
    end)
end

--- Asks for the calls after a command that changes them; a call that could not be begun is over.
local function after_command(command, ok, result)
    local dialled = command:match "^ATD(.*);$"
    if command == "AT+CHUP" then
        reason, lingering = "CHUP", {}
    elseif dialled then
        undialled[dialled] = nil
        reason = not ok and result or reason
    end
    ask_for_calls()
end
for _, head in ipairs { "D", "A", "+CHUP", "+CHLD" } do
    ril.regRsp(head, after_command)
end

--- The calls in an answer to AT+CLCC.
-- @return the states by number, and the ids of those who wait
local function parse(text)
    local found, waiting = {}, {}
    for id, state, number in text:gmatch '%+CLCC:%s*(%d+),%d,(%d),%d,%d,"([^"]*)"' do
        state = tonumber(state)
        if state == cc.WAITING then
            waiting[#waiting + 1] = id
        else
            found[number] = state
        end
    end
    return found, waiting
end

ril.regRsp("+CLCC", function(_, ok, _, text)
    if not ok then
        return
    end
    local found, waiting = parse(text or "")
    -- As on the device, there is one call at a time: who calls meanwhile is refused.
    for _, id in ipairs(waiting) do
        ril.request("AT+CHLD=1" .. id)
    end
    local had_calls = next(states) ~= nil
    for number in pairs(undialled) do
        found[number] = found[number] or states[number]
    end
    for number, state in pairs(found) do
        local old = states[number]
        if lingering[number] then
            found[number] = cc.DISCONNECTING
        elseif old ~= state and (state == cc.INCOMING or state == cc.CONNECTED) then
            pm.wake "cc"
            sys.publish(state == cc.INCOMING and "CALL_INCOMING" or "CALL_CONNECTED", number)
        end
    end
    states = found
    if had_calls and next(found) == nil and #waiting == 0 then
        sys.publish("CALL_DISCONNECTED", reason)
        reason = nil
        pm.sleep "cc"
    end
end)

for _, command in ipairs { "ATX4", "AT+CLIP=1", "ATS7=60", "AT+SETVOLTE=1" } do
    ril.request(command)
end

return cc
