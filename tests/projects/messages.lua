--- What befalls any project that sends text messages on to a web hook: messages, an order, a call, and a network that
-- goes. tests/projects/forwarder runs it, and writes each request into a file.
local device, hook_file, outage = device, os.getenv "FORWARDER_HOOK", tonumber(os.getenv "FORWARDER_OUTAGE")

--- ms that anything may take.
local LIMIT = 100000

--- Who may send orders, as the configuration of tests/projects/forwarder says; and somebody else.
local OWNER, STRANGER = "+8613800000000", "+8613900000000"

local function eventually(what, condition)
    for _ = 1, LIMIT / 50 do
        if condition() then
            return
        end
        sys.wait(50)
    end
    error("missing: " .. what, 0)
end

--- All texts in a value, one after the other.
local function texts(value)
    if type(value) ~= "table" then
        return tostring(value)
    end
    local parts = {}
    for _, inner in pairs(value) do
        parts[#parts + 1] = texts(inner)
    end
    return table.concat(parts, "\n")
end

--- The text of a request, however it is written.
local function plain(request)
    local text = request.what .. "\n" .. request.body
    local from_url = text:gsub("+", " "):gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
    local fields = json.decode(request.body)
    return from_url .. "\n" .. text .. "\n" .. (type(fields) == "table" and texts(fields) or "")
end

--- Whether one request has all these texts.
local function has_come(...)
    local file = io.open(hook_file)
    for line in file and file:lines() or function() end do
        local text, is_whole = plain(json.decode(line)), true
        for _, part in ipairs { ... } do
            is_whole = is_whole and text:find(part, 1, true)
        end
        if is_whole then
            file:close()
            return true
        end
    end
    if file then
        file:close()
    end
    return false
end

local function wait_for(...)
    local parts = { ... }
    eventually("a request with " .. table.concat(parts, ", "), function() return has_come(unpack(parts)) end)
end

local function passed(what)
    print("PASSED " .. what)
end

eventually("the network", function() return socket.isReady() end)
sys.wait(3000)

local short = "您的验证码是 123456，五分钟内有效。"
device.sms(STRANGER, short)
wait_for(short, "13900000000")
passed "a Chinese message of one part"

local long = ("今天天气很好，我们一起去公园散步吧！"):rep(25) .. "完"
device.sms(STRANGER, long)
wait_for(long, "13900000000")
passed "a Chinese message of seven parts"

local sent
local stop = device.on("sms", function(to, text) sent = to .. ": " .. text end)
device.sms(OWNER, "SMS,10086,查询流量")
eventually("a message to 10086", function() return sent end)
stop()
assert(sent == "10086: 查询流量", sent)
passed "a message that the owner has it send"

local is_noticed = false
for _, reaction in ipairs { "answer", "hang_up" } do
    device.on(reaction, function() is_noticed = true end)
end
device.call "+8613700000001"
eventually("a reaction to a call", function() return is_noticed or has_come "13700000001" end)
sys.wait(1000)
device.hang_up()
passed "a call is noticed"

device.network(false)
sys.wait(outage / 2)
device.sms(STRANGER, "during the loss")
sys.wait(outage / 2)
device.network(true)
device.sms(STRANGER, "after the loss")
wait_for "during the loss"
wait_for "after the loss"
passed(("nothing is lost by %g s without a network"):format(outage / 1000))
