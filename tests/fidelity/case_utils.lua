local harness = require "harness"
local section, show, try = harness.section, harness.show, harness.try

section("utils hexadecimal", function()
    show("toHex", ("a\0\255"):toHex())
    show("toHex separator", ("ab"):toHex(" "))
    show("fromHex", ("61 62-63"):fromHex())
    show("fromHex odd", ("616"):fromHex())
    show("fromHex letters", ("61xy"):fromHex())
    show("toValue", ("1F"):toValue())
end)

section("utils utf8", function()
    show("length", ("a中b"):utf8Len(), string.utf8Len(""), string.utf8Len(55))
    show("table", ("a中b"):utf8ToTable())
    show("number", string.utf8ToTable(5))
end)

section("utils url", function()
    show("raw", ("a b/c~d*é"):rawurlEncode())
    show("form", ("a b/c~d*é"):urlEncode())
end)

section("utils numbers", function()
    for _, value in ipairs { 0, 12, 123, 1234, 1234567, -1234, 1234.5, "9999", "x" } do
        show(tostring(value), string.formatNumberThousands(value))
    end
    show("checkSum", ("abc"):checkSum(), ("\255\255\255"):checkSum(), ("\255\255\255"):checkSum(2))
    try("checkSum of a number", string.checkSum, 5)
end)

section("utils split", function()
    for _, case in ipairs {
        { "a,b,", "," }, { "", "," }, { "abc", "" }, { "a.b", "." }, { "a1b", "1" }, { "a--b", "--" }, { "a, b", ", " },
        { "aXbXc", "X" }, { "k=v", "=" },
    } do
        show(case[1] .. " at " .. case[2], case[1]:split(case[2]))
    end
    show("number", string.split(12.5, "."), ("a1b"):split(1))
end)

section("utils table", function()
    local seen = {}
    for key, value in table.gsort { b = 2, a = 1, c = 3 } do
        seen[#seen + 1] = key .. value
    end
    show("gsort", seen)
    show("rconcat", table.rconcat { "a", { "b", { "c" } }, "d" }, table.rconcat("x"), table.rconcat(5))
end)

section("utils io", function()
    local path = "/fidelity.txt"
    show("missing", io.exists(path), (io.readFile(path)), io.fileSize(path))
    show("write", io.writeFile(path, "0123456789"))
    show("read", io.exists(path), io.readFile(path), io.fileSize(path))
    show("append", io.writeFile(path, "ab", "a+b"), io.readFile(path))
    show("stream", io.readStream(path, 2, 3), (io.readStream(path, 100, 3)))
    os.remove(path)
    for _, name in ipairs { "/a/b.c.d", "b", "/a/", "a.b/c", ".x", "" } do
        show("info " .. name, io.pathInfo(name))
    end
    show("info number", io.pathInfo(5))
end)

harness.run()
