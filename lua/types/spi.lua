---@meta
-- Written by luatos for editors; do not edit.

---SPI buses.
---
---SPI 总线。
---@class spi
spi = {}

---Opens a bus.
---
---打开 SPI 总线，设置时钟模式和速率。
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
---
---发送数据。
---@param id number
---@param data string
---@return integer sent bytes
function spi.send(id, data) end

---Receives.
---
---接收数据。
---@param id number
---@param count number bytes
---@return string data of bytes 0xff where nothing answers; "" while the bus is not open
function spi.recv(id, count) end

---Sends and receives at once.
---
---发送数据，同时接收等长的数据。
---@param id number
---@param data string
---@return string received as long as `data`; "" while the bus is not open
function spi.send_recv(id, data) end

---Closes a bus.
---
---关闭 SPI 总线。
---@param id number
---@return 1
function spi.close(id) end

spi.SPI_1 = 0
spi.SPI_2 = 1

return spi
