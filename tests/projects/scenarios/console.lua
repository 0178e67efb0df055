--- Somebody types at the console.
local port = device.uart(1)
local screen = ""

--- Types a line and waits for an answer.
local function ask(line, answer)
    screen = ""
    port:write(line .. "\r\n")
    for _ = 1, 20 do
        screen = screen .. port:read(500)
        if screen:find(answer, 1, true) then
            return
        end
    end
    error(("%q is missing in the answer %q to %q"):format(answer, screen, line))
end

sys.wait(500)
ask("print(17 + 4)", "21")
ask("print(_G.PROJECT, rtos.get_version())", "CONSOLE")
ask("for i = 1, 3 do print('line' .. i) end", "line3")
ask("print(nil .. 1)", "concatenate")
ask("sendat('AT+CSQ')", "+CSQ: ")
ask("print(mul(6, 7))", "mul")
ask("sys.wait(300) print('wa' .. 'ited')", "waited")
