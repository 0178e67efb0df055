--- `json`: what it reads and writes, beside lua-cjson, whose behaviour it has, and Python.
require "luatos"
local cjson = require "cjson"
local runner = require "runner"
local vectors = require "vectors"

local core = require "json"
-- A table of its own: `patch`, which other specs load, replaces `decode` in the core table. Lua takes the names in
-- its messages from the loaded modules.
local json = core.new()
package.loaded.json = json

teardown(function() package.loaded.json = core end)

--- The error of a call, without the name of the function in it.
local function failure(fn, ...)
    local ok, message = pcall(fn, ...)
    assert.is_false(ok)
    return (message:gsub("'c?json%.([%w_]+)'", "'%1'"))
end

--- A value with all its numbers as floats, as lua-cjson returns them.
local function floats(value)
    if type(value) == "table" then
        local copy = {}
        for key, member in pairs(value) do
            copy[key] = floats(member)
        end
        return copy
    end
    return type(value) == "number" and value + 0.0 or value
end

--- What decoding a text gives: the value, or the message.
local function decoded(library, text)
    local ok, value = pcall(library.decode, text)
    -- NaN is not equal to itself.
    return ok and (value ~= value and "NaN" or floats(value)) or value
end

describe("decode", function()
    it("agrees with lua-cjson about texts good and bad", function()
        for _, text in ipairs {
            "", " ", "1", "-1", "1.5", "1e3", "1E+2", "1e-2", "0", "-0", "01", "-01", "1.", "-.5", ".5", "+1", "+", "-",
            "1e", "1e+", "0x10", "-0X1F", "0x", "0x.8p1", "inf", "-inf", "Infinity", "-iNfInItY", "nan", "-NaN", "nanx",
            "1e999", "1e-999", "12345678901234567890", "9007199254740993", "0.1e1x", "true", "false", "null", "True",
            "nul", "truefalse", "t", "f", "n", "i", "I", "N", "a", "'x'", "//", "[", "]", "{", "}", "[]", "{}", "[ ]",
            "{ }", "[,]", "[1,]", "[1 2]", "[1,,2]", "[1", "[1,", "{,}", '{"a"}', '{"a":}', '{"a":1', '{"a":1,',
            '{"a":1,}', '{"a" 1}', "{1:2}", '{"a":1 "b"}', '{"a":{"b":[]}}', '{"a":1,"a":2}', "[1}", '{"a":1]', "1 2",
            '"a', '"', '"\\', '"\\"', '"\\q"', '"\\u12"', '"\\u12g4"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"',
            '"\\ude00"', '"\\ud83dx"', '"\\ud83d\\u0041"', '"\\u0000"', '"a\\/b\\b\\f\\n\\r\\t\\\\"', '"\1\31\127"',
            '"\xff\xfe"', '"a\nb"', '"a\0b"', "1\0 2", "\0", "1\0", "[1\0]", "\xef\xbb\xbf1", "\xff", "1 ", "\t1\r\n",
            "\v1", "[null,true]", '{"":""}', "[[[[]]]]", "[1.50]", "-0.0",
        } do
            assert.same({ text, decoded(cjson, text) }, { text, decoded(json, text) })
        end
    end)

    it("agrees with lua-cjson about texts with random mistakes", function()
        math.randomseed(11)
        local bytes = [[{}[]:,"\u0019-.eE tfnaINrl]] .. "\0\n\xff"
        for _, vector in ipairs(vectors "json") do
            for _ = 1, 5 do
                local place = math.random(0, #vector.text)
                local choice = math.random(#bytes)
                local text = vector.text:sub(1, place) .. bytes:sub(choice, choice)
                    .. vector.text:sub(place + math.random(3))
                assert.same({ text, decoded(cjson, text) }, { text, decoded(json, text) })
            end
        end
    end)

    it("reads what Python writes", function()
        for _, vector in ipairs(vectors "json") do
            assert.same(floats(vector.value), floats(json.decode(vector.text)))
        end
    end)

    it("gives integers for whole numbers", function()
        local numbers = json.decode "[1, -2.0, 1e3, 0x10, 9007199254740992]"
        assert.same({ 1, -2, 1000, 16, 2 ^ 53 // 1 | 0 }, numbers)
        for _, number in ipairs(numbers) do
            assert.equal("integer", math.type(number))
        end
        for _, text in ipairs { "1.5", "1e16", "-0", "1e999" } do
            assert.equal("float", math.type(json.decode(text)), text)
        end
    end)

    it("takes 1000 levels and no more", function()
        local deep = json.decode(("["):rep(1000) .. ("]"):rep(1000))
        local levels = 0
        while deep do
            levels, deep = levels + 1, deep[1]
        end
        assert.equal(1000, levels)
        local text = ("["):rep(600) .. ('{"a":'):rep(401)
        assert.equal(failure(cjson.decode, text), failure(json.decode, text))
    end)

    it("has null for null", function()
        local list = json.decode "[null,2]"
        assert.equal(json.null, list[1])
        assert.equal("userdata", type(json.null))
    end)

    it("names what is wrong with its arguments", function()
        for _, arguments in ipairs { {}, { 1, 2 }, { print }, { {} } } do
            assert.equal(failure(cjson.decode, table.unpack(arguments)), failure(json.decode, table.unpack(arguments)))
        end
        assert.equal("bad argument #1 to 'decode' (string expected, got nil)", failure(json.decode, nil))
        assert.equal(5, json.decode(5))
    end)

    it("says where the script has called it", function()
        local _, message = pcall(function() return json.decode "{" .. "" end)
        assert.truthy(message:find "^tests/spec/json_spec.lua:%d+: Expected object key string but found T_END at")
    end)
end)

describe("encode", function()
    --- What encoding a value gives: the text, or the message.
    local function encoded(library, value)
        local ok, text = pcall(library.encode, value)
        return ok and text or text:gsub("^[^ ]*:%d+: ", "")
    end

    it("agrees with lua-cjson", function()
        for _, value in ipairs {
            0, -1, 1.5, 0.1, 1 / 3, 1e14, 1e15, 123456789012345, -1e-5, 1e300, -0.0, 2 ^ 53, 99999999999999.9,
            1 / 0, -1 / 0, 0 / 0, true, false, json.null, "", "a", '"\\/\b\f\n\r\t\0\1\31\127', "\xff\xc3", "é",
            {}, { 1 }, { 1, 2, 3 }, { {}, { {} } }, { a = 1 }, { [1] = 1, [3] = 3 }, { [10] = 1 }, { [11] = 1 },
            { 1, 2, 3, 4, 5, 6, [12] = 12 }, { 1, 2, 3, 4, 5, 6, [13] = 13 }, { [0] = 1 }, { [-1] = 1 }, { [1.5] = 1 },
            { [true] = 1 }, { [{}] = 1 }, { print }, { coroutine.create(print) }, { a = io.stdout },
            { 1, a = 2 }, { ["1"] = 1 }, { [-1e15] = 2 }, { [1] = json.null, [2] = false }, { 1, nil, 3 },
        } do
            if type(value) == "table" and value[1] and value.a then
                -- Two orders are right.
                assert.truthy(({ ['{"1":1,"a":2}'] = true, ['{"a":2,"1":1}'] = true })[json.encode(value)])
            else
                assert.equal(encoded(cjson, value), encoded(json, value))
            end
        end
    end)

    it("writes what lua-cjson reads", function()
        for _, vector in ipairs(vectors "json") do
            local text = json.encode(vector.value)
            assert.equal(cjson.encode(vector.value), text)
            assert.same(cjson.decode(text), floats(json.decode(text)))
        end
    end)

    it("keeps the 14 digits that the device prints", function()
        math.randomseed(3)
        for _ = 1, 3000 do
            local number = (math.random() - 0.5) * 10.0 ^ math.random(-30, 30)
            assert.equal(("%.14g"):format(number), json.encode(number))
            assert.equal(number // 1, json.decode(("%.17g"):format(number // 1)))
        end
    end)

    it("takes 1000 levels and no more", function()
        local deep = {}
        for _ = 1, 999 do
            deep = { deep }
        end
        assert.equal(("["):rep(999) .. "{}" .. ("]"):rep(999), json.encode(deep))
        assert.equal("Cannot serialise, excessive nesting (1001)", encoded(json, { deep }))
        local ring = {}
        ring[1] = ring
        assert.equal(encoded(cjson, ring), encoded(json, ring))
    end)

    it("does not write out what is almost nothing", function()
        assert.equal("Cannot serialise table: excessively sparse array", encoded(json, { [2 ^ 40 | 0] = 1 }))
    end)

    it("pays no heed to metatables", function()
        local table = setmetatable({ 1 }, { __index = error, __len = error, __pairs = error })
        assert.equal("[1]", json.encode(table))
    end)

    it("names what is wrong with its arguments", function()
        assert.equal("bad argument #1 to 'encode' (expected 1 argument)", failure(json.encode))
        assert.equal(failure(cjson.encode, 1, 2), failure(json.encode, 1, 2))
    end)
end)

describe("settings", function()
    --- All that is set, as a list.
    local function settings(library)
        return { library.encode_sparse_array(), select(2, library.encode_sparse_array()), library.encode_max_depth(),
            library.decode_max_depth(), library.encode_number_precision(), library.encode_keep_buffer(),
            library.encode_invalid_numbers(), library.decode_invalid_numbers() }
    end

    it("start as lua-cjson's", function()
        assert.same(settings(cjson.new()), settings(json.new()))
    end)

    it("hold for the table that new made", function()
        for _, library in ipairs { cjson.new(), json.new() } do
            assert.same({ true, 3, 5 }, { library.encode_sparse_array("on", 3, 5) })
            assert.equal('{"100":1}', library.encode { [100] = 1 })
            assert.equal(2, library.encode_max_depth(2))
            assert.is_false((pcall(library.encode, { { {} } })))
            assert.equal(1, library.decode_max_depth(1))
            assert.is_false((pcall(library.decode, "[[1]]")))
            assert.equal(3, library.encode_number_precision(3))
            assert.equal("3.14", library.encode(math.pi))
            assert.equal("null", library.encode_invalid_numbers "null")
            assert.equal("[null,null]", library.encode { 0 / 0, 1 / 0 })
            assert.is_true(library.encode_invalid_numbers(true))
            assert.equal("[nan,-inf]", library.encode { 0 / 0, -1 / 0 })
            assert.is_false(library.decode_invalid_numbers(false))
            for _, text in ipairs { "0x10", "01", "+1", "nan", "-inf" } do
                assert.is_false((pcall(library.decode, text)), text)
            end
            assert.equal(10, library.decode "10")
            assert.is_false(library.encode_keep_buffer "off")
        end
        assert.equal("3.1415926535898", json.encode(math.pi))
    end)

    it("are checked", function()
        for _, case in ipairs {
            { "encode_max_depth", 0 }, { "encode_max_depth", "x" }, { "encode_max_depth", 1, 2 },
            { "encode_number_precision", 15 }, { "encode_invalid_numbers", "maybe" }, { "encode_sparse_array", {} },
        } do
            assert.equal(failure(cjson[case[1]], select(2, table.unpack(case))),
                failure(json[case[1]], select(2, table.unpack(case))))
        end
    end)
end)

it("a finalizer may decode while something is decoded", function()
    local text = json.encode { 1, { a = "b" }, { { 2 } } }
    local count = 0
    local function litter()
        setmetatable({}, { __gc = function()
            count = count + 1
            assert(json.encode(json.decode(text)) == text)
        end })
    end
    local long = {}
    for index = 1, 2000 do
        long[index] = { name = "n" .. index, list = { index, { index } } }
    end
    long = json.encode(long)
    for _ = 1, 20 do
        for _ = 1, 20 do
            litter()
        end
        local value = json.decode(long)
        assert(#value == 2000 and value[2000].list[2][1] == 2000 and value[7].name == "n7")
    end
    collectgarbage()
    assert.is_true(count >= 380)
end)

it("patch makes decode return an empty table, false and the error", function()
    local output, status = runner.run [[
        require "sys"
        print(json.decode("[1]")[1], select(2, json.decode "[1]"))
        local value, ok, message = json.decode "["
        print(type(value), next(value), ok, message)
        print(json == require "json")
    ]]
    assert.equal("1 true\ntable nil false Expected value but found T_END at character 2\ntrue\n", output)
    assert.equal(0, status)
end)
