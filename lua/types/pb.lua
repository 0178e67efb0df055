---@meta
-- Written by luatos for editors; do not edit.

---The phone book of the card.
---
---SIM 卡电话本。
---@class pb
pb = {}

---Removes an entry; `PB_WRITE_CNF` is published with whether that worked.
---
---删除一条联系人。
---@param index number place, from 1
---@param cb? fun(ok: boolean) called with whether that worked
---@return boolean # false without a place
function pb.delete(index, cb) end

---Reads an entry; `PB_READ_CNF` is published with whether that worked, the place, the number and the name.
---
---读取一条联系人。
---@param index number place, from 1
---@param cb? fun(ok: boolean, name: string, number: string) called with whether that worked, the name and the number, which are "" for an empty place
---@return boolean # false without a place
function pb.read(index, cb) end

---Selects a phone book; `CPBS_READ_CNF` is published then with whether that worked, its name, and how many entries it
---has and could have.
---
---选择电话本的存储位置。
---@param storage string "SM" (the card's own) or "FD" (numbers that may be dialled); nothing is done for another
---@param cb? fun(ok: boolean) called with whether that worked
function pb.setStorage(storage, cb) end

---Writes an entry; `PB_WRITE_CNF` is published with whether that worked.
---
---写入一条联系人。
---@param index number place, from 1
---@param name string
---@param num string
---@param cb? fun(ok: boolean) called with whether that worked
---@return boolean # false if something is missing
function pb.write(index, name, num, cb) end

return pb
