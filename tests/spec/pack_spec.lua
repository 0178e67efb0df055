--- `pack`: binary records, beside Python's struct.
require "luatos"
local vectors = require "vectors"

local pack = require "pack"

it("makes the bytes that struct makes, and reads them", function()
    for _, vector in ipairs(vectors "pack") do
        assert.equal(vector.data, pack.pack(vector.format, table.unpack(vector[1])), vector.format)
        assert.same({ #vector.data + 1, table.unpack(vector[1]) }, { pack.unpack(vector.data, vector.format) })
    end
end)

it("takes counts, byte orders and separators", function()
    assert.equal("\1\2\3", pack.pack("b3", 1, 2, 3))
    assert.equal("\0\1\1\0\1\0", pack.pack(">H <H, =H", 1, 1, 1))
    assert.equal("onetwo", pack.pack("A2", "one", "two"))
    assert.same({ 4, "one" }, { pack.unpack("onetwo", "A3") })
    assert.same({ 1, "" }, { pack.unpack("one", "A0") })
    assert.same({ 3, 2, 1 }, { pack.unpack("\2\1", "b2") })
end)

it("starts where it is told to, and says where it ends", function()
    assert.same({ 4, 0x0203 }, { pack.unpack("\1\2\3", ">H", 2) })
    assert.same({ 9 }, { pack.unpack("\1\2\3", "b", 9) })
end)

it("gives the values that are there", function()
    assert.same({ 2, 1 }, { pack.unpack("\1\2", "bH") })
    assert.same({ 1 }, { pack.unpack("\5ab", "p") })
    assert.same({ 4, "ab" }, { pack.unpack("ab", "z") })
    assert.same({ 1 }, { pack.unpack("", "z") })
end)

it("cuts numbers to their width, and fractions off", function()
    assert.equal("\xff\xfe\xff", pack.pack("bh", -1, -2.9))
    assert.equal("\xff\xff\xff\xff", pack.pack("I", 2 ^ 32 - 1))
    assert.equal("\xd2\x04\0\0", pack.pack("i", "1234"))
    assert.equal("12", pack.pack("A", 12))
    assert.equal("integer", math.type(select(2, pack.unpack(pack.pack("d", 5), "d"))))
end)

it("names what is wrong", function()
    assert.has_error(function() return pack.pack("by", 1) end, "pack.pack: bad code 'y' in the format")
    assert.has_error(function() return pack.unpack("ab", "b\n") end, "pack.unpack: bad code '\\n' in the format")
    assert.has_error(function() return pack.pack("bA", 1) end, "pack.pack: argument 3: string expected, got nil")
    assert.has_error(function() return pack.pack("b", {}) end, "pack.pack: argument 2: number expected, got table")
    assert.has_error(function() return pack.unpack() end, "pack.unpack: data: string expected, got nil")
    assert.has_error(function() return pack.unpack("a", "b", 0) end,
        "pack.unpack: start: a position from 1 expected, got 0")
end)
