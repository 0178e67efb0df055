---@meta
-- Written by luatos for editors; do not edit.

---The SIM card.
---
---SIM 卡状态与信息。
---@class sim
sim = {}

---The card's number, nil while unknown.
---
---查询 ICCID。
---@return string|nil
function sim.getIccid() end

---Card slot, nil while unknown.
---
---查询正在使用的卡槽。
---@return integer|nil
function sim.getId() end

---The subscriber's identity, nil while unknown.
---
---查询 IMSI。
---@return string|nil
function sim.getImsi() end

---Country code of the IMSI, "" while unknown.
---
---查询 SIM 卡的国家码。
---@return string
function sim.getMcc() end

---Network code of the IMSI, "" while unknown.
---
---查询 SIM 卡的网络码。
---@return string
function sim.getMnc() end

---Telephone number without a "+", "" if unknown.
---
---查询本机号码。
---@return string
function sim.getNumber() end

---True ready, false not ready, nil unknown.
---
---查询 SIM 卡状态：就绪、未就绪、未知。
---@return boolean|nil
function sim.getStatus() end

---Is for a module that this is not: says so, and does nothing.
---
---用于另一种模组，这里不起作用。
function sim.set2gSim() end

---Selects the card slot.
---
---切换卡槽。
---@param slot number 0 or 1
---@param callback? fun(ok: boolean) called with whether it worked; at once if the slot is in use already
function sim.setId(slot, callback) end

---Sets whether to ask the card for its own telephone number.
---
---设置是否查询本机号码。
---@param flag boolean
function sim.setQueryNumber(flag) end

return sim
