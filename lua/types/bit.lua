---@meta
-- Written by luatos for editors; do not edit.

---Bits of 32-bit numbers. Fractions are cut off, and of larger numbers the lowest 32 bits count. Results are unsigned
---but for those of `bit.lshift` and `bit.arshift`.
---
---32 位整数的位运算。
---@class bit
bit = {}

---Bits that all numbers have.
---
---按位与。
---@param a number
---@param ... number
---@return integer
function bit.band(a, ...) end

---Bits that any of the numbers has.
---
---按位或。
---@param a number
---@param ... number
---@return integer
function bit.bor(a, ...) end

---Bits that an odd number of the numbers has.
---
---按位异或。
---@param a number
---@param ... number
---@return integer
function bit.bxor(a, ...) end

---Turns all bits over.
---
---按位取反。
---@param a number
---@return integer
function bit.bnot(a) end

---Shifts to the left.
---
---左移。
---@param a number
---@param n number bits
---@return integer signed
function bit.lshift(a, n) end

---Shifts to the right; zeros come in.
---
---逻辑右移，高位补零。
---@param a number
---@param n number bits
---@return integer
function bit.rshift(a, n) end

---Shifts to the right and keeps the sign.
---
---算术右移，保留符号位。
---@param a number
---@param n number bits
---@return integer signed
function bit.arshift(a, n) end

---Turns to the left: what goes out comes in at the other end.
---
---循环左移。
---@param a number
---@param n number bits
---@return integer
function bit.rol(a, n) end

---Turns to the right: what goes out comes in at the other end.
---
---循环右移。
---@param a number
---@param n number bits
---@return integer
function bit.ror(a, n) end

---A number of which one bit is set.
---
---返回只有第 n 位为 1 的数。
---@param n number number of the bit, from 0
---@return integer
function bit.bit(n) end

---Sets bits.
---
---把若干位置 1。
---@param a number
---@param ... number numbers of the bits, from 0
---@return integer
function bit.set(a, ...) end

---Clears bits.
---
---把若干位清零。
---@param a number
---@param ... number numbers of the bits, from 0
---@return integer
function bit.clear(a, ...) end

---Whether a bit is set.
---
---判断某一位是否为 1。
---@param a number
---@param n number number of the bit, from 0
---@return boolean
function bit.isset(a, n) end

---Whether a bit is clear.
---
---判断某一位是否为 0。
---@param a number
---@param n number number of the bit, from 0
---@return boolean
function bit.isclear(a, n) end

---Writes a number in hexadecimal.
---
---转换为十六进制文本，可指定位数。
---@param a number
---@param n? number digits, default 8; capitals for a negative number
---@return string
function bit.tohex(a, n) end

return bit
