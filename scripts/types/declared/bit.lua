---Bits of 32-bit numbers. Fractions are cut off, and of larger numbers the lowest 32 bits count. Results are unsigned
---but for those of `bit.lshift` and `bit.arshift`.
---@class bit
bit = {}

---Bits that all numbers have.
---@param a number
---@param ... number
---@return integer
function bit.band(a, ...) end

---Bits that any of the numbers has.
---@param a number
---@param ... number
---@return integer
function bit.bor(a, ...) end

---Bits that an odd number of the numbers has.
---@param a number
---@param ... number
---@return integer
function bit.bxor(a, ...) end

---Turns all bits over.
---@param a number
---@return integer
function bit.bnot(a) end

---Shifts to the left.
---@param a number
---@param n number bits
---@return integer signed
function bit.lshift(a, n) end

---Shifts to the right; zeros come in.
---@param a number
---@param n number bits
---@return integer
function bit.rshift(a, n) end

---Shifts to the right and keeps the sign.
---@param a number
---@param n number bits
---@return integer signed
function bit.arshift(a, n) end

---Turns to the left: what goes out comes in at the other end.
---@param a number
---@param n number bits
---@return integer
function bit.rol(a, n) end

---Turns to the right: what goes out comes in at the other end.
---@param a number
---@param n number bits
---@return integer
function bit.ror(a, n) end

---A number of which one bit is set.
---@param n number number of the bit, from 0
---@return integer
function bit.bit(n) end

---Sets bits.
---@param a number
---@param ... number numbers of the bits, from 0
---@return integer
function bit.set(a, ...) end

---Clears bits.
---@param a number
---@param ... number numbers of the bits, from 0
---@return integer
function bit.clear(a, ...) end

---Whether a bit is set.
---@param a number
---@param n number number of the bit, from 0
---@return boolean
function bit.isset(a, n) end

---Whether a bit is clear.
---@param a number
---@param n number number of the bit, from 0
---@return boolean
function bit.isclear(a, n) end

---Writes a number in hexadecimal.
---@param a number
---@param n? number digits, default 8; capitals for a negative number
---@return string
function bit.tohex(a, n) end
