--- `qrencode`: a scanner reads what it makes.
require "luatos"

local qrencode = require "qrencode"

--- What zbar reads in a symbol.
local function scanned(width, modules)
    local SCALE, MARGIN = 4, 16
    local side = width * SCALE + 2 * MARGIN
    local dots = { ["\0"] = ("\xff"):rep(SCALE), ["\1"] = ("\0"):rep(SCALE) }
    local rows, blank = {}, ("\xff"):rep(side)
    for _ = 1, MARGIN do
        rows[#rows + 1] = blank
    end
    for y = 0, width - 1 do
        local row = modules:sub(y * width + 1, (y + 1) * width):gsub(".", dots)
        for _ = 1, SCALE do
            rows[#rows + 1] = ("\xff"):rep(MARGIN) .. row .. ("\xff"):rep(MARGIN)
        end
    end
    for _ = 1, MARGIN do
        rows[#rows + 1] = blank
    end
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(("P5 %d %d 255\n"):format(side, side), table.concat(rows))
    file:close()
    local process = io.popen("zbarimg --quiet --raw --nodbus pgm:" .. path)
    local text = process:read "a"
    process:close()
    os.remove(path)
    return (text:gsub("\n$", ""))
end

it("makes symbols that a scanner reads", function()
    for _, text in ipairs { "http://www.openluat.com", "1", "1234567890", "HELLO 42", ("x"):rep(500), "我在这里" } do
        local width, modules = qrencode.encode(text)
        assert.equal(width * width, #modules)
        assert.equal(text, scanned(width, modules))
    end
end)

it("takes the smallest symbol that holds the bytes, from a version on", function()
    assert.equal(25, (qrencode.encode "http://www.openluat.com"))
    assert.equal(21, (qrencode.encode(("1"):rep(17))))
    assert.equal(25, (qrencode.encode(("1"):rep(18))))
    assert.equal(45, (qrencode.encode("x", 7)))
    for level = 0, 3 do
        local width, modules = qrencode.encode("level " .. level, 0, level)
        assert.equal("level " .. level, scanned(width, modules))
    end
end)

it("build makes a table of the same", function()
    local width, height, list = qrencode.build "abc"
    local _, modules = qrencode.encode "abc"
    assert.same({ 21, 21, 441 }, { width, height, #list })
    for index, module in ipairs(list) do
        assert.equal(modules:byte(index) * 255, module)
    end
end)

it("names what is wrong", function()
    assert.has_error(function() return qrencode.encode() end, "qrencode.encode: text: string expected, got nil")
    assert.has_error(function() return qrencode.encode "" end, "qrencode.encode: the text is empty")
    assert.has_error(function() return qrencode.encode(("x"):rep(3000)) end,
        "qrencode.encode: 3000 bytes are more than a QR code of this level holds")
    assert.has_error(function() return qrencode.encode("x", 41) end,
        "qrencode.encode: a version of 0 to 40 expected, got 41")
    assert.has_error(function() return qrencode.encode("x", 0, {}) end,
        "qrencode.encode: level: number expected, got table")
end)
