---@meta
-- Written by luatos for editors; do not edit.

---I2C buses. Addresses have 7 bits.
---
---I2C 总线，地址为 7 位。
---@class i2c
i2c = {}

---Speed of 100 kHz.
i2c.SLOW = 100000
---Speed of 400 kHz.
i2c.FAST = 400000

---Opens a bus.
---
---打开 I2C 总线，设置速率。
---@param id number 1 to 3; another bus is an error
---@param speed number Hz, `i2c.SLOW` or `i2c.FAST`
---@param address? number for calls that name none
---@return integer speed
function i2c.setup(id, speed, address) end

---Sends to an address.
---
---向指定地址发送数据。
---@param id number
---@param address number
---@param data number|string|integer[] a byte, bytes, or a list of bytes
---@return integer sent bytes that were acknowledged: all, or 0 where nothing is attached
function i2c.send(id, address, data) end

---Writes to a register. Without an address that of `i2c.setup` is meant.
---
---向指定寄存器写入数据。
---@param id number
---@param address number
---@param register number
---@param data number|string|integer[] a byte, bytes, or a list of bytes
---@return integer sent bytes that were acknowledged: all, or 0 where nothing is attached
---@overload fun(id: number, register: number, data: number|string|integer[]): integer
function i2c.write(id, address, register, data) end

---Receives from an address.
---
---从指定地址接收数据。
---@param id number
---@param address number
---@param count number bytes
---@return string data "" where nobody answers
function i2c.recv(id, address, count) end

---Reads from a register. Without an address that of `i2c.setup` is meant.
---
---从指定寄存器读取数据。
---@param id number
---@param address number
---@param register number
---@param count number bytes
---@return string data "" where nobody answers
---@overload fun(id: number, register: number, count: number): string
function i2c.read(id, address, register, count) end

---Closes a bus.
---
---关闭 I2C 总线。
---@param id number
---@return 1
function i2c.close(id) end

return i2c
