--- `pmd`: battery, charger, voltage domains and sleep.
require "luatos"
require "sys"
local board = require "board"
local eventually = require("peer").eventually
local fails = require "fails"
local runner = require "runner"

it("tells of battery and charger, in a message and when asked", function()
    local messages = {}
    rtos.on(rtos.MSG_PMD, function(message) messages[#messages + 1] = message end)
    local before = { pmd.param_get() }
    assert.same({ true, 4000, 75, false, 0 }, before)
    board.charger(true)
    board.charger(true)
    board.battery(4200)
    assert.same({ true, 4200, 100, true, 2 }, { pmd.param_get() })
    assert.is_true(pmd.charger())
    board.battery(4000)
    board.charger(false)
    assert.same(before, { pmd.param_get() })
    eventually(function() return #messages == 4 end, "four messages")
    assert.same({ id = rtos.MSG_PMD, present = true, voltage = 4000, level = 75, charger = true, state = 1 },
        messages[1])
    assert.same({ true, 2 }, { messages[2].charger, messages[2].state })
    assert.same({ false, 0 }, { messages[4].charger, messages[4].state })
    rtos.on(rtos.MSG_PMD, nil)
end)

it("init takes settings that the charger has", function()
    assert.equal(1, pmd.init { ccCurrent = 500, fullCurrent = 30, ccLevel = 4050, batdetectEnable = 0 })
    assert.equal(0, pmd.init { ccCurrent = 501 })
    assert.equal(0, pmd.init { cvLevel = 5000 })
    fails("pmd.init: settings: table expected, got nil", pmd.init)
    fails("pmd.init: ccLevel: number expected, got table", pmd.init, { ccLevel = {} })
end)

it("has the numbers of the device", function()
    assert.same({ 0, 1, 2, 3, 4 }, { pmd.LDO_VLCD, pmd.LDO_VMMC, pmd.LDO_VSIM1, pmd.LDO_VCAMA, pmd.LDO_VCAMD })
    local seen = {}
    for name, number in pairs(pmd) do
        if type(number) == "number" then
            assert.is_nil(seen[number], name)
            seen[number] = name
        end
    end
end)

it("whether it may sleep while it waits shows in --trace", function()
    local output = runner.run([[
        pmd.sleep(1)
        pmd.sleep(0)
        rtos.receive(0)
        pmd.sleep(1)
        rtos.receive(0)
        rtos.receive(0)
    ]], "--trace")
    local lines = {}
    for line in output:gmatch "power: ([^\n]+)" do
        lines[#lines + 1] = line
    end
    assert.same({ "stays awake", "may sleep" }, lines)
    fails("pmd.sleep: 0 or 1: number expected, got nil", pmd.sleep)
end)

it("--modem sets the battery", function()
    assert.equal("true 3700 37 false 0\n", runner.run("print(pmd.param_get())", "--modem battery=3700"))
end)
