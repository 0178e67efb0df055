--- `--trace`: topics, and what its lines tell.
local runner = require "runner"

--- The lines of a run's trace, each as "topic: text".
local function traced(script, options)
    local list = {}
    local output = runner.run(script, options)
    for line in output:gmatch "[^\n]+" do
        list[#list + 1] = line:match "^trace +[%d.]+ (.*)"
    end
    return list, output
end

local TWO_TOPICS = [[
    uart.write(2, "a")
    pmd.ldoset(7, pmd.LDO_VLCD)
    pio.pin.setdir(pio.OUTPUT, 4)
]]

it("shows the topics that are asked for", function()
    assert.same({ "uart: 2: sent a" }, traced(TWO_TOPICS, "--trace=uart"))
    assert.same({ "power: LDO_VLCD = level 7", "pin: 4 = 0 (output)" }, traced(TWO_TOPICS, "--trace=pin,power"))
    assert.equal(3, #traced(TWO_TOPICS, "--trace"))
    assert.equal(3, #traced(TWO_TOPICS, "--trace=all"))
end)

it("takes its topics from the environment too", function()
    local output = runner.run(TWO_TOPICS, nil, "LUATOS_TRACE=uart")
    assert.matches("\ntrace +[%d.]+ uart: 2: sent a\n$", output)
end)

it("names the topics where one is unknown", function()
    local output, status = runner.run(TWO_TOPICS, "--trace=uart,lamp")
    assert.equal(2, status)
    assert.matches('%-%-trace: one of at, sms, .* expected, got "lamp"', output)
end)

it("reads as a story: what comes in, and what the device does", function()
    local lines = traced([[
        local device = require("luatos").device
        device.charger(true)
        device.adc(2, 1500)
        uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1)
        device.uart(2):write "hi\n"
        device.sms("+8613800000000", "灯")
    ]], "--trace=adc,power,uart,sms --modem register_after=0")
    assert.same({ "power: the charger is connected", "adc: 2 = 1500 mV", "uart: 2: gets 3 bytes: hi\\n",
        'sms: from +8613800000000: "灯"' }, lines)
end)

it("shows messages of WebSocket connections, both ways", function()
    local lines, output = traced([[
        require "websocket"
        local ws = websocket.new "ws://example.com/chat"
        ws:connect(20000)
        ws:send("hello\n", true)
        ws:recv(20000)
        ws:send(("x"):rep(1000))
        ws:recv(20000)
        ws:close()
        os.exit(0)
    ]], "--trace=ws --echo")
    assert.equal("ws: ws://example.com/chat connects", lines[1], output)
    assert.equal("ws: ws://example.com/chat > text, 6 bytes: hello\\n", lines[2], output)
    assert.equal("ws: ws://example.com/chat < text, 6 bytes: hello\\n", lines[3], output)
    assert.matches("> binary, 1000 bytes: x+ …$", lines[4])
end)

it("shows a pin that blinks as a pattern, and not its edges", function()
    local lines, output = traced([[
        require "sys" require "pins"
        local set = pins.setup(1, 0)
        sys.taskInit(function()
            for _ = 1, 8 do
                set(1) sys.wait(20)
                set(0) sys.wait(150)
            end
            -- What has stopped is noticed when the script waits again.
            sys.wait(400)
            sys.wait(10)
            sys.publish "END"
        end)
        sys.subscribe("END", function() os.exit(0) end)
        sys.run()
    ]], "--trace=pin,led")
    local edges, patterns = 0, {}
    for _, line in ipairs(lines) do
        if line:find "^led" then
            patterns[#patterns + 1] = line:gsub("%d+ ms", "N ms")
        else
            edges = edges + 1
        end
    end
    assert.equal("led: pin 1 blinks N ms on, N ms off", patterns[1], output)
    assert.equal("led: pin 1 stays off", patterns[#patterns], output)
    assert.is_true(edges < 16, output)
end)
