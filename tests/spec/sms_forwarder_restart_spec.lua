--- examples/sms-forwarder over a restart.
local test = require "luatos.test"

it("a message survives a restart, and goes on when there is a hook", function()
    test.clock.instant()
    local hook = test.http()
    hook:stop()
    test.project("examples/sms-forwarder", {
        lib = { "examples/sockets" }, connect_to = { hook:at "hook.example:80" },
    })
    test.device.sms("10086", "kept")
    test.expect_log("refused", 60000)
    test.clock.advance(5000)
    assert.same({}, test.device.state().messages.stored)
    hook:restart()
    test.restart()
    assert.truthy(hook:request(600000).body:find('"text":"kept"', 1, true))
    test.clock.advance(5000)
    assert.equal(1, #hook.requests)
end)
