--- An LM75B on I2C bus 2 measures 25 degrees.
device.i2c(2, 0x48, function(_, count)
    return count > 0 and "\x19\x00" or ""
end)
sys.wait(3600000)
