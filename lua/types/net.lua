---@meta
-- Written by luatos for editors; do not edit.

---Registration, signal and cells.
---
---网络状态：注册、信号强度、基站。
---@class net
net = {}

net.NetMode_EDGE = 2
net.NetMode_GSM = 1
net.NetMode_LTE = 4
net.NetMode_TD = 3
net.NetMode_WCDMA = 5
net.NetMode_noNet = 0
net.flyMode = false

---Sets the mode from a line of the modem.
---
---根据模组上报的一行更新网络制式。
---@param line string such as "^MODE: 17,17": system mode and submode, of which 3 is EDGE
function net.UpdNetMode(line) end

---Asks for the cells now and, with a period, repeatedly. Without one, an earlier period goes on.
---
---查询基站信息，可设周期重复查询。
---@param ms? number period
---@return boolean # false in flight mode, where no command is sent
function net.cengQueryPoll(ms) end

---Asks for the signal now and, with a period, repeatedly. Without one, an earlier period goes on.
---
---查询信号强度，可设周期重复查询。
---@param ms? number period
---@return boolean # false in flight mode, where no command is sent
function net.csqQueryPoll(ms) end

---Band of the serving cell, such as "3"; "" while unknown.
---
---查询当前使用的频段。
---@return string
function net.getBand() end

---"ci.rssi." for each cell.
---
---查询各基站的小区 ID 和信号强度。
---@return string
function net.getCell() end

---"lac.ci.rssi;" for each cell, the serving one first.
---
---查询各基站的位置区、小区 ID 和信号强度。
---@return string
function net.getCellInfo() end

---"mcc.mnc.lac.ci.rssi;" for each cell.
---
---查询各基站的国家码、网络码、位置区、小区 ID 和信号强度。
---@param dbm? boolean true: the signal in dBm
---@return string
function net.getCellInfoExt(dbm) end

---Cell id as hexadecimal, "" if unknown.
---
---查询小区 ID（十六进制文本）。
---@return string
function net.getCi() end

---Location area as hexadecimal, "" if unknown.
---
---查询位置区码（十六进制文本）。
---@return string
function net.getLac() end

---Country code, such as "460".
---
---查询当前网络的国家码。
---@return string
function net.getMcc() end

---Network code, such as "0".
---
---查询当前网络的网络码。
---@return string
function net.getMnc() end

---Asks for the cells, and has each report from now on told.
---
---读取当前基站和邻近基站的信息，由回调函数返回。
---@param callback fun(cells: table[]) called with a list of eleven tables with `mcc`, `mnc` (text), `lac`, `ci`, `rssi`, `ta`, the serving cell first; those without a cell have zeros
function net.getMultiCell(callback) end

---0 none, 1 GSM, 2 EDGE, 3 TD, 4 LTE, 5 WCDMA.
---
---查询当前的网络制式。
---@return integer
function net.getNetMode() end

---Reference signal power as in `+CESQ`.
---
---查询参考信号接收功率。
---@return integer
function net.getRsrp() end

---Signal strength 0 to 31.
---
---查询信号强度，0 到 31。
---@return integer
function net.getRssi() end

---"INIT", "REGISTERED" or "UNREGISTER".
---
---查询网络注册状态。
---@return string
function net.getState() end

---Timing advance.
---
---查询时间提前量（TA）。
---@return integer
function net.getTa() end

---Sets how much the modem reports of its cells; repeated every 3 s until the modem accepts it.
---
---设置工程模式，决定基站信息的详细程度。
---@param engineering_mode? number default 1
function net.setEngMode(engineering_mode) end

---Asks for the signal and the cells, as `net.csqQueryPoll` and `net.cengQueryPoll` do.
---
---开始查询信号强度和基站信息。
---@param signal_ms? number
---@param cell_ms? number
---@return true
function net.startQueryAll(signal_ms, cell_ms) end

---Ends the periods of `net.csqQueryPoll` and `net.cengQueryPoll`.
---
---停止周期性查询。
function net.stopQueryAll() end

---Turns the radio off or on; `FLYMODE` is published when the modem has done so.
---
---进入或退出飞行模式。
---@param flag boolean true: off
function net.switchFly(flag) end

return net
