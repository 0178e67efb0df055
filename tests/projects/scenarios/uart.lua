--- Frames at port 1, text at port 2, a file from port 3.
local first, second, third = device.uart(1), device.uart(2), device.uart(3)

local function answer(port, pattern)
    local got = ""
    for _ = 1, 20 do
        got = got .. port:read(500)
        if got:find(pattern) then
            return got
        end
    end
    error(("%s is missing in %q"):format(pattern, got))
end

sys.wait(500)
first:write "\x01\xc0\x02"
answer(first, "^CMD_SCANNER\r\n$")
first:write "\xc0\x03\xc0"
answer(first, "^CMD_GPIO\r\nCMD_PORT\r\n$")
second:write "hello"
answer(second, "received 1 frame")
local file = ""
for _ = 1, 60 do
    file = file .. third:read(200)
end
local size = io.fileSize "/lua/mcu101.bin"
assert(#file == size, ("%d of %d bytes of the file came"):format(#file, size))
