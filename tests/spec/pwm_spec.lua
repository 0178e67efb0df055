--- `pwm`, and `misc.openPwm` on it.
require "luatos"
local fails = require "fails"
local runner = require "runner"

it("an open channel takes the signals that it has", function()
    assert.equal(0, pwm.set(0, 500, 100))
    assert.equal(1, pwm.open(0))
    assert.equal(1, pwm.set(0, 500, 100))
    assert.equal(0, pwm.set(0, 3000, 100))
    assert.equal(1, pwm.close(0))
    assert.equal(0, pwm.close(0))
    assert.equal(0, pwm.open(9))
end)

it("shows in --trace, each signal once", function()
    local output = runner.run([[
        require "misc"
        misc.openPwm(0, 500, 100)
        misc.openPwm(0, 500, 100)
        misc.openPwm(1, 2, 8)
        misc.closePwm(0)
    ]], "--trace")
    local lines = {}
    for line in output:gmatch "pwm: ([^\n]+)" do
        lines[#lines + 1] = line
    end
    assert.same({ "0: 50000 Hz, 20 % high", "1: 500 ms, of that 124 ms high", "0: closed" }, lines)
end)

it("names wrong values", function()
    fails("pwm.open: id: number expected, got nil", pwm.open)
    fails('pwm.set: first number: number expected, got "x"', pwm.set, 0, "x")
    fails("pwm.close: id: number expected, got table", pwm.close, {})
end)
