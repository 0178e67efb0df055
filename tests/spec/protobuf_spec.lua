--- `protobuf.c`: messages, beside Google's protoc.
require "luatos"

local c = require "protobuf.c"

--- What a command prints, given an input.
local function piped(command, input)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(input)
    file:close()
    local process = io.popen(command .. " <" .. path)
    local output = process:read "a"
    assert(process:close(), command)
    os.remove(path)
    return output
end

local PROTO = "tests/support/sample.proto"

--- The bytes of a message in the text format, by protoc.
local function by_protoc(text)
    return piped("protoc --encode=test.sample.Sample " .. PROTO, text)
end

--- The text format of a message, by protoc, in one line.
local function text_of(bytes)
    return (piped("protoc --decode=test.sample.Sample " .. PROTO, bytes):gsub("%s+", " "):gsub(" $", ""))
end

local env

setup(function()
    env = c._env_new()
    c._env_register(env, piped("protoc --descriptor_set_out=/dev/stdout " .. PROTO, ""))
end)

--- The encoded message that `fill` fills.
local function written(fill)
    local message = c._wmessage_new(env, "test.sample.Sample")
    fill(message)
    local bytes = c._wmessage_buffer_string(message)
    assert.same({ bytes, #bytes }, { c._wmessage_buffer(message) })
    c._wmessage_delete(message)
    return bytes
end

--- A message as a table, with the messages in it.
local function decoded(bytes, kind)
    local target = {}
    local function submessage(name, data)
        return decoded(data, name)
    end
    assert.is_true(c._decode(env, submessage, target, kind or "test.sample.Sample", bytes), c._last_error(env))
    return target
end

--- 32 bits as a light userdata: read from field 7, which has a fixed width.
local function light(bits)
    local message = c._rmessage_new(env, "test.sample.Sample", "\x3d" .. string.pack("<I4", bits))
    return c._rmessage_int32(message, "fixed", 0)
end

describe("writing", function()
    it("makes what protoc reads", function()
        local bytes = written(function(message)
            c._wmessage_integer(message, "id", 0)
            c._wmessage_integer(message, "delta", -3)
            c._wmessage_uint52(message, "count", 4294967295)
            c._wmessage_int52(message, "signed", -2 ^ 40)
            c._wmessage_uint52(message, "big", 2 ^ 52)
            c._wmessage_int52(message, "zigzag", -2)
            c._wmessage_int32(message, "fixed", light(0xdeadbeef))
            c._wmessage_int64(message, "wide", string.pack("<i8", -5))
            c._wmessage_real(message, "small", 0.5)
            c._wmessage_real(message, "ratio", -1.25)
            c._wmessage_integer(message, "flag", 1)
            c._wmessage_string(message, "name", "luat")
            c._wmessage_string(message, "raw", "\0\xff")
            c._wmessage_string(message, "kind", "LAST")
            c._wmessage_string(c._wmessage_message(message, "inner"), "text", "deep")
            for number = 1, 3 do
                c._wmessage_integer(message, "packed", number)
                c._wmessage_string(c._wmessage_message(message, "list"), "text", "n" .. number)
            end
            c._wmessage_string(message, "kinds", "FIRST")
            c._wmessage_integer(message, "kinds", 7)
            local entry = c._wmessage_message(message, "counts")
            c._wmessage_string(entry, "key", "k")
            c._wmessage_integer(entry, "value", 4)
            c._wmessage_integer(message, "left", 1)
            c._wmessage_integer(message, "right", 2)
            c._wmessage_integer(message, "test.sample.extra", 9)
        end)
        assert.equal('id: 0 delta: -3 count: 4294967295 signed: -1099511627776 big: 4503599627370496 zigzag: -2 '
            .. 'fixed: 3735928559 wide: -5 small: 0.5 ratio: -1.25 flag: true name: "luat" raw: "\\000\\377" '
            .. 'kind: LAST inner { text: "deep" } packed: 1 packed: 2 packed: 3 list { text: "n1" } '
            .. 'list { text: "n2" } list { text: "n3" } kinds: FIRST kinds: LAST counts { key: "k" value: 4 } right: 2 '
            .. '[test.sample.extra]: 9', text_of(bytes))
    end)

    it("leaves out an optional value that is the default", function()
        assert.equal("id: 0 inner { }", text_of(written(function(message)
            c._wmessage_integer(message, "id", 0)
            c._wmessage_integer(message, "count", 5)
            c._wmessage_string(message, "kind", "SECOND")
            c._wmessage_integer(message, "flag", 0)
            c._wmessage_string(c._wmessage_message(message, "inner"), "text", 'a"bé')
        end)))
    end)
end)

describe("reading", function()
    local TEXT = 'id: -1 delta: 7 count: 4000000000 signed: -5 big: 9 zigzag: -9 fixed: 1 wide: -1 small: 1.5 ratio: 2 '
        .. 'flag: true name: "n" raw: "\\377" kind: FIRST inner { inner { text: "x" } } packed: [ 1, -2 ] '
        .. 'list { } list { text: "y" } kinds: LAST counts { key: "a" value: 1 } left: 3 [test.sample.extra]: 8'

    it("decodes what protoc makes", function()
        local message = decoded(by_protoc(TEXT))
        assert.equal(string.pack("<i8", -1), message.wide)
        assert.equal("userdata", type(message.fixed))
        message.wide, message.fixed = nil, nil
        assert.same({
            id = -1, delta = 7, count = 4000000000, signed = -5, big = 9, zigzag = -9, small = 1.5, ratio = 2,
            flag = true, name = "n", raw = "\xff", kind = "FIRST", inner = { inner = { text = "x" } },
            packed = { 1, -2 }, list = { {}, { text = "y" } }, kinds = { "LAST" },
            counts = { { key = "a", value = 1 } }, left = 3, ["test.sample.extra"] = 8,
        }, message)
        assert.equal("integer", math.type(message.ratio))
    end)

    it("answers questions about single fields", function()
        local message = c._rmessage_new(env, "test.sample.Sample", by_protoc(TEXT))
        assert.equal(-1, c._rmessage_integer(message, "id", 0))
        assert.equal(4000000000, c._rmessage_uint52(message, "count", 0))
        assert.equal(-5, c._rmessage_int52(message, "signed", 0))
        assert.equal(string.pack("<i8", -1), c._rmessage_int64(message, "wide", 0))
        assert.equal(1.5, c._rmessage_real(message, "small", 0))
        assert.equal("n", c._rmessage_string(message, "name", 0))
        assert.equal("FIRST", c._rmessage_string(message, "kind", 0))
        assert.equal(0, c._rmessage_integer(message, "kind", 0))
        assert.equal(2, c._rmessage_size(message, "packed"))
        assert.equal(-2, c._rmessage_integer(message, "packed", 1))
        assert.equal("y", c._rmessage_string(c._rmessage_message(message, "list", 1), "text", 0))
        assert.same({ 1, 0 }, { c._rmessage_size(message, "left"), c._rmessage_size(message, "right") })
    end)

    it("has default values for what is absent", function()
        local message = c._rmessage_new(env, "test.sample.Sample", "")
        assert.equal(5, c._rmessage_uint52(message, "count", 0))
        assert.equal("SECOND", c._rmessage_string(message, "kind", 0))
        assert.equal('a"bé', c._rmessage_string(c._rmessage_message(message, "inner", 0), "text", 0))
        assert.equal(0, c._rmessage_size(message, "list"))
    end)

    it("passes text on that is not UTF-8", function()
        local bytes = written(function(message)
            c._wmessage_string(message, "name", "\xce\xd2")
        end)
        assert.equal("\xce\xd2", decoded(bytes).name)
    end)
end)

describe("a pattern", function()
    local function pattern(fields)
        return c._pattern_new(env, "test.sample.Sample", "@" .. fields)
    end

    it("packs and unpacks some fields", function()
        local some = pattern "id %d big %D name %s flag %d ratio %F inner %s packed %a list %a"
        local inner = c._wmessage_new(env, "test.sample.Inner")
        c._wmessage_string(inner, "text", "deep")
        inner = c._wmessage_buffer_string(inner)
        local format = "iusbrmIM"
        local bytes = c._pattern_pack(some, format, c._pattern_size(format),
            -7, 2 ^ 40, "n", true, 0.5, inner, { 1, 2 }, { inner, { "", 0 } })
        assert.equal('id: -7 big: 1099511627776 ratio: 0.5 flag: true name: "n" inner { text: "deep" } packed: 1 '
            .. 'packed: 2 list { text: "deep" } list { }', text_of(bytes))
        assert.same({ -7, 2 ^ 40 | 0, "n", true, 0.5, { inner, #inner }, { 1, 2 }, { { inner, #inner }, { "", 0 } } },
            { c._pattern_unpack(some, format, 0, bytes) })
        assert.equal(0, select("#", c._pattern_unpack(some, format, 0, "\xff")))
        c._pattern_delete(some)
    end)

    it("has fields that exist", function()
        assert.is_nil((pattern "none %d"))
        assert.equal("test.sample.Sample has no field none", c._last_error(env))
        assert.has_error(function() return c._pattern_pack(pattern "packed %a", "I", 8, 1) end,
            "protobuf.c._pattern_pack: packed: table expected, got 1")
    end)
end)

it("knows the types of fields", function()
    local function field(name)
        return { c._env_type(env, "test.sample.Sample", name) }
    end
    local codes = {}
    local names = { "id", "small", "flag", "name", "wide", "fixed", "raw", "zigzag", "big", "packed", "none" }
    for _, name in ipairs(names) do
        codes[#codes + 1] = field(name)[1]
    end
    assert.same({ 1, 2, 3, 5, 7, 8, 9, 10, 11, 129, 0 }, codes)
    assert.same({ 4, "test.sample.Kind" }, field "kind")
    assert.same({ 128 + 6, "test.sample.Inner" }, field "list")
    assert.is_true(c._env_type(env, "test.sample.Inner"))
    assert.is_false(c._env_type(env, "test.sample.Nobody"))
    assert.equal(7, c._env_enum_id(env, "test.sample.Kind", "LAST"))
    assert.equal(0, select("#", c._env_enum_id(env, "test.sample.Kind", "NONE")))
end)

describe("what is wrong", function()
    it("with data or the name of a type is kept", function()
        assert.is_false(c._decode(env, print, {}, "test.sample.Sample", "\xff"))
        assert.truthy(c._last_error(env):find "^decode context error")
        assert.is_nil((c._wmessage_new(env, "test.sample.Nobody")))
        assert.equal("Proto not found: test.sample.Nobody", c._last_error(env))
    end)

    it("with a call is raised", function()
        local message = c._wmessage_new(env, "test.sample.Sample")
        assert.has_error(function() return c._env_register(env, "\xff") end)
        assert.has_error(function() return c._wmessage_integer(message, "none", 1) end,
            "protobuf.c._wmessage_integer: test.sample.Sample has no field none")
        assert.has_error(function() return c._wmessage_integer(message, "name", 1) end,
            "protobuf.c._wmessage_integer: field name is of another type")
        assert.has_error(function() return c._wmessage_string(message, "kind", "NONE") end,
            "protobuf.c._wmessage_string: field kind has no value NONE")
        assert.has_error(function() return c._wmessage_integer(env, "id", 1) end,
            "protobuf.c._wmessage_integer: message of _wmessage_new expected, got userdata")
        assert.has_error(function() return c._wmessage_uint52(message, "big", -1) end,
            "protobuf.c._wmessage_uint52: negative number -1 passed to unsigned big")
    end)

    it("of a kind that cannot be decoded into is named", function()
        local function refused(expected, ...)
            local ok, problem = pcall(c._decode, env, ...)
            assert.is_false(ok)
            assert.equal("protobuf.c._decode: " .. expected, problem)
        end
        refused("submessage: function expected, got nil", nil, {}, "test.sample.Sample", "")
        refused("table: table expected, got 1", print, 1, "test.sample.Sample", "")
        refused("data: string expected, got true", print, {}, "test.sample.Sample", true)
    end)

    it("with messages within messages beyond measure is raised", function()
        local message = c._wmessage_message(c._wmessage_new(env, "test.sample.Sample"), "inner")
        local ok, problem
        for _ = 1, 200 do
            ok, problem = pcall(c._wmessage_message, message, "inner")
            if not ok then
                break
            end
            message = problem
        end
        assert.is_false(ok)
        assert.truthy(problem:find "more than 100 messages")
    end)
end)
