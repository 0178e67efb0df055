--- `adc`: analogue inputs.
require "luatos"
local board = require "board"
local fails = require "fails"

after_each(function()
    adc.close(2)
    board.analog(2, 0)
end)

it("an open input reads its voltage, another one is invalid", function()
    assert.same({ 0xffff, 0xffff }, { adc.read(2) })
    assert.equal(1, adc.open(2))
    assert.same({ 0, 0 }, { adc.read(2) })
    board.analog(2, 1200)
    assert.same({ 400, 1200 }, { adc.read(2) })
    assert.same({ 400, 1200 }, { adc.read "2" })
    assert.equal(1, adc.close(2))
    assert.same({ 0xffff, 0xffff }, { adc.read(2) })
end)

it("a range has an end", function()
    board.analog(2, 3000)
    assert.equal(1, adc.open(2, adc.SCALE_1V250))
    assert.equal(1250, select(2, adc.read(2)))
    assert.equal(0, adc.open(2, 17))
end)

it("names wrong values", function()
    for _, name in ipairs { "open", "read", "close" } do
        fails("adc." .. name .. ": id: number expected, got nil", adc[name])
        fails("adc." .. name .. ": id: 0 to 7 expected, got 8", adc[name], 8)
    end
end)
