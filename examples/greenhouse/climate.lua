-- Measures temperature and humidity with an AM2320 on I2C bus 2, every two seconds.
module(..., package.seeall)

local BUS, ADDRESS = 2, 0x5c

temperature, humidity = 0.0, 0.0

--- Reads both registers. The first transfer wakes the sensor, which does not acknowledge it.
local function measure()
    i2c.send(BUS, ADDRESS, 0x03)
    i2c.send(BUS, ADDRESS, { 0x03, 0x00, 0x04 })
    local answer = i2c.recv(BUS, ADDRESS, 8)
    if #answer < 8 then
        return log.error("climate", "the sensor does not answer")
    end
    local _, tenthsOfPercent, tenthsOfDegree = pack.unpack(answer:sub(3, 6), ">Hh")
    temperature, humidity = tenthsOfDegree / 10, tenthsOfPercent / 10
    log.info("climate", temperature, humidity)
    sys.publish("CLIMATE", temperature, humidity)
end

sys.taskInit(function()
    i2c.setup(BUS, i2c.SLOW)
    while true do
        measure()
        sys.wait(2000)
    end
end)
