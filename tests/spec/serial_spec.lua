-- Serial ports that lead to something real: `--uart`. The other end is another process.
local runner = require "runner"

--- Runs a script on the port and an end that does what `mode` says.
-- @return what the end printed
local function talk(mode, script)
    return (runner.run_with("timeout -s KILL 60 python3 tests/support/serial_end.py", script, mode))
end

-- Waits without LuatOS modules: the message itself is what is tested.
local ECHO = [[
    uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
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
                uart.setup(2, 57600, 8, uart.PAR_NONE, uart.STOP_1, nil, 1)
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
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            uart.close(1)
            print(uart.write(1, "x"), uart.read(1, 65536) == "")
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            print(uart.write(1, "x"))
            uart.close(1)
            rtos.receive(rtos.INF_TIMEOUT)
            print "nothing can come"
        ]], "--uart 1=pty")
        assert.equal(0, status, output)
        local warning = "%[W%]%-%[uart%.write%] [^\n]+ is not set up: [^\n]+\n"
        assert.truthy(output:find("^uart 1: /dev/%S+\n" .. warning .. "0 true\n1\n$"), output)
    end)

    it("is there under lua5.3 by LUATOS_UART", function()
        local script = 'uart.setup(3, 0, 7, uart.PAR_EVEN, uart.STOP_2) print(uart.write(3, "ab")) uart.close(3)'
        local output, status = runner.run_with("LUATOS_UART=3=pty timeout -s KILL 60 lua5.3 -l luatos", script)
        assert.equal(0, status, output)
        assert.truthy(output:find "^uart 3: /dev/%S+\n2\n$", output)
    end)
end)

describe("a serial port on TCP", function()
    --- Likewise for a port on TCP.
    local function meet(mode, script)
        return (runner.run_with("timeout -s KILL 60 python3 tests/support/serial_socket.py", script, mode))
    end

    it("listens for one peer at a time, and for the next", function()
        assert.equal([[b'one\x00' b'two\xff']] .. "\n", meet("listen", ECHO))
    end)

    it("answers a peer that sends nothing more", function()
        assert.equal([[b'all of it' b'']] .. "\n", meet("half", [[
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            local request = ""
            while #request < 9 do
                rtos.receive(rtos.INF_TIMEOUT)
                request = request .. uart.read(1, 0)
            end
            -- After the end of what the peer sends, which nothing announces.
            rtos.sleep(100)
            uart.write(1, request)
        ]]))
    end)

    it("keeps what is written before the first peer comes, and loses what is written between two", function()
        assert.equal("b'first' b'last'\n", meet("between", [[
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1, nil, 1)
            local sent = 0
            local function wait_for(what)
                while true do
                    local id = rtos.receive(rtos.INF_TIMEOUT)
                    if id == rtos.MSG_UART_TX_DONE then
                        sent = sent + 1
                    elseif id == rtos.MSG_UART_RXDATA then
                        assert(uart.read(1, 0) == what)
                        return
                    end
                end
            end
            uart.write(1, "first")
            wait_for "1"
            -- The peer breaks the connection. The port notices in a wait.
            rtos.receive(200)
            uart.write(1, "lost")
            print "lost"
            wait_for "2"
            assert(sent == 2)
            uart.write(1, "last")
            wait_for "end"
        ]]))
    end)

    it("connects, waits for a server that is not there yet, and connects again when it goes", function()
        assert.equal([[b'one\x00' b'two\xff' 1 warning]] .. "\n", meet("connect", ECHO))
    end)

    it("loses nothing of a mebibyte both ways", function()
        assert.equal("equal\n", meet("bulk", ECHO))
    end)
end)

describe("a serial port on standard input and output", function()
    --- A script that sends back what comes, in capitals, until it has the text "end".
    local CAPITALS = [[
        uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
        print "printed"
        io.write "written\n"
        local text = ""
        repeat
            if not rtos.receive(rtos.INF_TIMEOUT) then break end
            local piece = uart.read(1, 0)
            text = text .. piece
            uart.write(1, piece:upper())
        until text:find "end"
        print "done"
    ]]
    local RUN = "timeout -s KILL 60 target/release/luatos --uart 1=stdio"

    it("leaves the wire alone there: what is printed goes to standard error", function()
        local wire = runner.run_with("printf 'one\\nend\\0' | " .. RUN, CAPITALS, "2>/dev/null | cat")
        assert.equal("ONE\nEND\0", wire)
        local printed = runner.run_with("printf 'end' | " .. RUN, CAPITALS, "2>&1 >/dev/null | cat")
        assert.equal("printed\nwritten\ndone\n", printed)
    end)

    it("takes a file, and is open after its end", function()
        local wire = runner.run_with(RUN, [[
            require "sys"
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            sys.timerStart(function()
                uart.write(1, "read ", #uart.read(1, 0) == 0 and "nothing" or "something")
            end, 50)
            sys.run()
        ]], "2>/dev/null </dev/null | cat")
        assert.equal("read nothing", wire)
        wire = runner.run_with(RUN, CAPITALS, "2>/dev/null <.luacheckrc | cat")
        local file = assert(io.open ".luacheckrc")
        local text = file:read "a"
        file:close()
        -- As far as the script goes: a piece may be longer than what it waits for.
        assert.is_true(#wire > 0)
        assert.equal(text:upper():sub(1, #wire), wire)
    end)

    it("carries more than a pipe holds", function()
        local wire = runner.run_with("head -c 1000000 /dev/zero | " .. RUN, [[
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            local total = 0
            while rtos.receive(rtos.INF_TIMEOUT) do
                local piece = uart.read(1, 0)
                total = total + #piece
                if total == 1000000 then print "all" end
                uart.write(1, piece)
            end
        ]], "2>/dev/null | wc -c")
        assert.equal("1000000", wire:match "%d+")
    end)

    it("is still the wire after a restart", function()
        local wire = runner.run_with(RUN, [[
            print "printed"
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            uart.write(1, rtos.poweron_reason(), "x")
            if rtos.poweron_reason() == rtos.POWERON_KEY then rtos.restart() end
        ]], "2>/dev/null </dev/null | cat")
        assert.equal("\0x\3x", wire)
    end)
end)

describe("a serial port on a file", function()
    local path

    before_each(function()
        path = os.tmpname()
        local file = assert(io.open(path, "w"))
        file:write("one\r\n", ("x"):rep(200000), "\r\nend\r\n")
        file:close()
    end)

    after_each(function()
        os.remove(path)
        os.remove(path .. ".out")
    end)

    local function written()
        local file = io.open(path .. ".out")
        return file and file:read "a", file and file:close()
    end

    it("reads it from its beginning as fast as the script does, and ends with it", function()
        local output, status = runner.run([[
            require "sys"
            local lines, length = 0, 0
            uart.on(1, "receive", function()
                local data = uart.read(1, 1000)
                while data ~= "" do
                    length = length + #data
                    data = uart.read(1, 1000)
                end
            end)
            uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
            sys.run()
            print(length)
        ]], "--uart 1=file:" .. path)
        assert.same({ "200012\n", 0 }, { output, status })
        assert.is_nil(written())
    end)

    it("puts what goes out into a file of its own, which each run begins anew", function()
        for _ = 1, 2 do
            runner.run([[
                uart.setup(1, 57600, 8, uart.PAR_NONE, uart.STOP_1)
                uart.write(1, "out", 0)
                if rtos.poweron_reason() == rtos.POWERON_KEY then rtos.restart() end
            ]], "--uart 1=file:" .. path)
            assert.equal("out\0out\0", (written()))
        end
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

    refused("1=tcp:localhost",
        "--uart: tcp:HOST:PORT expected, with PORT from 1 to 65535 and an IPv6 address in brackets,"
        .. ' got "tcp:localhost"')
    refused("2=listen:x", '--uart: listen:PORT expected, with PORT from 0 (a free one) to 65535, got "listen:x"')
    refused("2=pipe", "--uart: pty, stdio, tcp:HOST:PORT, listen:PORT, file:PATH or /dev/NAME expected after =, got "
        .. '"pipe"')
    refused("7=pty", '--uart: N=PLACE expected, with N from 1 to 3, such as 1=pty, got "7=pty"')
    refused("1=/dev/there-is-none", "uart 1: /dev/there-is-none: No such file or directory")
    refused("1=/dev/null", "uart 1: /dev/null: Inappropriate ioctl for device")
    refused("1=file:there-is-none", "uart 1: file:there-is-none: No such file or directory")
    refused("1=file:tests", "uart 1: file:tests: a file expected")
    refused("1=stdio --uart 2=stdio", "uart 2: stdio: uart 1 leads there")

    it("standard input for a port and for the script", function()
        local output, status = runner.run_with("target/release/luatos --uart 3=stdio - <", "")
        assert.equal(1, status)
        assert.truthy(output:find("uart 3: stdio: the script comes from there; give it as a file", 1, true), output)
    end)
end)
