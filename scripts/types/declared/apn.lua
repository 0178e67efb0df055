---Access points of networks.
---@class apn
apn = {}

---Looks up the access point of a network, by its codes as hexadecimal digits: 0x460, 0x00.
---@param mcc number country code
---@param mnc number network code
---@return string apn "" if unknown, and so are the others
---@return string user
---@return string password
function apn.get_default_apn(mcc, mnc) end
