--- Compares what a display shows with stored pictures, pixel by pixel.
local assert = require "luassert"
local device = require("luatos").device
local disp = require "disp"

local pictures = {}

--- Where they are stored.
local FOLDER = "tests/support/pictures/"

--- Set by who means to store anew what is shown now: `PICTURES=write tests/spec/run drawing`.
local is_writing = os.getenv "PICTURES" == "write"

--- Settings of `disp.init` for a panel.
-- @number width pixels
-- @number height
-- @number bits 1, 16 or 24
function pictures.panel(width, height, bits)
    return { width = width, height = height, bpp = bits, bus = disp.BUS_SPI4LINE, pinrst = 6, pinrs = 1, initcmd = {} }
end

local function content(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function store(path, picture)
    local file = assert(io.open(path, "wb"))
    file:write(picture)
    file:close()
end

--- Asserts that the display, of 16 bits, shows a stored picture. Afterwards it shows that.
-- @string name of the picture; `drawing_spec` has `PICTURES=write` store it
function pictures.assert_shown(name)
    local path, shown = FOLDER .. name .. ".png", device.picture()
    if is_writing then
        store(path, shown)
    end
    -- The same pixels become the same file, whoever has written the stored one.
    local width, height, bits = disp.getlcdinfo()
    disp.init(pictures.panel(width, height, bits))
    disp.putimage(path, 0, 0)
    disp.update()
    if device.picture() ~= shown then
        local other = os.tmpname() .. ".png"
        store(other, shown)
        error(("%s is not what is shown, %s"):format(path, other), 2)
    end
end

--- A file that has a picture while a function runs.
-- @string text its content
-- @function body called with its path
function pictures.with_file(text, body)
    local path = os.tmpname()
    store(path, text)
    local ok, problem = pcall(body, path)
    os.remove(path)
    assert.is_true(ok, problem)
end

--- The content of a stored picture.
function pictures.stored(name)
    return content(FOLDER .. name .. ".png")
end

return pictures
