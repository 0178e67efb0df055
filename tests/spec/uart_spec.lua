--- `uart` and `uart.on`: the AT port as a script sees it without `ril`, and ports that lead nowhere.
require "luatos"
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
                    print((uart.read(uart.ATC, "*s"):gsub("%c", ".")))
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
        assert.equal("[W]-[luatos] uart 1 is not supported on the desktop: nothing is attached to it\n"
            .. "9600\n5 true true\n", output)
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
    end)
end)

it("names wrong values", function()
    for expected, call in pairs {
        ["uart.setup: id: number expected, got nil"] = function() uart.setup() end,
        ["uart.write: id: number expected, got nil"] = function() uart.write(nil, "x") end,
        ["uart.write: data: strings and byte numbers expected, got table"] = function() uart.write(1, {}) end,
        ["uart.read: id: number expected, got \"x\""] = function() uart.read("x", 1) end,
    } do
        local ok, problem = pcall(call)
        assert.is_false(ok)
        assert.truthy(tostring(problem):find(expected, 1, true), tostring(problem))
    end
end)

it("write keeps the device awake, and returns one value", function()
    require "sys"
    assert.equal(1, select("#", uart.write(3, "abc")))
    assert.is_true(require("pm").isSleep("uart.write"))
end)
