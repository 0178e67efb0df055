--- The parts of examples/sms-forwarder that a scenario does not reach: what other implementations send, and parts that
-- come in any order or not at all.
require "luatos"

local MODULES = { "config", "pdu", "parts" }
local NOW = 1795655287

local path = package.path
local pdu, parts

setup(function()
    package.path = "examples/sms-forwarder/?.lua;" .. path
    require "config"
    pdu, parts = require "pdu", require "parts"
end)

teardown(function()
    package.path = path
    for _, name in ipairs(MODULES) do
        package.loaded[name], _G[name] = nil, nil
    end
end)

--- What Gammu sends for a text, read by `pdu.lua`, in the order of the parts.
local function from_gammu(number, text)
    local file_name = os.tmpname()
    local file = assert(io.open(file_name, "w"))
    file:write(text)
    file:close()
    local process = assert(io.popen(("/usr/bin/python3 tests/support/sms.py deliver %s <%s"):format(number, file_name)))
    local list = {}
    for line in process:lines() do
        list[#list + 1] = assert(pdu.read(line))
    end
    assert(process:close())
    os.remove(file_name)
    return list
end

describe("a message from Gammu", function()
    it("is read with sender and text", function()
        for _, case in ipairs {
            { "+8613800000000", "hello @$ {[~]} \\ |^", "gsm" }, { "10086", "您的验证码是 123456", "ucs2" },
            { "10086", ("x"):rep(160), "gsm" }, { "10086", "emoji 😀", "ucs2" },
        } do
            local list = from_gammu(case[1], case[2])
            assert.equal(1, #list)
            local part = list[1]
            assert.same({ case[1], case[2], case[3], 1, 1 },
                { part.from, pdu.text(part.alphabet, part.data), part.alphabet, part.number, part.total })
            assert.truthy(part.time:find "^2026%-11%-26T09:08:07[+-]%d%d:%d%d$", part.time)
        end
    end)

    it("is joined, in whatever order its parts come", function()
        for _, text in ipairs { ("hello {"):rep(60), ("一条很长的消息"):rep(60) } do
            local all, list = {}, from_gammu("10086", text)
            assert.is_true(#list > 2)
            for index = #list, 2, -1 do
                assert.is_nil(parts.add(all, list[index], NOW))
                -- A part that comes twice.
                assert.is_nil(parts.add(all, list[index], NOW))
            end
            assert.equal(text, parts.add(all, list[1], NOW).text)
            assert.is_nil(next(all))
        end
    end)

    it("goes on with a gap when a part does not come", function()
        local all, list = {}, from_gammu("10086", ("x"):rep(153 * 3))
        for _, index in ipairs { 1, 3 } do
            parts.add(all, list[index], NOW)
        end
        assert.same({}, parts.overdue(all, NOW))
        local messages = parts.overdue(all, NOW + 1)
        assert.equal(1, #messages)
        assert.equal(("x"):rep(153) .. "[...]" .. ("x"):rep(153), messages[1].text)
        assert.is_nil(next(all))
    end)
end)

it("a character that is split between two parts is whole", function()
    local all = {}
    local function part(number, data)
        return { from = "1", time = "", alphabet = "ucs2", data = data, reference = 1, total = 2, number = number }
    end
    parts.add(all, part(1, "\0a\xd8\x3d"), NOW)
    assert.equal("a😀b", parts.add(all, part(2, "\xde\0\0b"), NOW).text)
end)

it("what is no message is named", function()
    for _, case in ipairs { { "", "too early" }, { "00", "too early" }, { "0001", "no SMS%-DELIVER" },
        { "000405A101", "too early" } } do
        local message, why = pdu.read(case[1])
        assert.is_nil(message)
        assert.truthy(why:find(case[2]), why)
    end
end)
