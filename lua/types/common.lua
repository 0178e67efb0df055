---@meta
-- Written by luatos for editors; do not edit.

---Character sets, telephone numbers in BCD, and times in other zones.
---
---字符编码转换与号码、时区换算。
---@class common
common = {}

---The reverse of `common.numToBcdNum`: the digits before the first that fills.
---
---BCD 编码转电话号码。
---@param bytes string swapped semi-octets
---@return string
function common.bcdNumToNum(bytes) end

---Converts GB2312 to UCS-2 with the low byte first.
---
---GB2312 转 UCS-2（小端）。
---@param text string
---@return string
function common.gb2312ToUcs2(text) end

---Converts GB2312 to UCS-2 with the high byte first.
---
---GB2312 转 UCS-2（大端）。
---@param text string
---@return string
function common.gb2312ToUcs2be(text) end

---Converts GB2312 to UTF-8.
---
---GB2312 转 UTF-8。
---@param text string
---@return string
function common.gb2312ToUtf8(text) end

---A text of ASCII, such as a telephone number, in hexadecimal UCS-2.
---
---ASCII 文本转十六进制 UCS-2。
---@param text string such as "+12"
---@return string # such as "002B00310032"
function common.nstrToUcs2Hex(text) end

---A telephone number as swapped semi-octets: two digits a byte, the first in the lower half.
---
---电话号码转 BCD 编码。
---@param number string digits, `*`, `#`, `a` to `c`
---@param length? number bytes of the result, filled with 0xff or cut; by default as many as the digits take
---@return string
function common.numToBcdNum(number, length) end

---A time in another zone.
---
---把时间换算到另一个时区。
---@param year number of four digits, or of two after 2000
---@param month number
---@param day number
---@param hour number
---@param min number
---@param sec number
---@param from number zone of that time, hours east of Greenwich; may have a fraction
---@param to number likewise the other zone
---@return table # year (of as many digits), month, day, hour, min, sec
function common.timeZoneConvert(year, month, day, hour, min, sec, from, to) end

---The characters of a text in hexadecimal UCS-2, of each the low byte.
---
---十六进制 UCS-2 文本转 ASCII。
---@param digits string such as "00310032", high byte first
---@return string # such as "12"
function common.ucs2ToAscii(digits) end

---Converts UCS-2 with the low byte first to GB2312.
---
---UCS-2（小端）转 GB2312。
---@param text string
---@return string
function common.ucs2ToGb2312(text) end

---Converts UCS-2 with the low byte first to UTF-8.
---
---UCS-2（小端）转 UTF-8。
---@param text string
---@return string
function common.ucs2ToUtf8(text) end

---Converts UCS-2 with the high byte first to GB2312.
---
---UCS-2（大端）转 GB2312。
---@param text string
---@return string
function common.ucs2beToGb2312(text) end

---Converts UCS-2 with the high byte first to UTF-8.
---
---UCS-2（大端）转 UTF-8。
---@param text string
---@return string
function common.ucs2beToUtf8(text) end

---Converts UTF-8 to GB2312.
---
---UTF-8 转 GB2312。
---@param text string
---@return string
function common.utf8ToGb2312(text) end

---Converts UTF-8 to UCS-2 with the low byte first.
---
---UTF-8 转 UCS-2（小端）。
---@param text string
---@return string
function common.utf8ToUcs2(text) end

---Converts UTF-8 to UCS-2 with the high byte first.
---
---UTF-8 转 UCS-2（大端）。
---@param text string
---@return string
function common.utf8ToUcs2be(text) end

return common
