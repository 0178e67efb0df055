---@meta
-- Written by luatos for editors; do not edit.

---Binary records.
---
---按格式打包和解包二进制数据。
---@class pack
pack = {}

---Writes values as bytes. Letters of a format: `z` text with a zero at its end; `p`, `P`, `a` text with its length in
---one byte, two or four; `A` bytes; `f`, `d`, `n` floating point; `c`, `b` integer of 8 bits, `h`, `H` of 16, `i`, `I`
---of 32, `l`, `L` of 32, the second of each without a sign; `<` low byte first, `>` high byte first, `=` as the machine has
---it. A number after a letter repeats it.
---
---按格式把若干值打包成二进制字符串。
---@param format string
---@param ... string|number
---@return string
function pack.pack(format, ...) end

---Reads values from bytes; of those that the data is too short for, none.
---
---按格式从二进制字符串中解出各个值。
---@param data string
---@param format string as of `pack.pack`
---@param start? number position, from 1; default 1
---@return integer next position after the last value
---@return any ...
function pack.unpack(data, format, start) end

return pack
