--- Checksums of chips.
local use = ...
local bit = use "native.bit"

local byte, bxor = string.byte, bit.bxor

local checksums = {}

--- The checksum of Sensirion's chips, and others: 8 bits, polynomial 0x31, beginning with 0xff.
-- @string bytes
-- @return number
function checksums.crc8(bytes)
    local sum = 0xff
    for index = 1, #bytes do
        sum = bxor(sum, byte(bytes, index))
        for _ = 1, 8 do
            sum = sum * 2
            if sum > 0xff then
                sum = bxor(sum, 0x131)
            end
        end
    end
    return sum
end

return checksums
