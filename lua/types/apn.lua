---@meta
-- Written by luatos for editors; do not edit.

---Access points of networks.
---
---各运营商的默认接入点（APN）。
---@class apn
apn = {}

---Looks up the access point of a network, by its codes as hexadecimal digits: 0x460, 0x00.
---
---按国家码和网络码查询默认的 APN、用户名和密码。
---@param mcc number country code
---@param mnc number network code
---@return string apn "" if unknown, and so are the others
---@return string user
---@return string password
function apn.get_default_apn(mcc, mnc) end

return apn
