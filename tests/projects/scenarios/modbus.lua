--- A Modbus station at serial port 1. Each request has a valid checksum; so have the answers.
local port = device.uart(1)

--- Bytes with the checksum of Modbus RTU.
local function frame(bytes)
    return bytes .. pack.pack("<H", crypto.crc16("MODBUS", bytes))
end

local request = port:read(15000)
assert(#request == 8 and frame(request:sub(1, 6)) == request, ("a request came that is none: %q"):format(request))
assert(request:byte(1) == 1 and request:byte(2) == 1)
port:write(frame "\x01\x01\x01\x05")
sys.wait(3600000)
