--- `console`: Lua at a serial port.
local outside = require "outside"

--- Runs a script whose console is at port 1, and a scenario that types: `type_(text)` and `until_(text)`, which waits
-- until the port has said that and prints all of it.
local function run(scenario, script)
    return (outside.run("require 'console'\n" .. (script or "") .. "\nconsole.setup(1)\n", [[
        local wire, said = device.uart(1), ""
        local function type_(text) wire:write(text) end
        local function until_(text)
            while not said:find(text, 1, true) do
                local more = wire:read(5000)
                assert(more and more ~= "", "not said: " .. text .. " in " .. said)
                said = said .. more
            end
            io.write((said:gsub("\r", "")), "|\n")
            said = ""
        end
        until_ "> "
    ]] .. scenario):gsub("^%[W%][^\n]*nothing is attached[^\n]*\n", ""))
end

it("runs lines, which share the script's globals", function()
    assert.equal("\nWelcome to Luat Console\n\n> |\n"
        .. 'print("a", nil, 1)\na\tnil\t1\n\n> |\n'
        .. "kept = known + 1\n\n> |\nprint(kept)\n42\n\n> |\nscript 42\n",
        run([[
            type_ 'print("a", nil, 1)\n' until_ "1\r\n\r\n> "
            type_ 'kept = known + 1\r\n' until_ "> "
            type_ 'print(kept)\r' until_ "42\r\n\r\n> "
            print("script", kept)
        ]], "known = 41"))
end)

it("shows errors with their tracebacks, and goes on", function()
    local output = run [[
        type_ 'print(\n' until_ "> "
        type_ 'error "wrong"\n' until_ "\r\n\r\n> "
        type_ 'print "on"\n' until_ "on\r\n\r\n> "
    ]]
    assert.truthy(output:find("console:1: unexpected symbol near <eof>", 1, true), output)
    assert.truthy(output:find("console:1: wrong\nstack traceback:", 1, true), output)
    assert.truthy(output:find "\non\n\n> |\n$", output)
end)

it("a line may come in pieces, and several at once, also while one waits", function()
    local output = run [[
        type_ 'print(' sys.wait(20) type_ '1)' sys.wait(20) type_ '\n' until_ "1\r\n\r\n> "
        type_ 'sys.wait(50) print("first")\nprint("second")\n'
        sys.wait(10)
        type_ 'print("third")\n'
        until_ "third\r\n\r\n> "
    ]]
    assert.truthy(output:find "\nfirst\n\n> second\n\n> .*third\n\n> |\n$", output)
end)

it("sends AT commands", function()
    local output = run [[
        type_ 'sendat("AT+CGSN")\n' until_ "OK\r\n\r\n> "
        type_ 'sendat(5)\n' until_ "\r\n\r\n> "
    ]]
    assert.truthy(output:find("\n001012345678903\n\nOK\n\n> ", 1, true), output)
    assert.truthy(output:find("sendat: AT command expected, got 5", 1, true), output)
end)
