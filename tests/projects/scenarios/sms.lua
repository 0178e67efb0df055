--- The demo sends a message, and gets one.
local sent
for _ = 1, 200 do
    sent = device.state().messages.sent[1]
    if sent then
        break
    end
    sys.wait(50)
end
assert(sent and sent.to == "10086" and sent.text == "10086")
device.sms("13800000000", "晚上好, luatos")
sys.wait(3600000)
