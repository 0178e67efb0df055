--- Numbers as chips send them: 16 bits, the high byte first.
local floor, char = math.floor, string.char

local words = {}

--- The nearest number of 16 bits; negative ones are two's complement.
function words.nearest(value)
    local whole = floor(value + 0.5)
    whole = whole < -0x8000 and -0x8000 or whole > 0xffff and 0xffff or whole
    return whole % 0x10000
end

--- The bytes of a number of 16 bits, with a sign or without one, the high one first.
function words.bytes(word)
    word = word % 0x10000
    return char(floor(word / 256), word % 256)
end

--- The number of 16 bits with a sign.
function words.signed(high, low)
    local word = high * 256 + low
    return word >= 0x8000 and word - 0x10000 or word
end

return words
