--- `spi`: buses with nothing attached.
require "luatos"
local fails = require "fails"
local runner = require "runner"

after_each(function() spi.close(spi.SPI_1) end)

it("reads as many bytes as it sends, all high", function()
    assert.same({ 0, 1 }, { spi.SPI_1, spi.SPI_2 })
    assert.equal(1, spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1))
    assert.equal(3, spi.send(spi.SPI_1, "abc"))
    assert.equal("\xff\xff\xff", spi.send_recv(spi.SPI_1, "\x9f\0\0"))
    assert.equal(("\xff"):rep(6), spi.recv(spi.SPI_1, 6))
    assert.equal("", spi.recv(spi.SPI_1, 0))
    assert.equal(1, spi.close(spi.SPI_1))
    assert.equal(0, spi.send(spi.SPI_1, "abc"))
    assert.equal("", spi.send_recv(spi.SPI_1, "abc"))
    assert.equal(0, spi.setup(7, 0, 0, 8, 800000))
end)

it("shows in --trace, the missing end once", function()
    local output = runner.run([[
        spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1)
        spi.setup(spi.SPI_1, 0, 0, 8, 800000, 1)
        spi.send_recv(spi.SPI_1, "\x9f\0")
    ]], "--trace")
    assert.equal(1, select(2, output:gsub("nothing is attached to spi 0", "")))
    assert.truthy(output:find("spi: 0: sent 9f 00\n", 1, true), output)
end)

it("names wrong values", function()
    fails("spi.setup: cpha: number expected, got nil", spi.setup, 0)
    fails("spi.send: data: string expected, got nil", spi.send, 0)
    fails("spi.send_recv: data: string expected, got table", spi.send_recv, 0, {})
    fails("spi.recv: count: 0 to 1048576 bytes expected, got -1", spi.recv, 0, -1)
end)
