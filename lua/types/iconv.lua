---@meta
-- Written by luatos for editors; do not edit.

---Character sets: `utf8` and `gb2312` to and from `ucs2` and `ucs2be`.
---
---字符编码转换：utf8、gb2312 与 ucs2、ucs2be 互转。
---@class iconv
iconv = {}

---@class iconv.Converter
local Converter = {}

---Converts a text.
---
---转换一段文本。
---@param text string
---@return string converted up to where it has stopped
---@return integer|nil why it has stopped: `iconv.ERROR_*`
function Converter:iconv(text) end

---Makes a converter.
---
---创建编码转换对象。
---@param to string
---@param from string
---@return iconv.Converter|nil nil for a conversion that the firmware does not have
function iconv.open(to, from) end

---Likewise.
---
---创建编码转换对象，同 iconv.open。
---@param to string
---@param from string
---@return iconv.Converter|nil
function iconv.new(to, from) end

---Converts a text.
---
---用转换对象转换一段文本。
---@param object iconv.Converter
---@param text string
---@return string converted up to where it has stopped
---@return integer|nil why it has stopped: `iconv.ERROR_*`
function iconv.iconv(object, text) end

iconv.ERROR_INCOMPLETE = 3
iconv.ERROR_INVALID = 2
iconv.ERROR_NO_MEMORY = 1
iconv.ERROR_UNKNOWN = 4
iconv.VERSION = "iconv r5"

return iconv
