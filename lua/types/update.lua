---@meta
-- Written by luatos for editors; do not edit.

---A new firmware over the air.
---
---远程升级（FOTA）。
---@class update
update = {}

---Asks a server for an update.
---
---向服务器请求升级，可设周期。
---@param cbFnc? fun(ok: boolean) called with whether one has come; without it the device restarts then
---@param url? string address without a query; by default that of LuatOS-Air's maker
---@param period? number ms from one request to the next; by default there is one
---@param redir? boolean the server may answer with another address; default false
function update.request(cbFnc, url, period, redir) end

---Sets the function that knows the IMEI; by default `misc.getImei`.
---
---设置取得 IMEI 的函数。
---@param cbFnc fun(): string returns a string
function update.setGetImeiCbFnc(cbFnc) end

return update
