---SPI buses.
---@class spi
spi = {}

---Opens a bus.
---@param id number `spi.SPI_1` or `spi.SPI_2`
---@param cpha number 0 or 1; phase of the clock
---@param cpol number 0 or 1; level of the clock that rests
---@param bits number of a word, such as 8
---@param hz number clock
---@param full_duplex? number 1: sends and receives at once
---@param with_cs? number 1: with the bus's own chip select
---@return 0|1 done 0 if there is no such bus
function spi.setup(id, cpha, cpol, bits, hz, full_duplex, with_cs) end

---Sends.
---@param id number
---@param data string
---@return integer sent bytes
function spi.send(id, data) end

---Receives.
---@param id number
---@param count number bytes
---@return string data of bytes 0xff where nothing answers; "" while the bus is not open
function spi.recv(id, count) end

---Sends and receives at once.
---@param id number
---@param data string
---@return string received as long as `data`; "" while the bus is not open
function spi.send_recv(id, data) end

---Closes a bus.
---@param id number
---@return 1
function spi.close(id) end
