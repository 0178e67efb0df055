--- The description of the API of `luatos --board`.
package.path = "scripts/?.lua;" .. package.path
local device = require("luatos").device
local json = require "json" or json
local openapi = require "types.openapi"
local read = require("text_file").read

--- Functions of the door that the API cannot have: they take functions, or return objects.
local WITHOUT = { on = true, i2c = true, spi = true, uart = true }

--- Paths that are no calls.
local FURTHER = { changes = true, ["files/{path}"] = true, ["openapi.json"] = true }

it("is as the declarations of the table device have it", function()
    assert(read(openapi.PATH) == openapi.text(), openapi.PATH .. ": make types has to be run")
end)

it("has exactly the functions of the table device", function()
    local known, described = { ["uart.read"] = true, ["uart.write"] = true }, {}
    for name in pairs(device) do
        known[name] = not WITHOUT[name] or nil
    end
    for path in pairs(json.decode(read(openapi.PATH)).paths) do
        local name = path:match "^/api/(.*)$"
        described[name] = not FURTHER[name] or nil
    end
    assert.same(known, described)
end)
