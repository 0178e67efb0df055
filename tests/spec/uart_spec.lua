--- `uart` and `uart.on`: the AT port as a script sees it without `ril`, and ports that lead nowhere.
require "luatos"
local sys = require "sys"
local board = require "board"
local eventually = require("peer").eventually
local fails = require "fails"
local runner = require "runner"

describe("the AT port", function()
    it("tells once of what has come, and gives it in lines or pieces", function()
        local output = runner.run [[
            local sys = require "sys"
            local times = 0
            rtos.on(rtos.MSG_UART_RXDATA, function(id)
                times = times + 1
                print(times, id == uart.ATC)
                if times == 1 then
                    -- Boot: until the data has been read, no further event comes.
                    print(uart.write(uart.ATC, "AT+CSQ", 13))
                    print(("%q"):format(uart.read(uart.ATC, 2)))
                    print(("%q"):format(uart.read(uart.ATC, "*l")))
                    while uart.read(uart.ATC, "*l") ~= "" do end
                    uart.write(uart.ATC, "AT\r")
                else
                    print((uart.read(uart.ATC, 0):gsub("%c", ".")))
                    print(uart.read(uart.ATC, "*l") == "", uart.read(uart.ATC, 10) == "", uart.read(uart.ATC, "*n"))
                end
            end)
            print(uart.setup(uart.ATC, 115200, 8, uart.PAR_NONE, uart.STOP_1))
            sys.run()
        ]]
        assert.equal('115200\n1 true\n7\n"\\13\\\n"\n"RDY\\13\\\n"\n2 true\n..OK..\ntrue true 0\n', output)
    end)
end)

describe("another port", function()
    it("takes all, gives nothing and says so once", function()
        local output, status = runner.run [[
            require "sys"
            uart.on(1, "receive", function() print "received" end)
            print(uart.setup(1, 9600, 8, uart.PAR_NONE, uart.STOP_1))
            uart.setup(1, 9600, 8, uart.PAR_NONE, uart.STOP_1)
            print(uart.write(1, "abc", 1, 2), uart.read(1, "*l") == "", uart.getchar(1) == "")
            uart.close(1)
            sys.run()
        ]]
        assert.equal(0, status)
        assert.equal("[W]-[luatos] FILE:3: nothing is attached to uart 1: --uart 1=pty attaches a pseudo terminal"
            .. "\n9600\n5 true true\n",
            (output:gsub("/tmp/lua_%w+/main%.lua", "FILE")))
    end)

    it("that is not set up is warned of when something is sent", function()
        local output = runner.run 'require "sys" uart.write(3, "a") uart.write(3, "a")'
        assert.equal("[W]-[uart.write] FILE:1: uart 3 is not set up: uart.setup comes first\n",
            (output:gsub("/tmp/lua_%w+/main%.lua", "FILE")))
    end)

    it("tells when all is sent, if asked to", function()
        local output = runner.run [[
            require "sys"
            uart.on(2, "sent", function(id) print("sent", id) end)
            uart.on(2, "whatever", print)
            uart.setup(2, 9600, 8, uart.PAR_NONE, uart.STOP_1, nil, 1)
            uart.write(2, "a")
            print "main ends"
            sys.run()
        ]]
        assert.truthy(output:find "main ends\nsent 2\n$", output)
        assert.truthy(output:find('main.lua:3: event: "receive" or "sent" expected, got "whatever", which never comes',
            1, true), output)
    end)
end)

describe("bytes from outside", function()
    before_each(function()
        uart.setup(3, 9600, 8, uart.PAR_NONE, uart.STOP_1)
    end)

    after_each(function()
        uart.close(3)
        -- Messages of bytes that were read already come nevertheless, as on the device.
        sys.wait(1)
    end)

    it("are read in lines, words, numbers, counts and characters", function()
        board.uart(3, "one\r\ntwo three\n-12,x\0yz")
        assert.equal("one\r\n", uart.read(3, "*l"))
        assert.equal("two", uart.read(3, "*s"))
        assert.equal("three", uart.read(3, "*s", 0))
        assert.equal(-12, uart.read(3, "*n"))
        assert.equal("x\0", uart.read(3, 2, uart.INF_TIMEOUT))
        assert.equal("y", uart.getchar(3))
        assert.equal("z", uart.read(3, "5"))
        assert.same({ "", "", "", 0, "" },
            { uart.read(3, "*l"), uart.read(3, "*s"), uart.read(3, 5), uart.read(3, "*n"), uart.getchar(3, 0) })
        board.uart(3, "no end")
        assert.equal("no end", uart.read(3, "*l"))
        board.uart(3, "all")
        assert.equal("all", uart.read(3, 0))
    end)

    it("are told of once until they are read, and not if the port is polled or closed", function()
        local times = 0
        uart.on(3, "receive", function() times = times + 1 end)
        board.uart(3, "a")
        board.uart(3, "b")
        eventually(function() return times == 1 end, "a message")
        assert.equal("ab", uart.read(3, "*l"))
        board.uart(3, "c")
        eventually(function() return times == 2 end, "another message")
        uart.close(3)
        board.uart(3, "lost")
        uart.setup(3, 9600, 8, uart.PAR_NONE, uart.STOP_1, 1)
        board.uart(3, "d")
        sys.wait(1)
        assert.same({ 2, "d" }, { times, uart.read(3, "*l") })
        uart.on(3, "receive", nil)
    end)
end)

it("has the numbers of the device", function()
    for name, number in pairs {
        ATC = 0x7f, USB = 0x81, PAR_EVEN = 0, PAR_ODD = 1, PAR_NONE = 2, STOP_1 = 0, STOP_1_5 = 1, STOP_2 = 2,
        NO_TIMEOUT = 0, INF_TIMEOUT = -1, FLOW_RTS = 1, FLOW_CTS = 2,
    } do
        assert.equal(number, uart[name], name)
    end
    assert.equal(1, uart.close(2))
    assert.equal(1, uart.set_rs485_oe(1, pio.P0_18))
end)

it("what is written shows in --trace", function()
    local output = runner.run('uart.write(2, "a\\n", 0xc0) uart.write(uart.USB, "b")', "--trace")
    assert.truthy(output:find("uart: 2: sent a\\n\\xc0\n", 1, true), output)
    assert.truthy(output:find("uart: 129: sent b\n", 1, true), output)
end)

it("names wrong values", function()
    local setup = uart.setup
    fails("uart.setup: id: number expected, got nil", setup)
    fails("uart.setup: id: 1 to 3, uart.ATC or uart.USB expected, got 9", setup, 9)
    fails("uart.setup: baud rate: number expected, got nil", setup, 1)
    fails("uart.setup: stop bits: number expected, got nil", setup, 1, 9600, 8, uart.PAR_NONE)
    fails("uart.write: id: number expected, got nil", uart.write, nil, "x")
    fails("uart.write: data: strings and byte numbers expected, got table", uart.write, 1, {})
    fails("uart.write: data: bytes of 0 to 255 expected, got 256", uart.write, 1, 256)
    fails('uart.read: id: number expected, got "x"', uart.read, "x", 1)
    for _, format in ipairs { "*a", "l", "", false, -1, {} } do
        fails('uart.read: format: "*l", "*n", "*s" or a count from 0 expected, got', uart.read, 1, format)
    end
    fails("uart.read: timeout: milliseconds or uart.INF_TIMEOUT expected, got -2", uart.read, 1, "*l", -2)
    fails("uart.set_rs485_oe: level: 0 or 1 expected, got 2", uart.set_rs485_oe, 1, 18, 2)
end)

it("write keeps the device awake, and returns one value", function()
    require "sys"
    assert.equal(1, select("#", uart.write(3, "abc")))
    assert.is_true(require("pm").isSleep("uart.write"))
end)
