--- What comes by USB goes back.
local port = device.uart(uart.USB)
sys.wait(500)
port:write "hello\r\n"
assert(port:read(5000):find "hello")
