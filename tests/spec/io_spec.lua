--- The device's open files beside Lua's own: the same calls on files of the same content give the same results,
-- but that `write` returns true.
local raw_open, raw_lines, raw_type, raw_tmpname, raw_remove = io.open, io.lines, io.type, os.tmpname, os.remove
require "luatos"

local DEVICE = "/ldata/io_spec"

local host

--- Gives both files a content.
local function fill(content)
    for path, open in pairs { [host] = raw_open, [DEVICE] = io.open } do
        local file = assert(open(path, "wb"))
        file:write(content)
        file:close()
    end
end

--- Both files, opened in a mode.
local function open(mode)
    return { raw_open(host, mode), io.open(DEVICE, mode) }
end

--- The results of a call, with what differs on purpose made alike.
local function call(file, method, ...)
    local results = table.pack(pcall(file[method], file, ...))
    if results[2] == file then
        results[2] = true
    end
    return results
end

--- Calls a method of both files.
local function assert_same(files, method, ...)
    local expected, found = call(files[1], method, ...), call(files[2], method, ...)
    if not expected[1] then
        -- The words of errors differ, where nobody relies on them.
        assert.is_false(found[1])
        return
    end
    local values = table.pack(...)
    for index = 1, values.n do values[index] = tostring(values[index]) end
    assert.same(expected, found, method .. "(" .. table.concat(values, ", ") .. ")")
    for index = 1, expected.n do
        assert.equal(math.type(expected[index]), math.type(found[index]))
    end
end

setup(function()
    host = raw_tmpname()
end)

teardown(function()
    raw_remove(host)
    os.remove(DEVICE)
end)

describe("reads", function()
    local CONTENTS = {
        "", "\n", "a", "a\n", "\n\n", "a\r\nb\n\nc", "\0\n\0", "12 0x1F -3.5e2 .5 5. 1e 0x - x 7\n8", "  \n\t 42",
        "nan inf 1e400 9223372036854775807 9223372036854775808 0xffffffffffffffffff 0x1p4 0x.8p1 00012",
        ("x"):rep(8191) .. "\n" .. ("y"):rep(8192) .. "\n" .. ("z"):rep(20000), ("1"):rep(300),
    }
    local FORMATS = {
        "l", "*l", "L", "*L", "n", "*n", "a", "*a", "*line", "*all", 0, 1, 3, 10000, 2.0, "x", "", "*", "5",
    }

    for number, content in ipairs(CONTENTS) do
        it("content " .. number, function()
            fill(content)
            for _, format in ipairs(FORMATS) do
                local files = open "rb"
                for _ = 1, 6 do
                    assert_same(files, "read", format)
                    assert_same(files, "seek")
                end
                assert_same(files, "read")
                assert_same(files, "read", "n", "l", 2, "a", "a", "l", "a")
                assert_same(files, "close")
            end
        end)
    end
end)

it("any sequence of calls gives the same results and the same file", function()
    local random = math.random
    math.randomseed(17)
    local function some(list) return list[random(#list)] end
    local function text()
        return (("abc\n12 \0\r"):rep(1 + random(3)):sub(random(9), random(27))):rep(some { 1, 1, 1, 500, 3000 })
    end
    local CALLS = {
        function(files) assert_same(files, "read", some { "l", "L", "n", "a", 0, 1, 5, 9000 }) end,
        function(files) assert_same(files, "read", "l", 3, "n") end,
        function(files)
            -- C leaves open what a write after a read does without a seek between them.
            assert_same(files, "seek", "cur", 0)
            assert_same(files, "write", text(), random(100), some { "", text() })
            assert_same(files, "seek", "cur", 0)
        end,
        function(files) assert_same(files, "seek", some { "set", "cur", "end" }, random(-20, 9000)) end,
        function(files) assert_same(files, "seek", "set", random(0, 50)) end,
        function(files) assert_same(files, "flush") end,
    }
    for _, mode in ipairs { "r", "r+b", "w+", "a+b", "w", "a" } do
        for _ = 1, 20 do
            fill(text())
            local files = open(mode)
            if some { true, false, false } then
                assert_same(files, "setvbuf", some { "no", "full", "line" })
            end
            for _ = 1, 30 do
                -- A read from a file that is only written to is an error whose state C keeps.
                local last = mode:find "[+r]" and #CALLS or 0
                if last == 0 then
                    CALLS[random(3, #CALLS)](files)
                else
                    CALLS[random(last)](files)
                end
            end
            assert_same(files, "close")
            local results = open "rb"
            assert_same(results, "read", "a")
            assert_same(results, "close")
        end
    end
end)

it("iterators", function()
    fill "1 one\n2 two\n\n3"
    for _, formats in ipairs { {}, { "l" }, { "*L" }, { "n", "l" }, { 1 }, { "a" }, { 3, "l" } } do
        local function collect(iterator)
            local lines = {}
            for a, b in iterator do
                lines[#lines + 1] = { a, b }
                if #lines > 20 then break end
            end
            return lines
        end
        assert.same(collect(raw_lines(host, table.unpack(formats))), collect(io.lines(DEVICE, table.unpack(formats))))
        local files = open "r"
        assert.same(collect(files[1]:lines(table.unpack(formats))), collect(files[2]:lines(table.unpack(formats))))
        assert_same(files, "close")
    end
    local iterator = io.lines(DEVICE)
    for _ = 1, 4 do iterator() end
    assert.is_nil(iterator())
    assert.has_error(iterator, "attempt to use a closed file")
end)

it("numbers are written as the device prints them", function()
    local file = io.open(DEVICE, "w")
    assert.is_true(file:write(1, " ", 2.0, " ", 2.5, " ", -0.5, " ", 1e100, " ", 10 / 2))
    file:close()
    assert.equal("1 2 2.5 -0.5 1e+100 5", io.open(DEVICE):read "a")
end)

it("misuse is raised at the script's line", function()
    local file = io.open(DEVICE, "w+")
    local function message(fn, ...)
        local ok, text = pcall(fn, ...)
        assert.is_false(ok)
        return text
    end
    local at = "^tests/spec/io_spec.lua:%d+: "
    assert.matches(at .. "bad argument #1 to 'read' %(invalid format%)", message(function() file:read "q" end))
    assert.matches(at .. "bad argument #2 to 'write' %(string expected, got table%)",
        message(function() file:write("a", {}) end))
    assert.matches(at .. "bad argument #1 to 'seek'", message(function() file:seek "middle" end))
    assert.matches(at .. "bad argument #2 to 'seek'", message(function() file:seek("set", "x") end))
    assert.matches(at .. "bad argument #1 to 'setvbuf'", message(function() file:setvbuf "much" end))
    assert.matches(at .. "bad argument #1 to 'open' %(string expected, got no value%)",
        message(function() io.open() end))
    assert.matches(at .. "bad argument #2 to 'open' %(invalid mode%)", message(function() io.open(DEVICE, "rw") end))
    file:close()
    for _, method in ipairs { "read", "write", "lines", "seek", "flush", "close" } do
        assert.matches(at .. "attempt to use a closed file", message(function() file[method](file) end), method)
    end
    assert.matches(at .. "file expected, got nil", message(function() file.read() end))
    assert.matches(at .. "file expected, got table", message(function() file.write({}, "x") end))
end)

it("io.type and tostring", function()
    local file = io.open(DEVICE, "a")
    assert.equal("file", io.type(file))
    assert.matches("^file %(0x%x+%)$", tostring(file))
    assert.equal("userdata", type(file))
    file:close()
    assert.equal("closed file", io.type(file))
    assert.equal("file (closed)", tostring(file))
    assert.equal("file", io.type(io.stdout))
    assert.is_nil(io.type(1))
    assert.is_nil(io.type(nil))
    assert.equal("file", raw_type(io.stdout))
end)

it("default files", function()
    fill "first\nsecond\n"
    local stdout, stdin = io.output(), io.input()
    assert.equal("file", io.type(io.input(DEVICE)))
    assert.equal("first", io.read())
    local lines = {}
    for line in io.lines() do lines[#lines + 1] = line end
    assert.same({ "second" }, lines)
    io.close(io.input())
    assert.equal(stdin, io.input(stdin))
    local file = io.output(DEVICE)
    assert.equal(file, io.output())
    assert.is_true(io.write("a", 1))
    assert.is_true(io.flush())
    assert.is_true(io.close())
    assert.equal(stdout, io.output(stdout))
    assert.equal("a1", io.open(DEVICE):read "a")
    assert.has_error(function() io.lines "/ldata/none" end)
    assert.has_error(function() io.input "/ldata/none" end)
    assert.equal(stdin, io.input())
end)

it("files that nobody closes are closed with what was written to them", function()
    io.open(DEVICE, "w"):write "kept"
    collectgarbage()
    collectgarbage()
    assert.equal("kept", io.open(DEVICE):read "a")
    for _ = 1, 3000 do io.open(DEVICE) end
end)

it("a folder is no file", function()
    local file, message, number = io.open "/ldata"
    assert.is_nil(file)
    assert.equal("/ldata: Is a directory", message)
    assert.equal(21, number)
    assert.is_nil((io.open("/ldata", "w")))
    assert.is_nil((io.open "/lua"))
end)
