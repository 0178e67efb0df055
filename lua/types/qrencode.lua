---@meta
-- Written by luatos for editors; do not edit.

---QR codes.
---
---生成二维码。
---@class qrencode
qrencode = {}

---Makes a QR code for `disp.putqrcode`.
---
---生成二维码数据，供 disp.putqrcode 显示。
---@param text string
---@param version? number the smallest to use; default 0, any
---@param level? number how much may be damaged, 0 to 3; default 0
---@return integer width modules
---@return string data a byte for each module, row by row: 1 dark, 0 light
function qrencode.encode(text, version, level) end

---Makes a QR code as a list.
---
---生成二维码，以列表形式返回各个点。
---@param text string
---@return integer width
---@return integer height
---@return integer[] modules 255 for each dark one, 0 for each light one
function qrencode.build(text) end

return qrencode
