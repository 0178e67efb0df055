--- What befalls 0wQ/air724ug-forwarder, and what it has to make of it: text messages, calls, the power key, and a
-- network that goes. tests/projects/forwarder runs it, and has a web hook write each request into a file.
local device, hook_file, outage = device, os.getenv "FORWARDER_HOOK", tonumber(os.getenv "FORWARDER_OUTAGE")

--- ms that anything may take; what sounds on the way takes as long as on the device.
local LIMIT = 100000

--- Who may send orders, as the configuration of tests/projects/forwarder says; and somebody else.
local OWNER, STRANGER = "+8613800000000", "+8613900000000"

--- Waits until a condition holds; returns what it returns.
local function eventually(what, condition)
    for _ = 1, LIMIT / 50 do
        local value = condition()
        if value then
            return value
        end
        sys.wait(50)
    end
    error("missing: " .. what, 0)
end

--- The requests that the hook has had: `what`, such as "POST hook.example /notify", and `body`.
local function requests()
    local all, file = {}, io.open(hook_file)
    for line in file and file:lines() or function() end do
        all[#all + 1] = json.decode(line)
    end
    if file then
        file:close()
    end
    return all
end

--- How many notifications have had all these texts in them.
local function notified(...)
    local count = 0
    for _, request in ipairs(requests()) do
        local text = request.what:find "^POST" and json.decode(request.body).desp
        for _, part in ipairs { ... } do
            text = text and text:find(part, 1, true) and text
        end
        count = count + (text and 1 or 0)
    end
    return count
end

local function wait_for_notification(...)
    local texts = { ... }
    eventually("a notification with " .. table.concat(texts, ", "), function()
        return notified(unpack(texts)) > 0
    end)
end

--- What has been spoken, played and recorded, in order.
local heard = {}

--- Whether a file or a text sounds now. Of a stream nobody hears that it is over.
local sounds = false

local BEGINS, ENDS = { speak = true, play = true }, { stop = true, ["end"] = true, fail = true }

device.on("audio", function(what, detail)
    sounds = BEGINS[what] or sounds and not ENDS[what]
    if what ~= "set" then
        heard[#heard + 1] = what .. " " .. (detail or "")
    end
end)

--- Waits until something sounds or is recorded after the first `since` sounds.
local function wait_for_sound(pattern, since)
    return eventually("the sound " .. pattern, function()
        for index = since + 1, #heard do
            if heard[index]:find(pattern) then
                return heard[index]
            end
        end
    end)
end

local function passed(what)
    print("PASSED " .. what)
end

--- Waits until nothing has sounded for a while: what the menu says has to wait for nothing, and is not said otherwise.
local function wait_for_silence()
    local quiet = 0
    eventually("silence", function()
        quiet = sounds and 0 or quiet + 1
        return quiet == 10
    end)
end

--- Presses the power key for so long; returns what is spoken then.
local function press(ms)
    wait_for_silence()
    local since = #heard
    device.press("POWERKEY", ms)
    return wait_for_sound("^speak ", since):match "^speak (.*)$"
end

--- Presses the power key shortly until the menu says this.
local function choose(entry)
    for _ = 1, 30 do
        if press(100):find(entry, 1, true) then
            return
        end
    end
    error("the menu has no " .. entry, 0)
end

local function messages()
    local short = "您的验证码是 123456，五分钟内有效。"
    device.sms(STRANGER, short)
    wait_for_notification(short, "13900000000", "#SMS")
    passed "a Chinese message of one part"

    local long = ("今天天气很好，我们一起去公园散步吧！"):rep(25) .. "完"
    local length = long:utf8Len()
    assert(length > 6 * 67 and length <= 7 * 67)
    device.sms(STRANGER, long)
    wait_for_notification(long, "13900000000", "#SMS")
    assert(#device.state().messages.stored == 0, "the card is not empty")
    passed "a Chinese message of seven parts"
end

local function orders()
    local sent = {}
    local stop = device.on("sms", function(to, text) sent[#sent + 1] = to .. ": " .. text end)
    device.sms(STRANGER, "SMS,10010,no order")
    wait_for_notification "no order"
    device.sms(OWNER, "SMS,10086,查询流量")
    eventually("a message to 10086", function() return sent[1] end)
    wait_for_notification("10086", "查询流量", "#CONTROL")
    stop()
    assert(#sent == 1 and sent[1] == "10086: 查询流量", table.concat(sent, "; "))
    passed "a message that the owner has it send"
end

--- Recordings that have been uploaded.
local function uploads()
    local list = {}
    for _, request in ipairs(requests()) do
        if request.what:find "^PUT" then
            list[#list + 1] = request
        end
    end
    return list
end

--- A call that rings, is answered, announced, recorded, and hung up: by the caller or, at the end of the recording, by
-- the project.
local function recorded_call(number, caller_hangs_up)
    local since, answered, hung_up, earlier = #heard, false, false, #uploads()
    local stops = {
        device.on("answer", function() answered = true end),
        device.on("hang_up", function() hung_up = true end),
    }
    device.call("+86" .. number)
    wait_for_notification(number, "#CALL_IN")
    wait_for_sound("^play /lua/audio_ring.mp3", since)
    eventually("an answer", function() return answered end)
    wait_for_sound("^stream", since)
    wait_for_sound("^record /record.amr", since)
    if caller_hangs_up then
        sys.wait(2000)
        device.hang_up()
    else
        eventually("a hang-up", function() return hung_up end)
    end
    wait_for_sound("^recorded", since)
    wait_for_notification(number, "录音结果: 成功", "#CALL_RECORD")
    local all = uploads()
    assert(#all == earlier + 1, "one recording is uploaded")
    assert(all[#all].what:find(number, 1, true) and all[#all].size > 44, "the recording is empty")
    assert(#device.state().calls == 0, "a call is left")
    for _, stop in ipairs(stops) do
        stop()
    end
end

local function recorded_calls()
    recorded_call("13900000001", true)
    passed "a call that is answered, announced and recorded until the caller hangs up; the recording is uploaded"
    recorded_call("13900000002", false)
    passed "likewise, until the time for recordings is up and the project hangs up"
end

local function menu()
    local first = press(100)
    local second = press(100)
    assert(first ~= second)
    -- Two presses in quick succession go back.
    wait_for_silence()
    local since = #heard
    device.press("POWERKEY", 50)
    sys.wait(100)
    device.press("POWERKEY", 50)
    assert(wait_for_sound("^speak ", since) == "speak " .. first)
    passed "the menu of the power key: onwards and back"

    choose "扬声器音量"
    assert(press(1000) == "音量 2")
    assert(nvm.get "AUDIO_VOLUME" == 2)
    choose "测试通知"
    device.press("POWERKEY", 1000)
    wait_for_notification "#ALIVE"
    passed "the menu of the power key: long presses"
end

local function refused_calls()
    choose "来电动作"
    assert(press(1000) == "挂断")
    local hung_up = 0
    local stop = device.on("hang_up", function() hung_up = hung_up + 1 end)
    device.call "+8613700000001"
    eventually("a refusal", function() return hung_up == 1 end)
    wait_for_notification("13700000001", "来电动作: 挂断")
    assert(press(1000) == "自动接听后挂断")
    local since = #heard
    device.call "+8613700000002"
    wait_for_sound("^stream", since)
    eventually("a hang-up", function() return hung_up == 2 end)
    wait_for_notification("13700000002", "自动接听后挂断")
    stop()
    passed "calls that are refused, or announced and hung up"
end

local function network_loss()
    choose "测试通知"
    local alive = notified "#ALIVE"
    -- One on the way when the network goes, some while it is away, one when it is back.
    device.sms(STRANGER, "before the loss")
    device.wait("socket", LIMIT, function(_, what) return what:find("connects to", 1, true) end)
    device.network(false)
    sys.wait(outage / 2)
    device.press("POWERKEY", 1000)
    device.sms(STRANGER, "during the loss")
    sys.wait(outage / 2)
    assert(notified "during the loss" == 0)
    device.network(true)
    device.sms(STRANGER, "after the loss")
    for _, text in ipairs { "before the loss", "during the loss", "after the loss" } do
        wait_for_notification(text, "#SMS")
    end
    eventually("#ALIVE", function() return notified "#ALIVE" > alive end)
    passed(("no notification is lost by %g s without a network"):format(outage / 1000))
end

wait_for_notification "#BOOT_"
passed "it reports its start"
for _, part in ipairs { messages, orders, recorded_calls, menu, refused_calls, network_loss } do
    part()
end
