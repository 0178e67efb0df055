-- A device whose streams the page shows: a line at serial port 1, `NAME argument`, says what it does.
PROJECT, VERSION = "VIEWS", "1.0.0"
require "log"
require "sys"
require "net"
require "audio"
require "socket"
require "websocket"

local commands = {}

--- So many lines, a thousand a second.
function commands.flood(count)
    sys.taskInit(function()
        for number = 1, tonumber(count) do
            print("flood " .. number)
            if number % 10 == 0 then
                sys.wait(10)
            end
        end
        print "flood has ended"
    end)
end

function commands.levels()
    log.error("level", "an error")
    log.warn("level", "a warning")
    log.info("level", "an information")
end

--- What must do no harm to a page.
function commands.hostile()
    print "<img src=x onerror=\"document.title='hurt'\"><script>document.title='hurt'</script>"
    print "left \226\128\174 thgir \a \27[2J \27[31mred\27[0m"
    print("long " .. ("x"):rep(100000) .. " end")
    print "no text \255\254"
end

--- Connects to a server of the test: MQTT through a socket, then a WebSocket.
function commands.connect(port)
    sys.taskInit(function()
        local client = socket.tcp()
        client:connect("127.0.0.1", port)
        client:send "\16\18\0\4MQTT\4\2\0\60\0\6client"
        client:recv(10000)
        client:send "\48\18\0\5topic<b>bold</b>\192\0"
        client:close()
        local ws = websocket.new("ws://127.0.0.1:" .. port .. "/")
        ws:connect(10000)
        ws:send("through a WebSocket", true)
        ws:recv(10000)
        ws:close()
    end)
end

function commands.bytes()
    uart.write(1, "\1\2\255 <i>raw</i>\r\nnext\r\n")
end

function commands.write(path)
    io.writeFile(path, "line <b>one</b>\nline two")
end

function commands.play(path)
    audio.play(1, "FILE", path, 4)
end

function commands.speak(text)
    audio.play(1, "TTS", text, 4)
end

function commands.draw(count)
    if disp.getlcdinfo() == 0 then
        disp.init { width = 64, height = 32, bpp = 16, bus = disp.BUS_SPI4LINE, pinrst = 6, pinrs = 1, initcmd = { 1 } }
    end
    sys.taskInit(function()
        for number = 1, tonumber(count) do
            disp.clear()
            disp.drawrect(number % 32, 8, number % 32 + 15, 23, 0xf800)
            disp.update()
            sys.wait(10)
        end
    end)
end

function commands.restart()
    sys.restart "asked to"
end

local pending = ""
uart.setup(1, 115200, 8, uart.PAR_NONE, uart.STOP_1)
uart.on(1, "receive", function()
    pending = pending .. uart.read(1, "*l")
    for line in pending:gmatch "([^\r\n]*)\r?\n" do
        local name, argument = line:match "^(%w+) ?(.*)$"
        uart.write(1, "doing " .. line .. "\r\n")
        if commands[name] then
            commands[name](argument)
        end
    end
    pending = pending:match "[^\n]*$"
end)

sys.init(0, 0)
sys.run()
