--- Voltages at two channels, and that of the battery.
device.adc(2, 1200)
device.adc(3, 345)
device.battery(3700)
sys.wait(3600000)
