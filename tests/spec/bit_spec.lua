--- `bit`: 32-bit arithmetic.
require "luatos"

local bit = require "bit"

it("joins, and knows positions", function()
    assert.equal(0x0f, bit.band(0xff, 0x1f, 0x2f))
    assert.equal(7, bit.bor(1, 2, 4))
    assert.equal(6, bit.bxor(1, 2, 4, 1))
    assert.equal(5, bit.band(5))
    assert.equal(4, bit.bit(2))
    assert.equal(2 ^ 31, bit.bit(31))
    assert.equal(0, bit.bit(32))
    assert.equal(15, bit.set(0, 0, 1, 2, 3))
    assert.equal(0, bit.clear(5, 0, 2))
    assert.same({ true, false, true, false }, { bit.isset(5, 0), bit.isset(5, 1), bit.isset(5, 2), bit.isset(5, 3) })
    assert.same({ false, true, false, true },
        { bit.isclear(5, 0), bit.isclear(5, 1), bit.isclear(5, 2), bit.isclear(5, 3) })
end)

it("shifts, and turns around", function()
    assert.equal(4, bit.lshift(1, 2))
    assert.equal(1, bit.rshift(4, 2))
    assert.equal(0, bit.arshift(2, 2))
    assert.equal(0x0fffffff, bit.rshift(-1, 4))
    assert.equal(-1, bit.arshift(-1, 4))
    assert.equal(-2 ^ 31, bit.lshift(1, 31))
    assert.same({ 0, 0, -1 }, { bit.lshift(1, 32), bit.rshift(-1, 32), bit.arshift(-1, 99) })
    assert.equal(0x23456781, bit.rol(0x12345678, 4))
    assert.equal(0x81234567, bit.ror(0x12345678, 4))
end)

it("counts the lowest 32 bits of whole numbers, and its results are integers", function()
    assert.equal(0xfffffffa, bit.bnot(5))
    assert.equal(0xffffffff, bit.bor(-1))
    assert.equal(5, bit.band(2 ^ 32 + 5, 0xff))
    assert.equal(2, bit.band(2.9, 7))
    assert.equal(0xfffffffe, bit.bor(-2.9))
    assert.equal(8, bit.lshift(1.5, 3.7))
    assert.equal(12, bit.bor("8", "4.2"))
    for _, value in ipairs { bit.band(7.0, 3.0), bit.bnot(1), bit.lshift(1.0, 1), bit.bit(3.0) } do
        assert.equal("integer", math.type(value))
    end
end)

it("agrees with Lua's own operators", function()
    math.randomseed(5)
    for _ = 1, 1000 do
        local a, b, n = math.random(0, 2 ^ 32 - 1 | 0), math.random(0, 2 ^ 32 - 1 | 0), math.random(0, 31)
        assert.equal(a & b, bit.band(a, b))
        assert.equal(a | b, bit.bor(a, b))
        assert.equal(a ~ b, bit.bxor(a, b))
        assert.equal(~a & 0xffffffff, bit.bnot(a))
        assert.equal(a << n & 0xffffffff, bit.lshift(a, n) & 0xffffffff)
        assert.equal(a >> n, bit.rshift(a, n))
        assert.equal(a >> n & 1 == 1, bit.isset(a, n))
        assert.equal(("%08x"):format(a), bit.tohex(a))
    end
end)

it("writes hexadecimal digits", function()
    assert.equal("00ff", bit.tohex(255, 4))
    assert.equal("FF", bit.tohex(-1, -2))
    assert.equal("0000000a", bit.tohex(10, 99))
end)

it("names the argument that is no number", function()
    for _, case in ipairs {
        { "#2 to 'bit.band' (number expected, got string)", bit.band, 1, "x" },
        { "#2 to 'bit.lshift' (number expected, got no value)", bit.lshift, 1 },
        { "#2 to 'bit.set' (number expected, got table)", bit.set, 1, {} },
        { "#1 to 'bit.bnot' (number expected, got boolean)", bit.bnot, true },
    } do
        local _, message = pcall(table.unpack(case, 2))
        assert.equal("bad argument " .. case[1], message)
    end
end)
