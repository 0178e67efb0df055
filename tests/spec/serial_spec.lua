-- Serial ports on pseudo terminals: `--uart`. The other end is another process with the terminal open.
local runner = require "runner"

--- Runs a script on the port and an end that does what `mode` says.
-- @return what the end printed
local function talk(mode, script)
    return (runner.run_with("timeout -s KILL 60 python3 tests/support/serial_end.py", script, mode))
end

-- Waits without LuatOS modules: the message itself is what is tested.
local ECHO = [[
    uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
    print "ready"
    local unsent = ""
    while true do
        local id, port = rtos.receive(unsent ~= "" and 1 or rtos.INF_TIMEOUT)
        if id == rtos.MSG_UART_RXDATA and port == 1 then
            unsent = unsent .. uart.read(1, 65536)
        end
        unsent = unsent:sub(uart.write(1, unsent) + 1)
    end
]]

describe("a serial port on a pseudo terminal", function()
    it("carries any byte both ways, and outlives a terminal that is closed", function()
        assert.equal([[b'hello\r\n\x00\xff']] .. "\n" .. [[b'hello\r\n\x00\xff']] .. "\n", talk("echo", ECHO))
    end)

    it("loses nothing of a mebibyte both ways", function()
        assert.equal("equal\n", talk("bulk", ECHO))
    end)

    it("makes the other end wait while the script does not read, and uses no processor meanwhile", function()
        assert.equal("bounded idle\n", talk("unread", [[
            uart.setup(1, 9600, 8, uart.PAR_NONE, uart.STOP_1)
            print "ready"
            while true do rtos.receive(rtos.INF_TIMEOUT) end
        ]]))
    end)

    it("reports in a message of its own that all is sent", function()
        local output, status = runner.run([[
            PROJECT, VERSION = "serial", "1.0.0"
            require "sys"
            rtos.on(rtos.MSG_UART_TX_DONE, function(port) print("sent", port) os.exit(0) end)
            sys.taskInit(function()
                uart.setup(2, 115200, 8, uart.PAR_NONE, uart.STOP_1, nil, 1)
                print(uart.write(2, "abc", 13))
            end)
            sys.init(0, 0)
            sys.run()
        ]], "--uart 2=pty")
        assert.equal(0, status, output)
        assert.truthy(output:find "\n4\n.*\nsent 2\n", output)
    end)

    it("ends the wait when it is closed", function()
        local output, status = runner.run([[
            uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
            uart.close(1)
            print(uart.write(1, "x"), uart.read(1, 65536) == "")
            uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
            print(uart.write(1, "x"))
            uart.close(1)
            rtos.receive(rtos.INF_TIMEOUT)
            print "nothing can come"
        ]], "--uart 1=pty")
        assert.equal(0, status, output)
        assert.truthy(output:find "^uart 1: /dev/%S+\n0 true\n1\n$", output)
    end)

    it("is there under lua5.3 by LUATOS_UART", function()
        local script = 'uart.setup(3, 0, 7, uart.PAR_EVEN, uart.STOP_2) print(uart.write(3, "ab")) uart.close(3)'
        local output, status = runner.run_with("LUATOS_UART=3=pty timeout -s KILL 60 lua5.3 -l luatos", script)
        assert.equal(0, status, output)
        assert.truthy(output:find "^uart 3: /dev/%S+\n2\n$", output)
    end)
end)

describe("--uart refuses", function()
    local function refused(place, text)
        it(place, function()
            local output, status = runner.run("", "--uart " .. place)
            assert.not_equal(0, status)
            assert.truthy(output:find(text, 1, true), output)
        end)
    end

    refused("1=tcp:localhost:7", '--uart: "1=tcp:localhost:7" is not supported yet; N=pty and N=/dev/NAME are')
    refused("7=pty", '--uart: N=pty or N=/dev/NAME expected, with N from 1 to 3, got "7=pty"')
    refused("1=/dev/there-is-none", "uart 1: /dev/there-is-none: No such file or directory")
    refused("1=/dev/null", "uart 1: /dev/null: Inappropriate ioctl for device")
end)
