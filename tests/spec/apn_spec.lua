--- `apn`: access points of operators.
require "luatos"
local fails = require "fails"

it("knows the networks of China by BCD numbers", function()
    assert.same({ "CMNET", "", "" }, { apn.get_default_apn(0x460, 0x00) })
    assert.equal("UNINET", (apn.get_default_apn(0x460, 0x01)))
    assert.equal("CTNET", (apn.get_default_apn(0x460, 0x11)))
    assert.same({ "", "", "" }, { apn.get_default_apn(0x262, 0x01) })
    fails("apn.get_default_apn: mnc: number expected, got nil", apn.get_default_apn, 0x460)
end)
