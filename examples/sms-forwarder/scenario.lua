--- Messages of every kind, and a network that goes and comes: nothing is lost, and nothing stays on the card. There has
-- to be a web hook:
--
--     python3 examples/sms-forwarder/hook.py 8080 &
--     luatos --connect-to hook.example:80:127.0.0.1:8080 --lib examples/sockets \
--         --scenario examples/sms-forwarder/scenario.lua examples/sms-forwarder

--- Waits until a condition holds.
local function eventually(what, condition)
    for _ = 1, 600 do
        if condition() then
            return
        end
        sys.wait(50)
    end
    error("never happened: " .. what, 2)
end

--- Number of the last message that has gone on.
local last = 0

--- Waits until this many messages have gone on. What arrives is for the hook to see.
local function forwarded(count)
    last = last + count
    eventually(count .. " messages go on", function() return mailbox.count() == last and not mailbox.first() end)
    assert(#device.state().messages.stored == 0, "the card is not empty")
end

last = mailbox.count()

device.sms("+8613800000000", "hello {world} €")
forwarded(1)

device.sms("10086", "您的验证码是 123456，五分钟内有效。")
device.sms("Bank", ("今天天气很好，我们一起去公园散步吧！😀"):rep(24))
forwarded(2)

-- More than the card has room for.
for number = 1, 30 do
    device.sms("+8613900000000", ("message %d "):format(number):rep(20))
end
forwarded(30)

device.network(false)
device.sms("10010", "during the loss of the network")
sys.wait(500)
device.network(true)
device.sms("10010", "after it")
forwarded(2)
