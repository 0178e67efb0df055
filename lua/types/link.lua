---@meta
-- Written by luatos for editors; do not edit.

---The data connection, which network modules wait for.
---
---数据链路：激活、APN、IP 地址。
---@class link
link = {}

link.CELLULAR = 1
link.CH395 = 2
link.W5500 = 3

---True if the context is active.
---
---判断 AT+CGACT? 的结果中某个上下文是否已激活。
---@param context number
---@param text string answer to `AT+CGACT?`
---@return true|nil
function link.IsCidActived(context, text) end

---True if a context is active.
---
---判断 AT+CGACT? 的结果中是否有已激活的上下文。
---@param text string answer to `AT+CGACT?`
---@return true|nil
function link.IsExistActivedCid(text) end

---Whether it has an address.
---
---判断 AT+CGDCONT? 的一行中是否有地址。
---@param line string of `AT+CGDCONT?`
---@return boolean
function link.analysis_cgdcont(line) end

---Leaves the network in use; for the modem's that is the flight mode. Until another one is opened, there is none.
---
---退出正在使用的网络。
---@return boolean # whether it worked
function link.closeNetWork() end

---Such as "10.0.0.2", "" without an address.
---
---查询本机的 IP 地址。
---@return string
function link.getIp() end

---`link.CELLULAR`, `link.CH395` or `link.W5500`.
---
---查询正在使用哪种网络。
---@return integer
function link.getNetwork() end

---Whether there is an IP address.
---
---数据网络是否就绪（有 IP 地址）。
---@return boolean
function link.isReady() end

---Leaves the network in use and joins another one. That of an Ethernet chip needs its module, `socketCh395` or
---`socketW5500`, loaded before: without it this raises an error, and the network in use stays.
---
---切换到另一种网络：蜂窝或以太网芯片。
---@param kind? number `link.CELLULAR`, `link.CH395` or `link.W5500`; default link.CELLULAR
---@param settings? table for the driver of an Ethernet chip
---@return boolean # whether it worked
function link.openNetwork(kind, settings) end

---Sets the access point for the next activation; without one it is the network's own again.
---
---设置 APN、用户名和密码，下次激活时生效。
---@param new_apn? string
---@param new_user? string
---@param new_password? string
function link.setAPN(new_apn, new_user, new_password) end

---Sets access point and authentication at once.
---
---设置 APN 及认证方式。
---@param protocol number 0 none, 1 PAP, 2 CHAP
---@param new_apn string
---@param new_user string
---@param new_password string
function link.setAuthApn(protocol, new_apn, new_user, new_password) end

---Does nothing, as on the device.
---
---不做任何事，与设备一致。
function link.setDnsIP() end

---Tells that a network is ready, for the driver of an Ethernet chip.
---
---以太网驱动用来通知网络是否就绪。
---@param kind number
---@param is_ready boolean
function link.setReady(kind, is_ready) end

---Ends the connection; if registered, the device connects again after two seconds.
---
---断开数据链路，注册网络后会自动重新连接。
function link.shut() end

return link
