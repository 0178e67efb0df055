---Character sets: `utf8` and `gb2312` to and from `ucs2` and `ucs2be`.
---@class iconv
iconv = {}

---@class iconv.Converter
local Converter = {}

---Converts a text.
---@param text string
---@return string converted up to where it has stopped
---@return integer|nil why it has stopped: `iconv.ERROR_*`
function Converter:iconv(text) end

---Makes a converter.
---@param to string
---@param from string
---@return iconv.Converter|nil nil for a conversion that the firmware does not have
function iconv.open(to, from) end

---Likewise.
---@param to string
---@param from string
---@return iconv.Converter|nil
function iconv.new(to, from) end

---Converts a text.
---@param object iconv.Converter
---@param text string
---@return string converted up to where it has stopped
---@return integer|nil why it has stopped: `iconv.ERROR_*`
function iconv.iconv(object, text) end
