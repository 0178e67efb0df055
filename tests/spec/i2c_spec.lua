--- `i2c`: buses with nothing attached.
require "luatos"
local fails = require "fails"
local runner = require "runner"

it("nobody acknowledges and nobody answers", function()
    assert.same({ 100000, 400000 }, { i2c.SLOW, i2c.FAST })
    assert.equal(i2c.SLOW, i2c.setup(2, i2c.SLOW))
    for _, data in ipairs { 1, "abc", { 1, 2 }, "" } do
        assert.equal(0, i2c.send(2, 0x38, data))
        assert.equal(0, i2c.write(2, 0x10, data))
        assert.equal(0, i2c.write(2, 0x38, 0x10, data))
    end
    assert.equal("", i2c.recv(2, 0x38, 6))
    assert.equal("", i2c.read(2, 0x10, 6))
    assert.equal("", i2c.read(2, 0x38, 0x10, 6))
    assert.equal(0, select("#", i2c.recv(2, 0x38, 0)))
    assert.equal(1, i2c.close(2))
end)

it("transfers show in --trace, the missing end once", function()
    local output = runner.run([[
        i2c.setup(2, i2c.SLOW, 0x48)
        i2c.setup(2, i2c.SLOW, 0x48)
        i2c.send(2, 0x38, { 0xac, 0x33, 0 })
        i2c.read(2, 7, 2)
    ]], "--trace")
    assert.equal(1, select(2, output:gsub("nothing is attached to i2c 2", "")))
    local lines = {}
    for line in output:gmatch "i2c: ([^\n]+)" do
        lines[#lines + 1] = line
    end
    assert.same({ "2: to 0x38: ac 33 00", "2: to 0x48: 07", "2: 2 bytes from 0x48" }, lines)
end)

it("names wrong values", function()
    fails("i2c.setup: id: 1 to 3 expected, got 4", i2c.setup, 4, i2c.SLOW)
    fails("i2c.setup: speed: number expected, got nil", i2c.setup, 2)
    fails("i2c.send: address: number expected, got nil", i2c.send, 2)
    fails("i2c.send: data: byte, string or list of bytes expected, got nil", i2c.send, 2, 0x38)
    fails('i2c.send: data: number expected, got "x"', i2c.send, 2, 0x38, { "x" })
    fails("i2c.write: register: number expected, got table", i2c.write, 2, {}, "x")
    fails("i2c.recv: count: number expected, got nil", i2c.recv, 2, 0x38)
end)
