--- `utils`: what it adds to string, table and io.
require "luatos"
require "utils"

describe("string", function()
    it("toHex and fromHex, with their count", function()
        assert.same({ "4142", 2 }, { ("AB"):toHex() })
        assert.same({ "41:0A:", 2 }, { ("A\n"):toHex(":") })
        assert.same({ "AB", 2 }, { ("41 42"):fromHex() })
        assert.same({ "A5", 1 }, { ("415"):fromHex() })
        assert.same({ "AXY", 1 }, { ("41xy"):fromHex() })
        assert.equal("\1\10", (("1A"):toValue()))
        for byte = 0, 255 do
            local text = string.char(byte)
            assert.equal(text, (text:toHex():fromHex()))
        end
    end)

    it("UTF-8 is counted and cut by characters", function()
        assert.equal(4, ("a中文b"):utf8Len())
        assert.same({ "a", "中", "文", "b" }, ("a中文b"):utf8ToTable())
    end)

    it("URLs are encoded both ways", function()
        assert.equal("a%20b~c%2Fd-._", ("a b~c/d-._"):rawurlEncode())
        assert.equal("a+b%7Ec*%2B", ("a b~c*+"):urlEncode())
        assert.equal(1, select("#", ("a"):urlEncode()))
    end)

    it("thousands", function()
        assert.equal("1,234,567", string.formatNumberThousands(1234567))
        assert.equal("-123", string.formatNumberThousands(-123))
        assert.equal("1,000.5", string.formatNumberThousands(1000.5))
        assert.equal("nil", string.formatNumberThousands("x"))
    end)

    it("split keeps empty fields", function()
        assert.same({ "a", "b", "" }, ("a,b,"):split(","))
        assert.same({ "", "a" }, (",a"):split(","))
        assert.same({ "a", "b" }, ("a.b"):split("."))
        assert.same({ "a", "b" }, ("a, b"):split(", "))
        assert.same({ "a", "b", "c" }, ("abc"):split(""))
        assert.same({ "" }, (""):split(","))
    end)

    it("numbers count as their text", function()
        assert.same({ "12", "5" }, string.split(12.5, "."))
        assert.same({ "a", "b" }, ("a1b"):split(1))
        assert.equal(1, string.utf8Len(5))
        assert.same({ "5" }, string.utf8ToTable(5))
        assert.same({ dirname = "", filename = "5", basename = "5", extname = "" }, io.pathInfo(5))
    end)

    it("checkSum", function()
        assert.equal(0x31 + 0x32, ("12"):checkSum())
        assert.equal((255 * 3) % 256, ("\255\255\255"):checkSum())
        assert.equal(255 * 3, ("\255\255\255"):checkSum(2))
    end)
end)

describe("table", function()
    it("gsort goes through sorted keys", function()
        local keys = {}
        for key, value in table.gsort { b = 2, a = 1, c = 3 } do
            keys[#keys + 1] = key .. value
        end
        assert.same({ "a1", "b2", "c3" }, keys)
    end)

    it("rconcat joins nested lists", function()
        assert.equal("abcd", table.rconcat { "a", { "b", { "c" } }, "d" })
        assert.equal("x", table.rconcat("x"))
    end)
end)

describe("io", function()
    local path = os.tmpname()

    teardown(function() os.remove(path) end)

    it("writes, reads and measures", function()
        assert.is_true(io.writeFile(path, "hello\0world"))
        assert.is_true(io.writeFile(path, "!", "a+b"))
        assert.equal("hello\0world!", io.readFile(path))
        assert.equal(12, io.fileSize(path))
        assert.equal("world", io.readStream(path, 6, 5))
        assert.is_nil(io.readStream(path, 12, 5))
        assert.is_true(io.exists(path))
    end)

    it("what is missing, a directory too, is missing", function()
        for _, missing in ipairs { "/no/such/file", "." } do
            assert.is_false(io.exists(missing))
            assert.is_nil(io.readFile(missing))
            assert.equal(0, io.fileSize(missing))
        end
        assert.is_false(io.writeFile("/no/such/file", "x"))
    end)

    it("pathInfo takes paths apart", function()
        assert.same({ dirname = "/a/", filename = "b.tar.gz", basename = "b", extname = ".tar.gz" },
            io.pathInfo("/a/b.tar.gz"))
    end)
end)
