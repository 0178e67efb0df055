--- An AM2320 on I2C bus 2: 48.2 % humidity, 21.5 degrees. It answers register reads with a Modbus checksum.
local ADDRESS, HUMIDITY, TEMPERATURE = 0x5c, 482, 215

device.i2c(2, ADDRESS, function(_, count)
    local answer = pack.pack(">bbHH", 3, 4, HUMIDITY, TEMPERATURE)
    return count > 0 and answer .. pack.pack("<H", crypto.crc16_modbus(answer, #answer)) or ""
end)
sys.wait(3600000)
