---@meta
-- Written by luatos for editors; do not edit.

---Sets the clock by time servers (SNTP, RFC 4330).
---
---网络对时（NTP）。
---@class ntp
ntp = {}

---List of names.
---
---查询 NTP 服务器列表。
---@return table
function ntp.getServers() end

---Whether the last synchronisation has set the clock.
---
---最近一次对时是否成功。
---@return boolean
function ntp.isEnd() end

---As `timeSync`, but in the task that calls it, which waits meanwhile. With a period it does not return.
---
---在当前任务中进行网络对时并等待结果。
---@param ts? number hours
---@param fnc? function
---@param fun? function
---@return boolean # whether the clock is set
---@return string|nil # why it is not
function ntp.ntpTime(ts, fnc, fun) end

---设置 NTP 服务器列表。
---@param st string[] list of names or addresses, which replaces the one before
function ntp.setServers(st) end

---Sets the clock, in a task of its own: waits for a network, and asks the servers one after the other, 8 seconds each
---at most. Publishes `NTP_SUCCEED` when the clock is set; a failure is logged.
---
---启动网络对时，可设周期。
---@param period? number hours after which this is repeated; none: only once
---@param fnc? fun(time: table, ok: boolean) called when the clock was set, with the time as `os.date("*t")` gives it, and whether it was
---@param fun? fun() called before the clock is set
function ntp.timeSync(period, fnc, fun) end

return ntp
