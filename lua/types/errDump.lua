---@meta
-- Written by luatos for editors; do not edit.

---Keeps errors from one start to the next, and reports them to a server that the script names.
---
---记录错误信息并上报服务器。
---@class errDump
errDump = {}

---Keeps a text, which is logged as an error, until it is reported.
---
---追加一条错误信息，等待上报。
---@param s string
---@return boolean # whether it was stored; nil if there is no room left for it (5 KiB in all), or no text
function errDump.appendErr(s) end

---Reports what is kept: now and then every period, if there is anything.
---
---定期把错误信息上报服务器。
---@param addr string `udp://HOST:PORT`, whose server answers `OK`, `tcp://HOST:PORT`, or `http://HOST[:PORT]/PATH`, which gets a POST, and answers with a status of 2xx
---@param period? number ms; default 600000
---@return true|nil # nil for an address of another kind, which is logged
function errDump.request(addr, period) end

---Sets whether events of the network are kept and reported as well.
---
---设置是否同时记录和上报网络事件。
---@param flag boolean false forgets those that were kept
function errDump.setNetworkLog(flag) end

return errDump
