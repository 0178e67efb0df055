--- A flash at the SPI: its id is EF4018.
local wanted = ""
device.spi(0, function(written)
    if written:byte() == 0x9f then
        wanted = "\xef\x40\x18"
        return "\xff" .. wanted
    end
    return wanted
end)
sys.wait(3600000)
